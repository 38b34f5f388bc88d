"""The rules of rooms, numbers and pace, on a wire that only remembers and a clock that only we move."""

import json
import threading
from typing import Any

import pytest

from streaming.grid import Grid
from streaming.live import Admitted, Hub, View
from streaming.live.pace import BEAT, FASTEST, SLOWEST, interval


class Remembering:
    """A wire that keeps what it was given to send."""

    def __init__(self) -> None:
        self.handlers: dict[str, Any] = {}
        self.sent: list[tuple[str, str, dict]] = []
        self.waiting: dict[str, int] = {}
        self.dropped: list[str] = []

    def on(self, event, handler):
        self.handlers[event] = handler

    def start(self, task):
        """Nothing runs by itself here."""

    def event(self):
        return threading.Event()

    def queued_of(self, sid):
        return lambda: self.waiting.get(sid, 0)

    def refuse(self, why, later):
        raise ConnectionRefusedError(why, later)

    def drop(self, sid):
        self.dropped.append(sid)
        self.handlers["disconnect"](sid, "dropped")

    def send(self, sids, event, encoded):
        self.sent += [(sid, event, json.loads(encoded)) for sid in sids]

    def heard_by(self, sid: str, event: str) -> list[dict]:
        return [message for to, name, message in self.sent if to == sid and name == event]


class Numbers:
    """A source whose scopes each hold one number."""

    ready = True
    stale_since = None

    def __init__(self) -> None:
        self.value = 0
        self.opened: list[str] = []
        self._shown: dict[View, int] = {}

    def refuse(self, scope, grid):
        return None if scope in ("a", "b") else "there is only a and b"

    def open(self, view):
        self.opened.append(view.scope)
        self._shown[view] = self.value

    def close(self, view):
        self.opened.remove(view.scope)

    def snapshot(self, view):
        return {"value": self.value, **({"for": view.key} if view.key else {})}

    def frame(self, view, beat):
        if self._shown[view] == self.value and not beat:
            return None
        self._shown[view] = self.value
        return {"value": self.value}


class Guests:
    """A door that lets in those on its list, by the name that they say."""

    def __init__(self) -> None:
        self.list: dict[str, Admitted] = {"anybody": Admitted()}

    def admit(self, environ, auth):
        if self.list is None:
            raise TimeoutError("the database does not answer")
        return self.list.get(auth or "anybody")

    def standing(self, admitted):
        return admitted & set(self.list.values())


class House:
    def __init__(self) -> None:
        self.wire, self.source, self.door, self.now = Remembering(), Numbers(), Guests(), 100.0
        self.hub = Hub(self.wire, self.source, self.door, clock=lambda: self.now)

    def connect(self, sid: str, scope: str = "a", name: str = "") -> None:
        self.wire.handlers["connect"](sid, {}, name)
        self.say(sid, "watch", scope=scope)

    def say(self, sid: str, event: str, **message: object) -> None:
        self.wire.handlers[event](sid, message)

    def change(self, value: int, after: float = 0.0) -> None:
        self.now += after
        self.source.value = value
        self.hub.changed([View("a")])
        self.hub._send_due(self.now)

    def pass_time(self, seconds: float) -> None:
        self.now += seconds
        self.hub._send_due(self.now)

    def values(self, sid: str) -> list[int]:
        return [frame["value"] for frame in self.wire.heard_by(sid, "frame")]

    def seqs(self, sid: str) -> list[int]:
        return [frame["seq"] for frame in self.wire.heard_by(sid, "frame")]


@pytest.fixture
def house() -> House:
    return House()


def test_the_first_change_after_a_pause_goes_at_once(house):
    house.connect("wall")
    house.change(1, after=0.5)
    assert house.values("wall") == [1]


def test_changes_in_quick_succession_are_gathered_into_ten_frames_a_second(house):
    house.connect("wall")
    house.now += 0.5
    for value in range(1, 101):  # a hundred changes within one second
        house.change(value, after=0.01)
    house.pass_time(FASTEST)
    assert 9 <= len(house.values("wall")) <= 12
    assert house.values("wall")[-1] == 100


def test_ten_changes_a_second_each_go_at_once(house):
    house.connect("wall")
    house.now += 0.5
    for value in range(1, 31):
        house.change(value, after=0.1 + (0.03 if value % 2 else -0.03))  # facts do not come on the beat
    assert house.values("wall") == list(range(1, 31))


def test_a_scope_without_news_says_so_every_second(house):
    house.connect("wall")
    for _ in range(5):
        house.pass_time(BEAT)
    assert house.seqs("wall") == [1, 2, 3, 4, 5]


def test_silence_is_kept_while_the_values_are_stale(house):
    house.connect("wall")
    house.source.stale_since = "noon"
    for _ in range(5):
        house.pass_time(BEAT)
    assert house.values("wall") == []


def test_nothing_is_built_for_a_scope_that_nobody_watches(house):
    house.connect("wall")
    assert house.source.opened == ["a"]
    house.say("wall", "unwatch", scope="a")
    assert house.source.opened == []
    house.change(1, after=1)
    assert house.values("wall") == []


def test_a_client_that_leaves_closes_the_scopes_only_it_watched(house):
    house.connect("wall", "a")
    house.connect("phone", "b")
    house.say("phone", "watch", scope="a")
    house.wire.handlers["disconnect"]("phone", "gone")
    assert house.source.opened == ["a"]


def test_a_client_may_watch_several_scopes(house):
    house.connect("wall", "a")
    house.say("wall", "watch", scope="b")
    house.pass_time(BEAT)
    assert {frame["scope"] for frame in house.wire.heard_by("wall", "frame")} == {"a", "b"}


def test_a_client_with_a_full_queue_is_left_out_and_then_sees_a_gap(house):
    house.connect("wall")
    house.connect("slow")
    house.change(1, after=1)
    house.wire.waiting["slow"] = 9
    house.change(2, after=1)
    house.change(3, after=1)
    house.wire.waiting["slow"] = 0
    house.change(4, after=1)
    assert house.seqs("wall") == [1, 2, 3, 4]
    assert house.seqs("slow") == [1, 4]


def test_a_client_that_acknowledges_is_found_out_when_it_lags_and_goes_on_when_it_caught_up(house):
    house.connect("wall")
    house.connect("slow")
    house.change(1, after=1)
    house.say("slow", "ack", scope="a", seq=1)
    for value in range(2, 60):
        house.change(value, after=1)
    stopped_at = house.seqs("slow")[-1]
    assert stopped_at < house.seqs("wall")[-1]
    house.say("slow", "ack", scope="a", seq=stopped_at)
    house.change(60, after=1)
    assert house.seqs("slow")[-1] == house.seqs("wall")[-1] > stopped_at + 1  # the gap that makes it ask again


def test_a_client_that_asks_again_is_not_held_to_what_it_never_acknowledged(house):
    house.connect("slow")
    house.change(1, after=1)
    house.say("slow", "ack", scope="a", seq=1)
    for value in range(2, 60):
        house.change(value, after=1)
    house.say("slow", "watch", scope="a")
    whole = house.wire.heard_by("slow", "snapshot")[-1]
    house.change(60, after=1)
    assert house.seqs("slow")[-1] == whole["seq"] + 1


def test_a_snapshot_and_the_frames_after_it_leave_nothing_out(house):
    house.connect("wall")
    house.change(1, after=1)
    house.source.value = 2  # changed, not sent yet
    house.now += 0.1
    house.connect("late")
    whole = house.wire.heard_by("late", "snapshot")[0]
    house.change(2, after=1)
    assert (whole["value"], whole["seq"]) == (2, 1)
    assert house.seqs("late") == [2]


def test_clients_that_come_at_once_share_a_snapshot_and_are_brought_up_to_date(house):
    made = []
    house.source.snapshot = lambda scope: made.append(scope) or {"value": house.source.value}
    house.connect("wall")
    for value in (1, 2, 3):
        house.change(value, after=0.2)
    house.connect("crowd")
    assert made == [View("a")]
    assert house.seqs("crowd") == [1, 2, 3]
    house.change(4, after=5)
    house.connect("late")
    assert made == [View("a"), View("a")]
    assert house.wire.heard_by("late", "snapshot") == [{"seq": 4, "value": 4}]


def test_who_comes_before_the_source_is_ready_gets_the_whole_when_it_is(house):
    house.source.ready = False
    house.connect("early")
    assert house.wire.heard_by("early", "snapshot") == []
    assert house.wire.heard_by("early", "link")[0]["fresh"] is False
    house.source.ready = True
    house.hub._look()
    assert len(house.wire.heard_by("early", "snapshot")) == 1


def test_a_source_that_begins_anew_makes_every_watcher_see_a_gap(house):
    house.connect("wall")
    house.change(1, after=1)
    house.hub.restart()
    house.change(2, after=1)
    assert house.seqs("wall") == [1, 3]


def test_a_refused_scope_is_answered_in_words(house):
    house.connect("wall", "c")
    assert house.wire.heard_by("wall", "error") == [{"scope": "c", "message": "there is only a and b"}]


@pytest.mark.parametrize("nonsense", [None, 7, ["a"], {"a": 1}])
def test_nonsense_from_a_client_changes_nothing(house, nonsense):
    house.connect("wall", "a")
    for word in ("watch", "unwatch", "ack"):
        house.say("wall", word, scope=nonsense, seq=nonsense)
    assert house.hub.watchers(View("a")) == 1


def test_a_client_cannot_watch_without_end(house, monkeypatch):
    monkeypatch.setattr("streaming.live.hub.SCOPES_A_CLIENT", 1)
    house.connect("greedy", "a")
    house.say("greedy", "watch", scope="b")
    assert "at once" in house.wire.heard_by("greedy", "error")[0]["message"]


def test_the_pace_falls_with_watchers_and_size_and_has_an_end():
    assert interval(1, 2_000) == interval(50, 2_000) == FASTEST
    assert FASTEST < interval(800, 2_000) < interval(800, 200_000) <= SLOWEST
    assert interval(100_000, 1_000_000) == SLOWEST


# --- who may come in, and stay

CLERK = Admitted(Grid(("ordos/dongsheng",)), "session-1", ("operator",))
COLLEAGUE = Admitted(Grid(("ordos/dongsheng",)), "session-2", ("operator",))


def test_who_is_not_on_the_list_is_refused_and_hears_nothing(house):
    with pytest.raises(ConnectionRefusedError, match="sign in first"):
        house.connect("stranger", name="nobody")
    assert house.wire.sent == []


def test_a_door_that_cannot_tell_asks_to_come_again_later(house):
    house.door.list = None
    with pytest.raises(ConnectionRefusedError) as refused:
        house.connect("wall")
    assert refused.value.args == ("not now", True)


def test_people_of_one_part_share_a_room_that_is_not_everybodys(house):
    house.door.list |= {"clerk": CLERK, "colleague": COLLEAGUE}
    house.connect("wall")
    house.connect("one", name="clerk")
    house.connect("two", name="colleague")
    assert house.source.opened == ["a", "a"]
    assert "for" not in house.wire.heard_by("wall", "snapshot")[0]
    assert [house.wire.heard_by(sid, "snapshot")[0]["for"] for sid in ("one", "two")] == [CLERK.grid.key] * 2
    house.source.value = 7
    house.hub.changed([View.of("a", CLERK.grid)])
    house.now += 0.5
    house.hub._send_due(house.now)
    assert (house.values("one"), house.values("two"), house.values("wall")) == ([7], [7], [])


def test_who_signed_out_is_dropped_and_the_others_stay(house):
    house.door.list |= {"clerk": CLERK, "colleague": COLLEAGUE}
    for sid, name in (("one", "clerk"), ("tab", "clerk"), ("two", "colleague"), ("wall", "")):
        house.connect(sid, name=name)
    house.hub.drop("session-1")
    assert sorted(house.wire.dropped) == ["one", "tab"]
    assert house.hub.watchers(View.of("a", CLERK.grid)) == 1


@pytest.mark.parametrize(
    "now", [None, Admitted(Grid(), "session-1", ("operator",)), Admitted(CLERK.grid, "session-1", ("auditor",))]
)
def test_who_may_not_stay_as_they_came_is_found_out(house, now):
    house.door.list |= {"clerk": CLERK, "colleague": COLLEAGUE}
    house.connect("one", name="clerk")
    house.connect("two", name="colleague")
    house.hub._look_who_stands()
    assert house.wire.dropped == []
    house.door.list["clerk"] = now
    house.hub._look_who_stands()
    assert house.wire.dropped == ["one"]
