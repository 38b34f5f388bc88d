"""One account per role for the demo city, told on its sign-in page. Made only where SUNSHINE_DEMO is set."""

from dataclasses import dataclass
from datetime import datetime

from psycopg import Connection

from records.accounts.actions import create
from records.accounts.model import ROLES
from records.accounts.store import Accounts

PASSWORD = "Sunshine-2026!"


@dataclass(frozen=True)
class DemoAccount:
    id: str
    name: str
    role: str
    areas: tuple[str, ...] = ("*",)
    units: tuple[str, ...] = ()


ACCOUNTS = (
    DemoAccount("leader", "张敏", "shift_leader"),
    DemoAccount("operator", "李卫国", "operator"),
    DemoAccount("officer", "王志强", "enforcement_officer", ("dongsheng",)),
    DemoAccount("patrol", "赵慧", "patrol_officer", ("kangbashi-s01",)),
    DemoAccount("kitchen", "刘洋", "safety_officer", (), ("U000001",)),
    DemoAccount("screen", "指挥大屏", "wall"),
    DemoAccount("admin", "系统管理员", "administrator"),
    DemoAccount("auditor", "审计员", "auditor"),
)
NAMES = {key: (zh, en) for key, zh, en, _ in ROLES}


def told(account: DemoAccount) -> dict[str, object]:
    """As the sign-in page shows it."""
    zh, en = NAMES[account.role]
    return {"id": account.id, "name": account.name, "role": {"zh": zh, "en": en}, "grid": _grid(account)}


def _grid(account: DemoAccount) -> str:
    """How much of the city the account sees, in a word that the sign-in page has a sentence for."""
    if account.units:
        return "unit"
    if "*" in account.areas:
        return "city"
    return "street" if "-" in account.areas[0] else "banner"


def ensure(connection: Connection, now: datetime) -> None:
    """The accounts that are not there yet; areas and units are those of the demo city."""
    accounts = Accounts(connection)
    accounts.seed_roles()
    for demo in ACCOUNTS:
        if accounts.one(demo.id) is None:
            create(
                connection, demo.id, PASSWORD, now, name=demo.name, roles=(demo.role,), areas=demo.areas,
                units=demo.units, must_change=False, by="demo",
            )  # fmt: skip
