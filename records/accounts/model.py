"""Roles, permissions, passwords: the rules of signing in, without a database or a clock."""

import string
from dataclasses import dataclass
from datetime import datetime, timedelta

from streaming.grid import Grid

PERMISSIONS: dict[str, tuple[str, str]] = {
    "people": ("查看人员信息", "See names and phones of people"),
    "alarms": ("处置预警", "Handle alarms"),
    "silence": ("静默预警", "Silence alarms"),
    "export": ("导出数据", "Export data"),
    "registry": ("维护区域与单位档案", "Keep areas and units"),
    "rules": ("调整规则", "Change rules"),
    "accounts": ("管理账号", "Manage accounts"),
    "roles": ("管理角色", "Manage roles"),
    "audit": ("查看审计日志", "Read the audit log"),
}

SPECIAL = frozenset({"accounts", "roles", "audit"})  # given with a reason, and written down

# Key, names and permissions of the roles every house begins with (SUP-01; administration and audit are kept apart).
ROLES: tuple[tuple[str, str, str, tuple[str, ...]], ...] = (
    ("shift_leader", "值班长", "Shift leader", ("people", "alarms", "silence", "export", "rules", "registry")),
    ("operator", "值班员", "Operator", ("people", "alarms", "silence")),
    ("enforcement_officer", "执法员", "Enforcement officer", ("people", "alarms", "silence", "export")),
    ("patrol_officer", "巡查员", "Patrol officer", ("people", "alarms")),
    ("safety_officer", "食品安全员", "Food-safety officer", ("people", "alarms")),
    ("wall", "大屏", "Video wall", ()),
    ("administrator", "系统管理员", "Administrator", ("accounts", "roles", "registry")),
    ("auditor", "审计员", "Auditor", ("audit", "export")),
)

# ../shared numbers, section 11 (5.14 of the plan): the rule for servers.
SHORTEST = 10
VALID = timedelta(days=90)
REMEMBERED = 5  # passwords that cannot be used again
FAILURES = 5  # more than these in a row lock the account
LOCK = timedelta(minutes=30)
IDLE = timedelta(minutes=60)  # a session nobody used ends
LONGEST = timedelta(hours=12)  # and a shift is over some time
TOKEN_LONGEST = timedelta(days=365)
WALL_STAYS = timedelta(days=30)  # a screen nobody touches; each use begins it anew

CLASSES = (
    ("upper", frozenset(string.ascii_uppercase)),
    ("lower", frozenset(string.ascii_lowercase)),
    ("digit", frozenset(string.digits)),
)


def missing_in(password: str, account: str = "") -> list[str]:
    """What a password lacks: `length`, `upper`, `lower`, `digit`, `special`, `name` (it holds the account's own)."""
    lacks = ["length"] if len(password) < SHORTEST else []
    lacks += [name for name, letters in CLASSES if not letters & set(password)]
    if all(letter.isalnum() or letter.isspace() for letter in password):
        lacks.append("special")
    if account and len(account) > 2 and account.lower() in password.lower():
        lacks.append("name")
    return lacks


@dataclass(frozen=True)
class Viewer:
    """Who asks: an account with what it may do and see. `session` names the session in the audit log."""

    account: str
    name: str
    roles: tuple[str, ...]
    permissions: frozenset[str]
    grid: Grid
    session: str = ""
    csrf: str = ""
    must_change: bool = False
    expires_at: datetime | None = None
    idle_at: datetime | None = None  # when it ends unless it is used; None: it does not
    kind: str = "browser"

    def may(self, permission: str) -> bool:
        return permission in self.permissions
