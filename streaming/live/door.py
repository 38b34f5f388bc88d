"""Who may come in, and what part of the city those see. The hub asks when a client connects, and later again."""

from collections.abc import Set
from dataclasses import dataclass
from typing import Any, Protocol

from streaming.callers import Caller
from streaming.grid import EVERYTHING, Grid


@dataclass(frozen=True)
class Admitted:
    """`who` is a session, empty for callers that have none; `roles` end a connection when they change."""

    grid: Grid = EVERYTHING
    who: str = ""
    roles: tuple[str, ...] = ()


class Door(Protocol):
    def admit(self, environ: dict[str, Any], auth: Any) -> Admitted | None:
        """None: this caller must sign in first."""

    def standing(self, admitted: Set[Admitted]) -> Set[Admitted]:
        """Those of them for whom all is as it was when they came in. One question for all."""


class OpenDoor:
    """For screens in the street: everybody may look."""

    def admit(self, environ: dict[str, Any], auth: Any) -> Admitted | None:
        return Admitted()

    def standing(self, admitted: Set[Admitted]) -> Set[Admitted]:
        return admitted


class LocalDoor:
    """For programs on this machine and nobody else."""

    def __init__(self, trusted: bool = True):
        self._trusted = trusted

    def admit(self, environ: dict[str, Any], auth: Any) -> Admitted | None:
        return Admitted() if self._trusted and Caller.of_environ(environ).is_this_machine else None

    def standing(self, admitted: Set[Admitted]) -> Set[Admitted]:
        return admitted
