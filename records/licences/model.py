"""Licences of units."""

from collections.abc import Iterable
from datetime import date, timedelta

from records.cells import choice, day, identifier, text
from records.sheet import Column, Sheet

KINDS: dict[str, tuple[str, ...]] = {
    "business_license": ("营业执照",),
    "food_license": ("食品经营许可证", "食品经营许可"),
}

SHEET = Sheet(
    name="licences",
    table="licence",
    key=("unit_id", "kind"),
    columns=(
        Column(field="unit_id", read=identifier, headers=("单位编号", "门店编号"), required=True),
        Column(field="kind", read=choice(KINDS), headers=("证照类型", "类型"), required=True),
        Column(field="number", read=text(100), headers=("证照编号", "许可证编码", "许可证号"), required=True),
        Column(field="issued_on", type="date", read=day, headers=("发证日期",)),
        Column(field="expires_on", type="date", read=day, headers=("到期日期", "许可证到期时间", "有效期至")),
    ),
)

WARN_DAYS = 60  # the first of the warnings before an expiry


def state_on(expires_on: date | None, today: date) -> str:
    """`valid`, `expiring` (within 60 days) or `expired`. A licence without an end is valid."""
    if expires_on is None or expires_on > today + timedelta(days=WARN_DAYS):
        return "valid"
    return "expiring" if expires_on >= today else "expired"


def worst(states: Iterable[str]) -> str:
    """The state of a unit's licences together; `missing` when none is on record."""
    present = set(states)
    return next((state for state in ("expired", "expiring", "valid") if state in present), "missing")
