"""What a screen can watch: the city, an area (banner), a street or one unit, and of it what its people may see."""

from collections.abc import Iterator
from dataclasses import dataclass

from streaming.grid import EVERYTHING, Grid
from twin.state import WHOLE, City, Unit

KINDS = ("area", "street", "unit")
LONGEST = 120
DEEPEST = 8  # areas within areas; what is told of them could also go round in a circle


@dataclass(frozen=True)
class Scope:
    kind: str  # city, area, street, unit
    id: str = ""
    grid: Grid = EVERYTHING

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
                here = True
            case "area":
                here = unit.area == self.id
            case "street":
                here = unit.street == self.id
            case _:
                here = unit.id == self.id
        return here and (self.grid.whole or in_grid(unit, self.grid))


def in_grid(unit: Unit, grid: Grid) -> bool:
    return grid.holds(unit=unit.id, banner=unit.area, street=unit.street, business_type=unit.business_type)


def parse(raw: object, grid: Grid = EVERYTHING) -> Scope:
    """The scope a client named. Raises ValueError with words for that client."""
    if raw == "city":
        return Scope("city", grid=grid)
    if isinstance(raw, str) and len(raw) <= LONGEST:
        kind, _, id = raw.partition(":")
        if kind in KINDS and id:
            return Scope(kind, id, grid)
    raise ValueError('a scope is "city", "area:{id}", "street:{id}" or "unit:{id}"')


def missing(city: City, scope: Scope) -> str | None:
    """Why the scope cannot be watched, in words; None when it can. What lies outside the grid is not there."""
    match scope.kind:
        case "area" | "street":
            known = scope.id in city.areas or scope.id in city.tallies
            there = known and sees_area(city, scope.grid, scope.id)
        case "unit":
            unit = city.units.get(scope.id)
            there = unit is not None and unit.listed and scope.holds(unit)
        case _:
            there = True
    return None if there else f"there is no {scope.kind} {scope.id}"


def sees_area(city: City, grid: Grid, area: str) -> bool:
    """The same answer as the policy of the table `area` gives: areas in the grid, those it lies in, those of its
    single units."""
    if grid.whole or any("/" not in path for path in grid.areas):
        return True
    parts = [path.split("/") for path in grid.areas]
    above = set(_upwards(city, area))
    if any(path[-1] in above or area in path for path in parts):
        return True
    single = (city.units.get(id) for id in grid.units)
    return any(unit is not None and area in {unit.area, *_upwards(city, unit.street)} for unit in single)


def _upwards(city: City, area: str) -> Iterator[str]:
    """The area and those it lies in."""
    for _ in range(DEEPEST):
        if not area:
            return
        yield area
        known = city.areas.get(area)
        area = known.parent if known else ""


def scopes_of(unit: Unit) -> tuple[str, ...]:
    """Names of the scopes that show this unit."""
    return "city", f"area:{unit.area}", f"street:{unit.street}", f"unit:{unit.id}"
