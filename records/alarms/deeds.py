"""What people do with alarms, one or many at a time. Pure: what is asked, and of each alarm a fact or why not."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from records.alarms.store import Row
from streaming.events import (
    AlarmAcknowledged,
    AlarmAssigned,
    AlarmCommented,
    AlarmSilenced,
    AlarmUnsilenced,
    Event,
    millis,
)
from streaming.grid import Grid

LONGEST_SILENCE = timedelta(days=7)  # whoever needs longer must look again after a week
LONGEST_TEXT = 1000
MOST = 1000  # alarms in one deed
PERMISSIONS = {
    "acknowledge": "alarms", "assign": "alarms", "comment": "alarms", "silence": "silence", "unsilence": "silence",
}  # fmt: skip


@dataclass(frozen=True)
class Person:
    """Somebody who may handle alarms. `name` as it is written down with the deed."""

    account: str
    name: str
    grid: Grid


@dataclass(frozen=True)
class Deed:
    """`kind` is one of PERMISSIONS. `to` None: nobody. `text` is a comment, or the reason of a silence."""

    kind: str
    by: Person
    at: datetime
    text: str = ""
    to: Person | None = None
    until: datetime | None = None


class NotSo(ValueError):
    """The deed makes no sense (a silence without an end). The message is a code that pages have words for."""


@dataclass
class Refusal:
    """Why one alarm was left as it is: cleared, taken (`by` has it), same, not_silenced, outside, unknown."""

    alarm: str
    code: str
    by: str = ""


@dataclass
class Outcome:
    facts: list[Event] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)


def check(deed: Deed) -> None:
    """Raises NotSo."""
    if deed.kind == "comment" and not deed.text.strip():
        raise NotSo("no_text")
    if len(deed.text) > LONGEST_TEXT:
        raise NotSo("long_text")
    if deed.kind == "silence":
        if deed.until is None or deed.until <= deed.at:
            raise NotSo("no_end")
        if deed.until - deed.at > LONGEST_SILENCE:
            raise NotSo("too_long")
        if not deed.text.strip():
            raise NotSo("no_reason")


def judge(deed: Deed, rows: Sequence[Row]) -> Outcome:
    """A fact for each alarm that takes the deed."""
    outcome = Outcome()
    for row in rows:
        refusal = _refusal(deed, row)
        if refusal is None:
            outcome.facts.append(_FACTS[deed.kind](deed, row))
        else:
            outcome.refused.append(refusal)
    return outcome


def _refusal(deed: Deed, row: Row) -> Refusal | None:
    alarm = row["id"]
    if deed.kind == "comment":
        return None  # what was learnt later is worth writing down too
    if row["state"] == "cleared":
        return Refusal(alarm, "cleared")
    if deed.kind == "acknowledge" and row["state"] == "acknowledged":
        return Refusal(alarm, "taken", row["acknowledged_name"] or row["acknowledged_by"] or "")
    if deed.kind == "unsilence" and row["silenced_until"] is None:
        return Refusal(alarm, "not_silenced")
    if deed.kind == "assign":
        if (deed.to.account if deed.to else None) == row["assigned_to"]:
            return Refusal(alarm, "same", row["assigned_name"] or "")
        if deed.to is not None and not _holds(deed.to.grid, row):
            return Refusal(alarm, "outside", deed.to.name)
    return None


def _holds(grid: Grid, row: Row) -> bool:
    return grid.holds(
        unit=row["unit_id"], banner=row["banner_id"], street=row["street_id"], business_type=row["business_type"]
    )


def _acknowledged(deed: Deed, row: Row) -> Event:
    # The first to say so has it: the fact is named after the alarm, so a second one is no new fact.
    return AlarmAcknowledged(
        id=f"alarm_acknowledged:{row['id']}", unit=row["unit_id"], at=deed.at, alarm=row["id"], by=deed.by.account,
        by_name=deed.by.name, comment=deed.text.strip(),
    )  # fmt: skip


def _assigned(deed: Deed, row: Row) -> Event:
    return AlarmAssigned(
        id=_id("alarm_assigned", deed, row), unit=row["unit_id"], at=deed.at, alarm=row["id"], by=deed.by.account,
        by_name=deed.by.name, to=deed.to.account if deed.to else "", name=deed.to.name if deed.to else "",
    )  # fmt: skip


def _commented(deed: Deed, row: Row) -> Event:
    return AlarmCommented(
        id=_id("alarm_commented", deed, row), unit=row["unit_id"], at=deed.at, alarm=row["id"], by=deed.by.account,
        by_name=deed.by.name, text=deed.text.strip(),
    )  # fmt: skip


def _silenced(deed: Deed, row: Row) -> Event:
    assert deed.until
    return AlarmSilenced(
        id=_id("alarm_silenced", deed, row), unit=row["unit_id"], at=deed.at, alarm=row["id"], by=deed.by.account,
        by_name=deed.by.name, until=deed.until, reason=deed.text.strip(),
    )  # fmt: skip


def _unsilenced(deed: Deed, row: Row) -> Event:
    return AlarmUnsilenced(
        id=_id("alarm_unsilenced", deed, row), unit=row["unit_id"], at=deed.at, alarm=row["id"], by=deed.by.account,
        by_name=deed.by.name,
    )  # fmt: skip


def _id(kind: str, deed: Deed, row: Row) -> str:
    return f"{kind}:{row['id']}:{deed.by.account}:{millis(deed.at)}"


_FACTS: dict[str, Callable[[Deed, Row], Event]] = {
    "acknowledge": _acknowledged,
    "assign": _assigned,
    "comment": _commented,
    "silence": _silenced,
    "unsilence": _unsilenced,
}
