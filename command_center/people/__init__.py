"""People: signing in, one's own account, and the administration of accounts, roles and the audit log."""

from command_center.house import House
from command_center.people import accounts, administration, audit, door, mine, oidc, roles


def add(house: House) -> None:
    for part in (door, oidc, mine, administration, accounts, roles, audit):
        part.add(house)
