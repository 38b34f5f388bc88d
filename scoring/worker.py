"""The score process: follow the log, judge, and write what follows, so that every effect happens exactly once.

What a step says, the rows it changes and the offset it has read to are committed together. After a death the state is
rebuilt from a checkpoint and the log up to that offset, without saying anything again.
"""

import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import psycopg
from msgspec.structs import replace
from prometheus_client import Counter, Gauge
from psycopg import Connection

from scoring.judge import Judge, is_ours
from scoring.projections import Projections
from scoring.rules import Rule, Rules, ensure_defaults, load_versions, one
from streaming.database import wait_for_database
from streaming.events import Event, RuleChanged
from streaming.health import Health, database_answers
from streaming.intake import store_facts
from streaming.log import Batch, open_log
from streaming.settings import Settings
from twin import checkpoint
from twin.apply import apply, apply_batch
from twin.state import City

GROUP = KEEPER = "score"
BATCHES = 100  # of the log per step
TICK, FADE, CHECKPOINT = timedelta(seconds=1), timedelta(minutes=10), timedelta(minutes=5)

_NEWEST = """
    SELECT log_offset, state FROM checkpoint WHERE keeper = 'score' AND log_offset <= %s
     ORDER BY log_offset DESC LIMIT 3
"""
_SAVE = """
    INSERT INTO checkpoint (keeper, log_offset, recorded_at, state) VALUES ('score', %s, %s, %s)
    ON CONFLICT (keeper, log_offset) DO UPDATE SET state = excluded.state
"""

# Unlike the twin's, these answer no question about the past: the newest few are enough.
_THIN = """
    DELETE FROM checkpoint WHERE keeper = 'score' AND log_offset NOT IN
           (SELECT log_offset FROM checkpoint WHERE keeper = 'score' ORDER BY log_offset DESC LIMIT 3)
"""

log = logging.getLogger("score")
EVENTS = Counter("sunshine_score_events_total", "Facts judged")
BEHIND = Gauge("sunshine_score_behind_batches", "Batches of the log not yet judged")
BEHIND_SECONDS = Gauge("sunshine_score_behind_seconds", "Age of the newest judged batch when it was judged")
OPEN = Gauge("sunshine_score_alarms_open", "Open alarms", ["level"])
SAID = Counter("sunshine_score_said_total", "Facts that judgement added", ["kind"])
REFUSED = Counter("sunshine_score_refused_total", "Facts that could not be judged and were passed over", ["kind"])
FAILURES = Counter("sunshine_score_failures_total", "Times that judging began again after a database error")
PATIENCE = (1, 2, 5, 10, 30)  # seconds between tries


def run(settings: Settings) -> None:
    """Judge until the process is told to stop. Whatever the database answers, nothing is skipped: it is tried again."""
    ready: list[Worker] = []
    health = Health(database=database_answers(settings.database), judge=lambda: bool(ready))
    health.serve(settings.bind, settings.score_port)
    tries, tried_at = 0, 0.0
    while True:
        try:
            wait_for_database(settings.database, 60)
            with Worker(settings.database, settings.timezone) as worker:
                worker.recover()
                ready.append(worker)
                worker.follow(lambda: datetime.now(UTC))
        except psycopg.Error as error:
            # What memory holds may be ahead of what was committed: begin again from what was.
            now = time.monotonic()
            tries = tries + 1 if now - tried_at < 2 * PATIENCE[-1] else 1
            tried_at, seconds = now, PATIENCE[min(tries, len(PATIENCE)) - 1]
            FAILURES.inc()
            _say_why(error, seconds)
            time.sleep(seconds)
        finally:
            ready.clear()


def _say_why(error: psycopg.Error, seconds: float) -> None:
    if isinstance(error, psycopg.OperationalError):
        log.warning("the database went away, judging begins again in %s s: %s", seconds, error)
    else:
        log.error("the database refused what judging wrote; nothing is skipped, it is tried again in %s s: %s: %s",
                  seconds, error.sqlstate, error)  # fmt: skip


class Worker:
    """One reader of the log. Only one works at a time: a second waits until the first has gone."""

    def __init__(self, database: str, zone: ZoneInfo):
        self._zone = zone
        self._log = open_log(database)
        self._connection: Connection = psycopg.connect(database, autocommit=True, connect_timeout=5)
        self._offset = 0
        self._city = City(timezone=zone.key)
        self._ticked_at = self._faded_at = self._saved_at = datetime.min.replace(tzinfo=UTC)

    def __enter__(self) -> "Worker":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._log.close()
        self._connection.close()

    def recover(self) -> None:
        """Come to the state that was committed last, saying nothing."""
        self._connection.execute("SELECT pg_advisory_lock(hashtext('sunshine_score'))")
        ensure_defaults(self._connection)
        committed = self._log.offset_of(GROUP)
        self.judge, judged_to = self._saved_judge(committed)
        self._city = checkpoint.newest(self._connection) or self._city
        self._replay(min(judged_to, self._city.offset), judged_to, committed)
        self._offset = committed
        self._adopt_what_was_said(committed)
        self._projections = Projections(self.judge)
        self._measure_open()
        log.info("judging from offset %d with %d units", committed, len(self.judge.index.units))

    def follow(self, clock: Callable[[], datetime]) -> None:
        while True:
            if not self.step(clock()):
                self._log.wait(min(1.0, max(0.05, (self._ticked_at + TICK - clock()).total_seconds())))

    def step(self, now: datetime) -> int:
        """Judge what is there, at most so much as fits one transaction. Returns how much was done."""
        batches = self._log.read(self._offset, BATCHES)
        said: list[Event] = []
        for batch in batches:
            self._take(batch, said)
        is_behind = len(batches) == BATCHES
        # While there is more to read, it is as late as the log says: nobody is silent who has not been read yet.
        moment = batches[-1].recorded_at if is_behind else now
        scored = self._pass_time(moment, said, is_behind)
        self._commit(batches, said, moment)
        count = sum(len(batch.events) for batch in batches)
        self._measure(batches, said, count, now)
        return count + scored

    def save(self) -> None:
        """Keep the state, so that the next start need not read the whole log."""
        with self._connection.transaction():
            self._save(datetime.now(UTC))

    # --- judging

    def _take(self, batch: Batch, said: list[Event]) -> None:
        hear = self._projections.hear
        for event in batch.events:
            self._judge(event, said, hear)
        self._see(batch)

    def _judge(self, event: Event, said: list[Event], hear: Callable) -> None:
        """One fact that nobody can judge must not stop the judgement of a city: it is told and passed over."""
        rule = one(self._connection, event.rule, event.version) if type(event) is RuleChanged else None
        try:
            if rule is not None:
                self._use(rule, event.at, said, hear)
            self.judge.take(event, said, hear)
        except Exception:
            REFUSED.labels(event.__struct_config__.tag).inc()
            log.exception("the fact %s could not be judged and is passed over", event.key)

    def _see(self, batch: Batch) -> None:
        """Let the twin see a batch; what it cannot take is passed over as well."""
        try:
            self._city = apply_batch(self._city, batch)
        except Exception:
            city = self._city
            for event in batch.events:
                try:
                    city = apply(city, event)
                except Exception:
                    log.exception("the fact %s cannot be shown by the twin and is passed over", event.key)
            self._city = replace(city, offset=batch.offset, recorded_at=batch.recorded_at)

    def _pass_time(self, moment: datetime, said: list[Event], is_behind: bool) -> int:
        hear = self._projections.hear
        if moment - self._ticked_at >= TICK or moment < self._ticked_at:
            self._ticked_at = moment
            self.judge.tick(moment, said, hear)
        if is_behind:
            return 0  # an index is told as of now, not of every moment that led here
        fades = moment - self._faded_at >= FADE or moment < self._faded_at
        if fades:
            self._faded_at = moment
            self.judge.fade(moment)
        results = self.judge.rescore(moment, said, hear)
        self._projections.scored(results, everything=fades)
        return len(results)

    def _use(self, rule: Rule, at: datetime, said: list[Event], hear: Callable) -> None:
        self.judge.use(self.judge.rules.changed(rule), at, said, hear)
        if rule.key.startswith("index/"):
            self._faded_at = datetime.min.replace(tzinfo=UTC)

    def _commit(self, batches: list[Batch], said: list[Event], moment: datetime) -> None:
        saves = bool(batches) and moment - self._saved_at >= CHECKPOINT
        if not (batches or said or saves) and self._projections.is_empty():
            return
        offset = batches[-1].offset if batches else self._offset
        with self._connection.transaction():
            self._projections.write(self._connection, moment)
            if batches:
                self._log.commit(self._connection, GROUP, offset)
            self._offset = offset
            if saves:
                self._save(batches[-1].recorded_at)
                self._saved_at = moment
            # Last, because writers of the log wait for one another from here to the commit.
            store_facts(self._connection, said, self._log)

    # --- starting again

    def _saved_judge(self, committed: int) -> tuple[Judge, int]:
        for offset, raw in self._connection.execute(_NEWEST, (committed,), binary=True).fetchall():
            judge = Judge.load(bytes(raw), self._rules_of, self._zone)
            if judge is not None:
                return judge, int(offset)
        return Judge(self._rules_of({}), self._zone), 0

    def _rules_of(self, versions: dict[str, int]) -> Rules:
        """The rules of a moment; rows that came with a newer product count from their first version."""
        first = {rule.key: 1 for rule in load_versions(self._connection, _Ones())}
        return load_versions(self._connection, {**first, **versions})

    def _replay(self, after: int, judged_to: int, committed: int) -> None:
        while after < committed:
            batches = self._log.read(after, BATCHES)
            if not batches:
                return
            for batch in batches:
                after = batch.offset
                if after > committed:
                    return
                self._see(batch)
                if after > judged_to:
                    self._replay_batch(batch)

    def _replay_batch(self, batch: Batch) -> None:
        unsaid: list[Event] = []  # it was said when this was judged first
        for event in batch.events:
            self._judge(event, unsaid, _nobody)

    def _adopt_what_was_said(self, committed: int) -> None:
        """What we said last lies behind the offset we had read to."""
        after = committed
        while batches := self._log.read(after, BATCHES):
            for batch in batches:
                for event in batch.events:
                    if is_ours(event):
                        self.judge.adopt(event)
            after = batches[-1].offset

    def _save(self, recorded_at: datetime) -> None:
        self._connection.execute(_SAVE, (self._offset, recorded_at, self.judge.dump()))
        self._connection.execute(_THIN)
        checkpoint.save(self._connection, self._city)

    def _measure(self, batches: list[Batch], said: list[Event], count: int, now: datetime) -> None:
        EVENTS.inc(count)
        for event in said:
            SAID.labels(event.__struct_config__.tag).inc()
        if batches:
            BEHIND_SECONDS.set(max(0.0, (now - batches[-1].recorded_at).total_seconds()))
            BEHIND.set(self._log.head() - self._offset)
        if said:
            self._measure_open()

    def _measure_open(self) -> None:
        by_level = self.judge.alarms.book.by_level()
        for level in (1, 2, 3, 4):
            OPEN.labels(str(level)).set(by_level[level])


class _Ones(dict):
    """Every row in its first version."""

    def get(self, key: str, default: object = None) -> int:
        return 1


def _nobody(event: Event) -> None:
    pass
