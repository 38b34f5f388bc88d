"""Answers that are kept for some seconds."""

from threading import Thread
from time import sleep

from command_center.kept import Kept


def test_an_answer_is_worked_out_again_when_its_time_is_over():
    now, asked = [0.0], []
    kept = Kept(30, clock=lambda: now[0])

    def ask(key):
        return kept.of(key, lambda: asked.append(key) or len(asked))

    assert [ask("a"), ask("a"), ask("b")] == [1, 1, 2]
    now[0] = 30.0
    assert [ask("a"), ask("a")] == [3, 3]


def test_many_who_ask_at_once_cost_one_answer():
    asked = []
    kept = Kept(30)
    people = [Thread(target=lambda: kept.of("a", lambda: sleep(0.05) or asked.append(1))) for _ in range(8)]
    for person in people:
        person.start()
    for person in people:
        person.join()
    assert len(asked) == 1


def test_an_answer_that_failed_is_not_kept():
    kept = Kept(30)

    def fails():
        raise OSError

    for _ in range(2):
        try:
            kept.of("a", fails)
        except OSError:
            continue
    assert kept.of("a", lambda: "well") == "well"
