"""Which times are believed. `docs/ingest.md` states the rules for people."""

from datetime import UTC, datetime, timedelta

FUTURE = timedelta(minutes=5)  # clocks of devices run ahead; more than this is a wrong clock
OLDEST_AGE = timedelta(days=400)  # raw readings are not kept longer
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)  # devices without a clock begin in 1970


def wrong_time(at: datetime, now: datetime) -> tuple[str, str] | None:
    """The reason, as code and words, why this time is not believed."""
    if at > now + FUTURE:
        return "future_time", f"{at.isoformat()} is more than 5 minutes ahead of our clock ({now.isoformat()})"
    if at < EPOCH or at < now - OLDEST_AGE:
        return "too_old", f"{at.isoformat()} is before 2000 or more than 400 days ago{_hint(at, now)}"
    return None


def _hint(at: datetime, now: datetime) -> str:
    """A sender that counts in seconds seems to speak of January 1970."""
    seconds = at.timestamp() * 1000
    if not EPOCH.timestamp() <= seconds <= (now + FUTURE).timestamp():
        return ""
    meant = datetime.fromtimestamp(seconds, UTC)
    return f"; {seconds:.0f} would be {meant.isoformat()} in seconds, but milliseconds since 1970 are expected"
