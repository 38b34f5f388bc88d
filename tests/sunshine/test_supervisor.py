import signal
import sys
import time

from sunshine.supervisor import Child, Supervisor


def a_child(name: str, program: str, **options) -> Child:
    return Child(name, [sys.executable, "-u", "-c", program], **options)


def seconds_from_now(seconds: float):
    until = time.monotonic() + seconds
    return lambda: time.monotonic() > until


def test_a_child_that_dies_is_started_again():
    lines: list[str] = []
    supervisor = Supervisor(lines.append)
    supervisor.start(a_child("brief", "print('hello')", pause=0.05))

    def greeted_twice() -> bool:
        return sum("hello" in line for line in lines) >= 2

    late = seconds_from_now(20)
    supervisor.watch(until=lambda: greeted_twice() or late())
    supervisor.stop_all()
    assert greeted_twice()
    assert any("brief ended with exit code 0" in line for line in lines)


def test_children_stop_in_the_reverse_order_of_their_start():
    lines: list[str] = []
    program = (
        "import signal, sys, time\n"
        "def bye(*_): print('bye'); sys.exit()\n"
        "signal.signal(signal.SIGTERM, bye)\n"
        "print('up')\n"
        "time.sleep(60)\n"
    )
    supervisor = Supervisor(lines.append)
    late = seconds_from_now(20)
    for name in ("first", "second"):
        supervisor.start(a_child(name, program))
    supervisor.watch(until=lambda: sum("up" in line for line in lines) == 2 or late())
    supervisor.stop_all()
    time.sleep(0.2)  # the relaying threads have the last words to write
    farewells = [line for line in lines if "bye" in line]
    assert ["second" in farewells[0], "first" in farewells[1]] == [True, True]


def test_a_child_that_ignores_the_polite_signal_is_killed(monkeypatch):
    monkeypatch.setattr("sunshine.supervisor.GRACE_SECONDS", 0.5)
    lines: list[str] = []
    supervisor = Supervisor(lines.append)
    program = "import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nprint('deaf')\ntime.sleep(60)\n"
    child = supervisor.start(a_child("deaf", program))
    late = seconds_from_now(20)
    supervisor.watch(until=lambda: any("deaf" in line for line in lines) or late())
    supervisor.stop_all()
    assert child.process is not None
    assert child.process.returncode == -signal.SIGKILL
