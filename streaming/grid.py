"""A person's part of the city: areas with types of business, or single units. The rest is not there for them."""

from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True)
class Grid:
    """`areas` are paths (`ordos/dongsheng`, `ordos/dongsheng/dongsheng-s01`), `types` business types (none: all of
    them), `units` ids of single units besides. A grid of nothing sees nothing."""

    areas: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    units: tuple[str, ...] = ()

    @cached_property
    def whole(self) -> bool:
        """The city with all that is in it: a path of one part is the city's own."""
        return not self.types and any("/" not in path for path in self.areas)

    @cached_property
    def key(self) -> str:
        """The same for all people who see the same; empty for the whole city."""
        if self.whole:
            return ""
        return ";".join(",".join(sorted(part)) for part in (self.areas, self.types, self.units))

    @cached_property
    def _ids(self) -> frozenset[str]:
        return frozenset(path.rpartition("/")[2] for path in self.areas)

    @cached_property
    def _all_areas(self) -> bool:
        return any("/" not in path for path in self.areas)

    def holds(self, *, unit: str, banner: str, street: str, business_type: str) -> bool:
        """The same answer as the policy of the table `unit` gives (a test compares them)."""
        if self.whole or unit in self.units:
            return True
        if self.types and business_type not in self.types:
            return False
        return self._all_areas or banner in self._ids or street in self._ids


EVERYTHING = Grid(areas=("*",))
NOTHING = Grid()
