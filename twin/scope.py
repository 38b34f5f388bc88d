"""What a screen can watch: the city, an area (banner), a street or one unit."""

from dataclasses import dataclass

from twin.state import WHOLE, City, Unit

KINDS = ("area", "street", "unit")
LONGEST = 120


@dataclass(frozen=True)
class Scope:
    kind: str  # city, area, street, unit
    id: str = ""

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}" if self.id else self.kind

    @property
    def place(self) -> str:
        """The key of its counters."""
        return WHOLE if self.kind == "city" else self.id

    @property
    def wide(self) -> bool:
        """Whether it has too many devices to list them all."""
        return self.kind in ("city", "area")

    def holds(self, unit: Unit) -> bool:
        match self.kind:
            case "city":
                return True
            case "area":
                return unit.area == self.id
            case "street":
                return unit.street == self.id
        return unit.id == self.id


def parse(raw: object) -> Scope:
    """The scope a client named. Raises ValueError with words for that client."""
    if raw == "city":
        return Scope("city")
    if isinstance(raw, str) and len(raw) <= LONGEST:
        kind, _, id = raw.partition(":")
        if kind in KINDS and id:
            return Scope(kind, id)
    raise ValueError('a scope is "city", "area:{id}", "street:{id}" or "unit:{id}"')


def missing(city: City, scope: Scope) -> str | None:
    """Why the scope cannot be watched, in words; None when it can."""
    match scope.kind:
        case "area" | "street":
            if scope.id in city.areas or scope.id in city.tallies:
                return None
            return f"there is no {scope.kind} {scope.id}"
        case "unit":
            unit = city.units.get(scope.id)
            return None if unit is not None and unit.listed else f"there is no unit {scope.id}"
    return None


def scopes_of(unit: Unit) -> tuple[str, ...]:
    """Names of the scopes that show this unit."""
    return "city", f"area:{unit.area}", f"street:{unit.street}", f"unit:{unit.id}"
