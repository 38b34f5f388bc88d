"""What goes wrong follows from the seed, is told to the truth file, and is as wrong as it says."""

import json
from itertools import pairwise
from random import Random
from zoneinfo import ZoneInfo

import pytest

from sensors.city import damage, past
from sensors.city.clock import Clock
from sensors.city.dialects import SparkplugNode, dialects
from sensors.city.faults import BY_KEY, HOUR, Fault, Schedule, Truth
from sensors.city.field import Field
from sensors.city.registry import build
from sensors.city.reporter import Reporter
from sensors.city.troubles import Troubles

CHINA = ZoneInfo("Asia/Shanghai")
START = 1_795_330_800.0  # 15:00 in China
UNITS, SEED = 3_000, 9


class Wire:
    """Keeps what would have gone to the broker."""

    def __init__(self):
        self.sent = []

    def publish(self, unit, messages):
        self.sent += messages

    def publish_node(self, messages):
        self.sent += messages

    def report(self, device, values, ts, good=True):
        """Machines on OPC UA are heard elsewhere."""

    def take(self):
        sent, self.sent = self.sent, []
        return sent


@pytest.fixture(scope="module")
def city():
    return build(UNITS, SEED)


@pytest.fixture
def town(city, tmp_path):
    """A city without faults of its own: each test provokes what it wants to see."""
    return Town(city, tmp_path)


class Town:
    def __init__(self, city, folder, units=0):
        self.city, self.path = city, folder / "truth.jsonl"
        self.field = Field(city.sensors, city.units, SEED, START, CHINA)
        self.truth = Truth(self.path)
        self.troubles = Troubles(city.devices, Schedule(city.devices, units, SEED), self.field, self.truth)
        self.troubles.begin(START)
        self.wire = Wire()
        self.reporter = Reporter(
            city.sensors, self.field, self.troubles, Clock(START), dialects(CHINA, 1), self.wire, self.wire, SEED
        )
        self.troubles.on_voice = lambda device, online: (
            self.reporter.tell_status(device, online, self.field.now) if device in self.field.places else None
        )
        self.troubles.on_sudden = lambda device: self.reporter.tell_sudden(device, self.field.now)

    def native(self, kind):
        return next(d for d in self.city.sensors if d.kind == kind and not d.aliases)

    def provoke(self, **order):
        return self.troubles.provoke(json.dumps(order).encode(), self.field.now)

    def pass_minutes(self, minutes):
        for _ in range(minutes):
            self.troubles.advance(self.field.now + 60)
            self.field.advance(self.field.now + 60)

    def report(self, device):
        self.wire.take()
        self.reporter.report(device, self.field.now)
        return self.wire.take()

    def truths(self):
        return [json.loads(line) for line in self.path.read_text().splitlines()] if self.path.exists() else []


# --- the schedule -------------------------------------------------------------------------------------------------


def test_the_same_seed_and_hour_give_the_same_faults_whenever_they_are_asked_for(city):
    hour = int(START // HOUR)
    first = [Schedule(city.devices, UNITS, SEED).of_hour(h) for h in range(hour, hour + 24)]
    again = [Schedule(city.devices, UNITS, SEED).of_hour(h) for h in range(hour + 23, hour - 1, -1)]
    assert first == again[::-1]
    assert sum(map(len, first)) > 20
    assert first != [Schedule(city.devices, UNITS, SEED + 1).of_hour(h) for h in range(hour, hour + 24)]


def test_a_wall_of_the_whole_city_has_a_few_dozen_faults_at_a_time():
    whole = build(11_266, SEED)
    schedule = Schedule(whole.devices, 11_266, SEED)
    counts = [len(schedule.active_at(START + hour * HOUR)) for hour in range(0, 96, 8)]
    assert 15 <= min(counts) <= max(counts) <= 90


def test_no_fault_lasts_longer_than_a_restart_looks_back():
    assert all(kind.minutes[1] <= 72 * 60 for kind in BY_KEY.values())


# --- the truth file -----------------------------------------------------------------------------------------------


def test_every_fault_that_began_has_its_line_of_truth(city, tmp_path):
    town = Town(city, tmp_path, units=11_266)
    town.pass_minutes(24 * 60)
    expected = {fault.id for hour in range(int(START // HOUR), int(START // HOUR) + 25)
                for fault in town.troubles._schedule.of_hour(hour)
                if START < fault.start <= town.field.now}  # fmt: skip
    expected |= {fault.id for fault in town.troubles._schedule.active_at(START)}
    lines = town.truths()
    assert {line["id"] for line in lines} == expected
    assert len(lines) == len(expected) > 100
    assert all(line["from"] < line["until"] and line["unit"] and "parameters" in line for line in lines)


def test_a_restart_does_not_tell_the_same_truth_twice(town):
    fault = town.provoke(fault="offline", minutes=60)
    again = Truth(town.path)
    again.tell(fault, fault.start, fault.end)
    assert [line["id"] for line in town.truths()] == [fault.id]


def test_a_half_written_line_of_a_killed_process_is_passed_over(town):
    town.provoke(fault="offline")
    with town.path.open("a") as file:
        file.write('{"id": "half')
    Truth(town.path)


@pytest.mark.parametrize("kind", sorted(BY_KEY))
def test_every_kind_of_fault_can_be_provoked_and_is_told(town, kind):
    fault = town.provoke(fault=kind, minutes=3)
    (line,) = town.truths()
    assert (line["kind"], line["unit"], line["provoked"]) == (kind, fault.unit, True)
    assert line["device"] == (fault.device or None)
    town.pass_minutes(4)
    assert not any(town.troubles.of(device.id) for device in town.city.devices)


def test_an_order_that_makes_no_sense_is_refused_and_changes_nothing(town):
    for order in (b"", b"[]", b'{"fault": "meteor"}', b'{"fault": "smoke", "unit": "nowhere"}', b'{"minutes": 3}'):
        assert town.troubles.provoke(order, town.field.now) is None
    assert town.truths() == []


# --- effects ------------------------------------------------------------------------------------------------------


def test_a_power_cut_takes_all_devices_of_a_unit_with_notice_and_brings_them_back(town):
    unit = town.native("fridge_temp_humidity").unit_id
    here = [device for device in town.city.sensors if device.unit_id == unit]
    town.provoke(fault="power_cut", unit=unit, minutes=20)
    gone = [message for message in town.wire.take() if message.topic.endswith("/status")]
    assert {message.payload for message in gone} == {b"offline"}
    assert len(gone) == sum(not device.aliases for device in here)
    assert all(town.report(device) == [] for device in here)
    town.wire.take()
    town.pass_minutes(21)
    assert {message.payload for message in town.wire.take() if message.topic.endswith("/status")} == {b"online"}


def test_smoke_is_told_at_once_and_again_when_it_is_over(town):
    device = town.native("smoke_alarm")
    town.provoke(fault="smoke", device=device.id, minutes=5)
    values = [json.loads(m.payload)["value"] for m in town.wire.take() if b'"smoke"' in m.payload]
    town.pass_minutes(6)
    values += [json.loads(m.payload)["value"] for m in town.wire.take() if b'"smoke"' in m.payload]
    assert values == [1, 0]


def test_a_stuck_device_repeats_its_value_while_the_truth_moves_on(town):
    device = town.native("fridge_temp_humidity")
    town.provoke(fault="stuck", device=device.id, minutes=200)
    said, true = [], []
    for _ in range(12):
        (message,) = town.report(device)
        said.append(json.loads(message.payload)["temperature"])
        true.append(town.field.reading(device.id)["temperature"])
        town.pass_minutes(5)
    assert len(set(said)) == 1 < len(set(true))


def test_a_drift_grows_to_its_strength():
    fault = {"drift": Fault("x", "drift", "U1", "D1", 0, 1e6, strength=2.0)}
    values = {"temperature": 4.0, "humidity": 60}
    assert damage.numbers(values, fault, 0, None)["temperature"] == 4.0
    assert damage.numbers(values, fault, damage.DRIFT_SECONDS / 2, None)["temperature"] == 5.0
    assert damage.numbers(values, fault, damage.DRIFT_SECONDS * 3, None) == {"temperature": 6.0, "humidity": 60}


def test_a_repeating_device_says_exactly_the_same_again(town):
    device = town.native("fridge_temp_humidity")
    town.provoke(fault="repeat", device=device.id, strength=3)
    messages = town.report(device)
    assert len(messages) == 4
    assert len(set(messages)) == 1


def test_a_wrong_clock_is_wrong_by_what_the_truth_says(town):
    device = town.native("fridge_temp_humidity")
    town.provoke(fault="wrong_clock", device=device.id, strength=3600)
    (message,) = town.report(device)
    assert json.loads(message.payload)["ts"] == pytest.approx((town.field.now + 3600) * 1000)
    assert town.truths()[0]["parameters"]["strength"] == 3600


def test_a_sparkplug_device_dies_and_is_born_again(town):
    device = next(d for d in town.city.sensors if d.aliases.startswith("sparkplug"))
    town.report(device)
    town.provoke(fault="offline", device=device.id, minutes=2)
    (death,) = town.wire.take()
    town.pass_minutes(3)
    (birth,) = town.wire.take()
    assert "/DDEATH/" in death.topic
    assert "/DBIRTH/" in birth.topic


@pytest.mark.parametrize("seed", range(40))
def test_rubbish_is_no_good_message(seed):
    payload = damage.rubbish({"temperature": 4.2, "humidity": 61}, START, Random(seed))
    try:
        raw = json.loads(payload, parse_constant=lambda word: word)
    except (ValueError, UnicodeDecodeError, RecursionError):
        return
    is_good = isinstance(raw, dict) and isinstance(raw.get("ts"), int) and all(
        isinstance(value, int | float) for value in raw.values()
    )  # fmt: skip
    assert not is_good


def test_the_hours_before_the_start_become_late_batches_without_a_gap(city, tmp_path):
    field = Field(city.sensors, city.units, SEED, past.begins_at(START), CHINA)
    troubles = Troubles(city.devices, Schedule(city.devices, 0, SEED), field, Truth(tmp_path / "truth.jsonl"))
    natives = [device for device in city.sensors if not device.aliases and device.interval_seconds]
    batches = past.live_through(field, troubles, START, natives)
    assert len(batches) == len(natives)
    times = [point["ts"] / 1000 for point in json.loads(batches[0].payload)]
    assert len(times) <= 36
    assert {round(b - a) for a, b in pairwise(times)} == {past.INTERVAL}
    assert START - past.BACKLOG < times[0] < times[-1] < START


def test_all_devices_report_once_in_an_interval_and_evenly(town):
    town.reporter.speak(START)
    counts = []
    for second in range(10, 310, 10):
        town.reporter.speak(START + second)
        counts.append(len(town.wire.take()))
    rounds = [d for d in town.city.sensors if d.interval_seconds and not d.aliases.startswith("opcua")]
    assert sum(counts) == len(rounds)
    assert max(counts) - min(counts) <= 4


def test_the_sparkplug_node_counts_its_messages_from_zero_at_birth():
    from sensors.decoding.sparkplug_payload import Payload

    node = SparkplugNode(session=300)
    city = build(11_266, SEED)
    device = next(d for d in city.sensors if d.aliases.startswith("sparkplug"))
    sequence = [node.birth(START), node.device_birth(device, {"temperature": 4.0}, START),
                *node.telemetry(device, {"temperature": 4.5}, START)]  # fmt: skip
    payloads = [Payload.FromString(message.payload) for message in sequence]
    assert [payload.seq for payload in payloads] == [0, 1, 2]
    assert payloads[2].metrics[0].alias == payloads[1].metrics[0].alias
    assert not payloads[2].metrics[0].name
