"""The score process on a real database: what was judged, written once, whatever dies when."""

import random
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import psycopg
import pytest

from scoring import rules
from scoring.worker import REFUSED, Worker
from streaming.events import AlarmAcknowledged, DeviceWentOffline, Event, UnitClosed
from streaming.intake import store_facts
from streaming.log.postgres import PostgresLog
from tests.scoring.kitchens import a_device, a_licence, a_rating, a_reading, a_unit, after, an_inspection_by_itself

ZONE = ZoneInfo("Asia/Shanghai")
FRIDGE = "alarm/fridge_temp_humidity/temperature"


class House:
    """A database, its log and the worker that judges it."""

    def __init__(self, database: str, connection: psycopg.Connection):
        self.database, self.connection = database, connection
        self.log = PostgresLog(database)
        self.worker = self.started()

    def started(self) -> Worker:
        worker = Worker(self.database, ZONE)
        worker.recover()
        return worker

    def restart(self) -> None:
        """As after kill -9: nothing is said good-bye to."""
        self.worker.close()
        self.worker = self.started()

    def tell(self, *events: Event) -> None:
        with self.connection.transaction():
            self.log.append(self.connection, list(events))

    def judge(self, now: datetime) -> None:
        while self.worker.step(now):
            pass

    def rows(self, query: str) -> list[tuple]:
        return self.connection.execute(query).fetchall()

    def alarms(self) -> list[tuple]:
        return self.rows("SELECT id, state, level, value FROM alarm ORDER BY id")


@pytest.fixture
def house(database, connection):
    house = House(database, connection)
    yield house
    house.worker.close()
    house.log.close()


def warm_for(minutes: int) -> list[Event]:
    return [a_reading(12, minute) for minute in range(0, minutes, 5)]


def test_a_warm_refrigerator_becomes_a_row_that_clears_when_it_cools(house):
    house.tell(a_unit(), a_device(), *warm_for(35))
    house.judge(after(31))
    ((_, state, level, value),) = house.alarms()
    assert (state, level, value) == ("open", 2, 12)
    assert house.rows("SELECT cause, closed_at FROM incident") == [("device", None)]
    assert house.rows("SELECT open_alarms, worst_level FROM unit_state") == [(1, 2)]
    house.tell(a_reading(4, 35))
    house.judge(after(36))
    assert [row[1] for row in house.alarms()] == ["cleared"]
    assert house.rows("SELECT count(*) FROM incident WHERE closed_at IS NULL") == [(0,)]
    assert house.rows("SELECT open_alarms, worst_level FROM unit_state") == [(0, None)]


def test_the_newest_reading_of_each_metric_is_kept_and_a_late_one_is_not(house):
    house.tell(a_unit(), a_device(), a_reading(4, 5), a_reading(61, 5, "humidity"), a_reading(9, 1))
    house.judge(after(6))
    ((online, seen_at, readings),) = house.rows("SELECT online, seen_at, readings FROM device_state")
    assert (online, seen_at) == (True, after(5))
    assert {metric: reading["value"] for metric, reading in readings.items()} == {"temperature": 4, "humidity": 61}


def test_a_silent_device_goes_offline_and_the_times_it_was_online_are_kept(house):
    house.tell(a_unit(), a_device(), a_reading(4, 0))
    house.judge(after(1))
    house.judge(after(20))
    house.tell(a_reading(4, 30))
    house.judge(after(31))
    assert house.rows("SELECT since, until FROM device_presence ORDER BY since") == [
        (after(0), after(15)),
        (after(30), None),
    ]


def test_an_alarm_whose_device_falls_silent_stays_open_and_says_so(house):
    house.tell(a_unit(), a_device(), *warm_for(35))
    house.judge(after(31))
    house.tell(DeviceWentOffline(unit="U1", device="FR1", at=after(32), reason="last_will"))
    house.judge(after(32))
    assert house.rows("SELECT state, silent_since FROM alarm") == [("open", after(32))]
    house.tell(a_reading(12, 40))
    house.judge(after(40))
    assert house.rows("SELECT state, silent_since FROM alarm") == [("open", None)]


def test_an_acknowledged_alarm_says_by_whom(house):
    house.tell(a_unit(), a_device(), *warm_for(35))
    house.judge(after(31))
    ((alarm, *_),) = house.alarms()
    house.tell(AlarmAcknowledged(unit="U1", at=after(33), alarm=alarm, by="Li Na", comment="repair called"))
    house.judge(after(33))
    assert house.rows("SELECT state, acknowledged_by, comment FROM alarm") == [
        ("acknowledged", "Li Na", "repair called")
    ]


def test_a_rule_changed_to_five_seconds_works_while_the_worker_runs(house):
    now = datetime.now(UTC)
    house.tell(a_unit(), a_device(), a_reading(12, (now - after()).total_seconds() / 60))
    house.judge(now)
    assert house.alarms() == []
    with psycopg.connect(house.database) as other:
        body = {**rules.load(other).body(FRIDGE), "dwell_seconds": 5}
        assert rules.change(other, FRIDGE, body, by="Li Na", why="a test of the siren") == 2
    house.judge(now + timedelta(seconds=6))
    assert [row[1] for row in house.alarms()] == ["open"]


def test_the_index_of_a_unit_is_told_and_kept_with_what_is_behind_it(house):
    house.tell(a_unit(), a_licence(), an_inspection_by_itself(), a_rating(5))
    house.judge(after(1))
    ((total, colour, coverage),) = house.rows("SELECT total, colour, coverage FROM unit_state")
    assert total > 80 and colour in ("green", "blue") and coverage < 1
    ((result,),) = house.rows("SELECT result FROM unit_index")
    assert sum(indicator["points"] for indicator in result["indicators"]) == pytest.approx(total, abs=0.01)
    assert house.rows("SELECT count(*) FROM fact WHERE kind = 'index_changed'") == [(1,)]


def test_what_it_said_itself_is_not_counted_again_when_the_log_brings_it(house):
    house.tell(a_unit(), a_device("SM1", "smoke_alarm"), a_reading(1, metric="smoke", device="SM1"))
    house.tell(a_reading(0, 1, metric="smoke", device="SM1"))
    house.judge(after(1))
    penalty = house.worker.judge.index.units["U1"].sums["smoke_and_gas"].n
    assert penalty == 1
    house.restart()
    house.judge(after(2))
    assert house.worker.judge.index.units["U1"].sums["smoke_and_gas"].n == penalty
    assert len(house.alarms()) == 1


def a_day(seed: int) -> list[list[Event]]:
    """Batches of an eventful day: warm spells, silences, smoke, late readings."""
    chance = random.Random(seed)
    batches: list[list[Event]] = [[a_unit()], [a_device(f"D{n}") for n in range(4)], [a_device("S", "smoke_alarm")]]
    for step in range(100):
        minute = 5.0 * step
        batch: list[Event] = []
        for n in range(4):
            if chance.random() < 0.9 and not 60 <= step <= 66:  # the power is cut
                warm = (step // 12 + n) % 3 == 0
                batch.append(
                    a_reading(12.0 if warm else 4.0, minute - (20 if chance.random() < 0.05 else 0), device=f"D{n}")
                )
        if not 60 <= step <= 66:
            batch.append(a_reading(float(chance.random() < 0.1), minute, "smoke", "S"))
        batches.append(batch)
    return batches


@pytest.mark.parametrize("seed", range(4))
def test_killed_at_any_moment_it_ends_with_the_same_alarms_as_undisturbed(house, server, seed):
    def live(kills: set[int], saves: set[int]) -> None:
        for step, batch in enumerate(a_day(seed)):
            if batch:
                house.tell(*batch)
            now = after(5.0 * (step - 3) + 1)
            if step in kills:
                house.worker._commit = lambda *_: (_ for _ in ()).throw(KeyboardInterrupt)  # dies before it commits
                with pytest.raises(KeyboardInterrupt):
                    house.worker.step(now)
                house.restart()
            house.judge(now)
            if step in kills:
                house.restart()  # and again right after it committed
            if step in saves:
                house.worker.save()

    def outcome() -> list[list[tuple]]:
        questions = (
            "SELECT id, state, level, value, since, raised_at, cleared_at, incident_id FROM alarm ORDER BY id",
            "SELECT id, closed_at IS NULL FROM incident ORDER BY id",
            "SELECT device_id, since, until FROM device_presence ORDER BY 1, 2",
            "SELECT device_id, online, readings FROM device_state ORDER BY 1",
            "SELECT id, body FROM fact WHERE kind LIKE 'alarm%' OR kind LIKE 'device%' ORDER BY id",
            "SELECT unit_id, open_alarms, worst_level FROM unit_state",
        )
        return [house.rows(question) for question in questions]

    live(set(), set())
    undisturbed = outcome()
    house.worker.close()
    house.connection.execute(
        "TRUNCATE log, log_reader, fact, checkpoint, rule, alarm, incident, device_state, device_presence, unit_state,"
        " unit_index RESTART IDENTITY CASCADE"
    )
    house.worker = house.started()
    chance = random.Random(seed + 100)
    live({chance.randrange(103) for _ in range(25)}, {chance.randrange(103) for _ in range(4)})
    disturbed = outcome()
    assert len(undisturbed[0]) > 5
    for before, now in zip(undisturbed, disturbed, strict=True):
        assert now == before


def test_facts_stored_by_another_process_are_judged_too(house):
    with house.connection.transaction():
        store_facts(house.connection, [a_unit(), a_licence(), an_inspection_by_itself(), a_rating(4)], house.log)
    house.judge(after(1))
    assert house.rows("SELECT count(*) FROM unit_state WHERE total IS NOT NULL") == [(1,)]


def refusing(house, device: str) -> None:
    """The judge meets a fact that it was not made for."""
    take = house.worker.judge.take

    def stumbles(event, *rest):
        if getattr(event, "device", "") == device:
            raise KeyError("nobody thought of this")
        take(event, *rest)

    house.worker.judge.take = stumbles


def test_a_fact_that_cannot_be_judged_is_passed_over_and_told_and_the_next_ones_are_judged(house, caplog):
    refused = REFUSED.labels("reading_taken")
    before = refused._value.get()
    house.tell(a_unit(), a_device("SM1", "smoke_alarm"), a_device("SM2", "smoke_alarm"))
    house.judge(after())
    refusing(house, "SM1")
    smoke = [a_reading(1, 1, "smoke", device) for device in ("SM1", "SM2")]
    house.tell(*smoke)
    house.judge(after(1))
    assert [id for id, *_ in house.alarms()] == [f"smoke:SM2:{int(after(1).timestamp() * 1000)}"]
    assert refused._value.get() == before + 1
    assert smoke[0].key in caplog.text and "nobody thought of this" in caplog.text


def test_a_unit_whose_index_cannot_be_worked_out_does_not_stop_the_others(house, caplog):
    for unit in ("U1", "U2"):
        house.tell(a_unit(unit), a_licence(unit), an_inspection_by_itself(unit=unit), a_rating(4, unit=unit))
    score = house.worker.judge.index.score

    def stumbles(unit, at):
        if unit == "U1":
            raise ZeroDivisionError("of nothing")
        return score(unit, at)

    house.worker.judge.index.score = stumbles
    house.judge(after(1))
    assert house.rows("SELECT unit_id FROM unit_state WHERE total IS NOT NULL") == [("U2",)]
    assert "the index of U1" in caplog.text


def test_what_the_twin_cannot_take_is_passed_over_and_its_offset_goes_on(house, monkeypatch):
    house.tell(a_unit())
    house.judge(after())

    def stumbles(city, batch):
        raise TypeError("a form nobody knows")

    monkeypatch.setattr("scoring.worker.apply_batch", stumbles)
    house.tell(a_device("SM1", "smoke_alarm"), a_reading(1, 1, "smoke", "SM1"))
    house.judge(after(1))
    assert house.worker._city.offset == house.worker._offset == house.worker._log.head()
    assert "SM1" in house.worker._city.devices


def test_a_warm_refrigerator_says_what_its_index_lost_and_by_which_readings(house):
    house.tell(a_unit(), a_licence(), an_inspection_by_itself(), a_device(), a_reading(4, -10), a_reading(4, 0))
    house.judge(after(1))
    warm = [a_reading(12, minute) for minute in range(5, 65, 5)]
    house.tell(*warm)
    house.judge(after(61))
    ((result,),) = house.rows("SELECT result FROM unit_index ORDER BY at DESC LIMIT 1")
    (alarm,) = [id for id, *_ in house.alarms()]
    move = next(move for move in result["moved"] if move["indicator"] == "cold_chain")
    assert move["after"] < move["before"] and result["total"] < result["previous"]
    readings = {f"reading:FR1:temperature:{int(event.at.timestamp() * 1000)}" for event in warm}
    assert move["facts"][0] == f"alarm_raised:{alarm}" and set(move["facts"][1:]) <= readings
    assert "cold_chain_open" in result["reasons"]
    ((body,),) = house.rows("SELECT body FROM fact WHERE kind = 'index_changed' ORDER BY at DESC LIMIT 1")
    assert set(move["facts"]) <= set(body["because"])
    house.restart()
    house.tell(a_reading(12, 65))
    house.judge(after(66))
    ((result,),) = house.rows("SELECT result FROM unit_index ORDER BY at DESC LIMIT 1")
    assert [move["indicator"] for move in result["moved"]].count("cold_chain") <= 1


def test_a_unit_that_closes_takes_its_alarms_and_its_index_along(house):
    house.tell(a_unit(), a_licence(expires_on=date(2026, 1, 1)), an_inspection_by_itself(), a_device(), *warm_for(35))
    house.judge(after(31))
    assert {row[1] for row in house.alarms()} == {"open"} and house.rows("SELECT unit_id FROM unit_state") == [("U1",)]
    house.tell(UnitClosed(unit="U1", at=after(32), id="closed:U1"))
    house.judge(after(33))
    house.tell(a_rating(5, days=1))
    house.judge(after(days=1))
    assert {row[1] for row in house.alarms()} == {"cleared"}
    assert house.rows("SELECT unit_id FROM unit_state") == []
    assert house.rows("SELECT count(*) FROM incident WHERE closed_at IS NULL") == [(0,)]
    assert list(house.worker.judge.index.totals(after(days=1))) == []
    assert house.worker._city.tally().open_alarms == 0


def test_information_is_no_open_alarm_of_its_unit(house):
    house.tell(a_unit(), a_licence(expires_on=date(2026, 7, 1)))
    house.judge(after(1))
    assert [row[2] for row in house.alarms()] == [4]
    assert house.rows("SELECT open_alarms, worst_level FROM unit_state") == [(0, None)]


def test_what_a_warm_refrigerator_costs_is_told_while_its_alarm_is_open_and_partly_given_back_afterwards(house):
    rules.change(house.connection, FRIDGE, {**rules.load(house.connection).body(FRIDGE), "dwell_seconds": 5}, "a", "b")
    house.tell(a_unit(), a_licence(), an_inspection_by_itself(), a_rating(5), a_device(), a_reading(4, 0))
    totals = []
    for minute, value in ((1, 4), (2, 12), (2.2, 12), (3, 4), (3.1, 4)):
        house.tell(a_reading(value, minute))
        house.judge(after(minute + 0.5))
        totals += house.rows("SELECT total FROM unit_state")
    ((before,), _, (during,), _, (afterwards,)) = totals
    assert during < before - 1 and during < afterwards < before
