"""What people do with alarms: told once, written down, and judged on."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
import pytest

from records.alarms import load
from records.alarms.actions import do
from records.alarms.deeds import Deed, NotSo, Person
from records.alarms.store import Alarms
from scoring.worker import Worker
from streaming.events import AlarmRaised, Event, LicenceRecorded
from streaming.grid import EVERYTHING, Grid
from streaming.intake import store_facts
from streaming.log.postgres import PostgresLog
from tests.scoring.kitchens import a_device, a_reading, a_unit, after
from tests.small_registry import a_small_registry

LI, ZHANG = Person("li", "李卫国", EVERYTHING), Person("zhang", "张敏", EVERYTHING)
OF_OTUOKE = Person("tuya", "图雅", Grid(areas=("ordos/otuoke",)))
UNIT, FRIDGE = "U000001", "U000001-FR1"


class Desk:
    """A database with one warm refrigerator that is judged, and people who answer."""

    def __init__(self, database: str, connection: psycopg.Connection):
        self.connection, self.log = connection, PostgresLog(database)
        a_small_registry(connection)
        self.worker = Worker(database, ZoneInfo("Asia/Shanghai"))
        self.worker.recover()
        self.tell(a_unit(UNIT), a_device(FRIDGE, unit=UNIT), *(self.reading(12, minute) for minute in range(0, 40, 5)))
        self.judge(40)
        (self.alarm,) = [row[0] for row in connection.execute("SELECT id FROM alarm")]

    def reading(self, value: float, minute: float) -> Event:
        return a_reading(value, minute, device=FRIDGE, unit=UNIT)

    def tell(self, *events: Event) -> None:
        with self.connection.transaction():
            self.log.append(self.connection, list(events))

    def judge(self, minute: float) -> None:
        while self.worker.step(after(minute)):
            pass

    def do(self, kind: str, by: Person, minute: float, alarms: list[str] | None = None, **more: Any):
        rows = Alarms(self.connection).some(alarms or [self.alarm])
        with self.connection.transaction():
            outcome = do(self.connection, Deed(kind, by, after(minute), **more), rows, self.log)
        return outcome

    def row(self) -> dict[str, Any]:
        row = Alarms(self.connection).one(self.alarm)
        assert row
        return row

    def counted(self) -> tuple | None:
        query = "SELECT open_alarms, worst_level FROM unit_state WHERE unit_id = %s"
        return self.connection.execute(query, (UNIT,)).fetchone()

    def story(self) -> list[tuple[str, str]]:
        story = reversed(Alarms(self.connection).story([self.alarm]))
        return [(one["kind"], one["body"].get("by_name") or one["body"].get("because", "")) for one in story]


@pytest.fixture
def house(database, connection):
    desk = Desk(database, connection)
    yield desk
    desk.worker.close()
    desk.log.close()


def test_of_two_who_acknowledge_at_once_one_has_it_and_the_other_is_told_who(house):
    assert len(house.do("acknowledge", LI, 41).facts) == 1
    late = house.do("acknowledge", ZHANG, 41)  # the judges have not written the first one down yet
    assert (late.facts, [(one.code, one.by) for one in late.refused]) == ([], [("taken", "李卫国")])
    house.judge(42)
    assert house.row()["acknowledged_name"] == "李卫国"
    assert [one.by for one in house.do("acknowledge", ZHANG, 43).refused] == ["李卫国"]


def test_a_silence_ends_by_itself_and_the_alarm_counts_again(house):
    house.do("silence", LI, 41, until=after(71), text="检修")
    house.judge(42)
    assert house.row()["silenced_until"] == after(71)
    assert house.counted() == (0, None)
    house.judge(70)
    assert house.row()["silenced_until"] is not None
    house.judge(72)
    assert house.row()["silenced_until"] is None
    assert (house.counted() or (0, None))[1] == 2
    assert house.story()[-1] == ("alarm_unsilenced", "ended")


def test_a_silenced_alarm_that_gets_worse_calls_again(house):
    house.do("silence", LI, 41, until=after(41 + 24 * 60), text="检修")
    house.judge(42)
    house.tell(house.reading(19, 45))
    house.judge(46)
    assert house.row()["silenced_until"] is None
    assert ("alarm_unsilenced", "worse") in house.story()


def test_a_silence_survives_the_death_of_the_judges(house, database):
    house.do("silence", LI, 41, until=after(71), text="检修")
    house.judge(42)
    house.worker.close()
    house.worker = Worker(database, ZoneInfo("Asia/Shanghai"))
    house.worker.recover()
    house.judge(72)
    assert house.row()["silenced_until"] is None


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"text": "检修"}, "no_end"),
        ({"text": "检修", "until": after(40)}, "no_end"),
        ({"text": "检修", "until": after(41) + timedelta(days=8)}, "too_long"),
        ({"text": " ", "until": after(50)}, "no_reason"),
    ],
)
def test_a_silence_needs_an_end_and_a_reason(house, more, code):
    with pytest.raises(NotSo, match=code):
        house.do("silence", LI, 41, **more)


def test_an_alarm_is_given_only_to_somebody_who_sees_it(house):
    assert [one.code for one in house.do("assign", LI, 41, to=OF_OTUOKE).refused] == ["outside"]
    house.do("assign", LI, 42, to=ZHANG)
    house.judge(43)
    assert house.row()["assigned_name"] == "张敏"
    assert [one.code for one in house.do("assign", LI, 44, to=ZHANG).refused] == ["same"]
    house.do("assign", ZHANG, 45)
    house.judge(46)
    assert house.row()["assigned_to"] is None


def test_of_many_alarms_each_is_done_or_refused_for_its_own_reason(house):
    raised = [
        AlarmRaised(
            unit=UNIT, at=after(41), id=f"alarm_raised:A{n}", alarm=f"A{n}", rule="r", level=2, since=after(40),
            incident=f"I{n}", reason="x",
        )
        for n in range(3)
    ]  # fmt: skip
    with house.connection.transaction():
        store_facts(house.connection, raised, house.log)
    house.judge(42)
    house.do("acknowledge", ZHANG, 43, ["A0"])
    house.tell(house.reading(4, 44))
    house.judge(45)
    outcome = house.do("acknowledge", LI, 46, [house.alarm, "A0", "A1", "A2"])
    assert sorted(fact.alarm for fact in outcome.facts) == ["A1", "A2"]
    assert {(one.alarm, one.code) for one in outcome.refused} == {(house.alarm, "cleared"), ("A0", "taken")}


def test_the_story_says_who_did_what_and_what_happened(house):
    house.do("acknowledge", LI, 41)
    house.do("assign", LI, 42, to=ZHANG)
    house.do("comment", ZHANG, 43, text="已联系店长")
    house.do("silence", ZHANG, 44, until=after(99), text="检修")
    house.judge(45)
    house.do("unsilence", LI, 46)
    house.tell(house.reading(4, 47))
    house.judge(48)
    assert house.story() == [
        ("alarm_raised", ""), ("alarm_acknowledged", "李卫国"), ("alarm_assigned", "李卫国"),
        ("alarm_commented", "张敏"), ("alarm_silenced", "张敏"), ("alarm_unsilenced", "李卫国"), ("alarm_cleared", ""),
    ]  # fmt: skip
    assert house.row()["comments"] == 1
    closed = Alarms(house.connection).closed(after(0), after(60), 10, person="卫国")
    assert [row["id"] for row in closed] == [house.alarm]
    assert Alarms(house.connection).closed(after(0), after(60), 10, person="%") == []


def test_two_licences_are_two_incidents(house):
    expires = after(0).date() + timedelta(days=3)
    house.tell(*(
        LicenceRecorded(unit=UNIT, at=after(40), licence=kind, number="1", expires_on=expires, id=f"licence:{kind}")
        for kind in ("food_license", "business_license")
    ))  # fmt: skip
    house.judge(50)
    query = "SELECT count(*), count(DISTINCT incident_id) FROM alarm WHERE reason = 'licence_expiry'"
    assert house.connection.execute(query).fetchone() == (2, 2)


def test_load_counts_by_ten_minutes_and_answers(house):
    house.do("acknowledge", LI, 45)
    house.judge(46)
    found = load.load(house.connection, after(50), hours=1)
    assert (len(found["slots"]), sum(found["slots"]), found["raised"]) == (6, 1, 1)
    assert found["prompt_share"] in (0.0, 1.0) and found["standing"]["standing"] == 1
    assert [(row["account"], row["alarms"]) for row in found["operators"]] == [("li", 1)]
    assert [row["device_id"] for row in found["actors"]] == [FRIDGE]


@pytest.mark.parametrize(
    ("rate", "name"),
    [(0.9, "acceptable"), (1, "manageable"), (2, "manageable"), (3, "demanding"), (5, "over_demanding"), (10, "flood")],
)
def test_bands_of_eemua_191(rate, name):
    assert load.band(rate) == name


def test_an_alarm_that_waits_for_ten_minutes_was_not_answered_promptly():
    now = datetime(2026, 6, 18, 4, tzinfo=UTC)

    def raised(minutes: int, answered: int | None) -> dict[str, Any]:
        at = now - timedelta(minutes=minutes)
        taken = None if answered is None else at + timedelta(minutes=answered)
        return {"raised_at": at, "acknowledged_at": taken, "cleared_at": None}

    found = load.answers([raised(30, 4), raised(30, None), raised(30, 20), raised(5, None)], now)
    assert found["prompt_share"] == pytest.approx(1 / 3, abs=1e-3)
    assert found["acknowledge_seconds"] == 12 * 60
