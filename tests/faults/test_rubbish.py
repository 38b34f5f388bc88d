"""Ten thousand messages that no device should send."""

import itertools
import json
from collections.abc import Iterator

import pytest

from bench.servers import until
from tests.faults.house import House, Publisher
from tests.few_devices import UNIT

pytestmark = pytest.mark.faults

TOPIC = f"sunshine/v1/{UNIT}/T1/telemetry"
COUNT = 10_000
# Only what this test published: under load the house may still be storing what the test before it sent. (What is
# understood and has a wrong time is kept as an event, without a topic.)
OURS = f"FROM quarantine WHERE topic IN ('{TOPIC}', '')"

RUBBISH: dict[str, bytes] = {
    "truncated": b'{"temperature": 4.',
    "wrong type": b'{"temperature": "warm"}',
    "a list of numbers": b"[1, 2, 3]",
    "no object": b"42",
    "NaN": b'{"temperature": NaN}',
    "infinite": b'{"temperature": 1e999}',
    "bad UTF-8": b'{"temperature": 4, "note": "\xff\xfe"}',
    "year 9999": b'{"ts": "9999-12-31T23:59:59Z", "temperature": 4}',
    "year 1": b'{"ts": "0001-01-01T00:00:00Z", "temperature": 4}',
    "no offset": b'{"ts": "2026-01-01T00:00:00", "temperature": 4}',
    "time of a wrong type": b'{"ts": {"now": true}, "temperature": 4}',
    "deep": b"[" * 20_000,
    "deep object": b'{"a":' * 5_000 + b"1" + b"}" * 5_000,
    "empty": b"",
    "zero bytes": b"\x00\x00\x00",
    "a name that cannot be": json.dumps({"x" * 500: 1}).encode(),
    "binary": bytes(range(256)),
}
HUGE = b'{"temperature": 4, "note": "' + b"x" * 1_000_000 + b'"}'


def rubbish() -> Iterator[bytes]:
    yield from itertools.repeat(HUGE, 20)
    yield from itertools.islice(itertools.cycle(RUBBISH.values()), COUNT - 20)


def test_ten_thousand_malformed_messages_are_kept_with_reasons_and_stop_nothing(house: House, publisher: Publisher):
    for number, payload in enumerate(rubbish()):
        publisher.publish(number, TOPIC, payload)
        if number % 1_000 == 0:
            publisher.publish(1_000_000 + number, TOPIC, b'{"temperature": %d}' % (1_000_000 + number))
    until(publisher.drained, 60, "the broker did not take it all")
    until(lambda: house.count(f"SELECT count(*) {OURS}") >= COUNT, 60, "not all of it is in the quarantine")
    with house.connection() as connection:
        reasons = dict(connection.execute(f"SELECT reason, count(*) {OURS} GROUP BY 1").fetchall())
        wordless = connection.execute(f"SELECT count(*) {OURS} AND detail = ''").fetchone()
        longest = connection.execute(f"SELECT max(length(payload)), max(payload_size) {OURS}").fetchone()
    assert sum(reasons.values()) == COUNT
    assert wordless == (0,)
    assert longest == (64 * 1024, len(HUGE))
    expected = {"bad_json", "wrong_type", "not_finite", "bad_utf8", "bad_time", "too_large", "future_time", "too_old"}
    assert expected <= reasons.keys(), reasons
    assert not {"internal_error", "not_storable"} & reasons.keys(), reasons
    good = set(range(1_000_000, 1_000_000 + COUNT, 1_000))
    until(lambda: good <= house.stored().keys(), 20, "the good ones among them are not stored")
    assert {number for number in house.stored() if number >= min(good)} == good
    assert house.is_running("ingest")
