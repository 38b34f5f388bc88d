"""How often a scope may be sent: ten times a second, less when sending would cost more than its share of a core."""

FASTEST = 0.1  # seconds between two frames of one scope
SLOWEST = 2.0
BEAT = 1.0  # a scope without news says so this often, so that a page can tell silence from a lost link

# What one frame to one client costs the server (measured by bench/push.py), and the share of a core it may take.
SEND_SECONDS = 60e-6
BYTE_SECONDS = 1e-9
SHARE = 0.12


def interval(watchers: int, frame_bytes: float) -> float:
    """Seconds to leave between two frames for so many watchers of so large a frame."""
    cost = watchers * (SEND_SECONDS + frame_bytes * BYTE_SECONDS)
    return min(max(FASTEST, cost / SHARE), SLOWEST)


class Pace:
    """When a room may be sent something again.

    An allowance of nearly one interval may be used ahead of time, so that ten facts a second each go at once instead
    of waiting for the beat of the one before; in the long run no more than one frame per interval is sent.
    """

    def __init__(self) -> None:
        self._earned_at = float("-inf")  # when the frames sent so far are paid for

    def due_at(self, interval: float) -> float:
        return self._earned_at - 0.9 * interval

    def sent(self, now: float, interval: float) -> None:
        self._earned_at = max(self._earned_at, now) + interval
