"""Counters over the part of the city that some people may see, kept as the city keeps its own: by what changed."""

from collections.abc import Iterable, Mapping

from twin.placing import places, share
from twin.scope import Scope
from twin.state import City, Unit
from twin.tally import NOTHING, Tally, minus, plus


class Part:
    """The units of a scope. For people of the whole city these are the city's own counters and cost nothing."""

    def __init__(self, scope: Scope, city: City):
        self._scope = scope
        self._city = city
        self._tallies: dict[str, Tally] | None = None

    def tallies(self, city: City, touched: Iterable[str]) -> Mapping[str, Tally]:
        """The counters of this city. `touched`: the units of which something may have changed since the last call."""
        if self._scope.grid.whole:
            return city.tallies
        if self._tallies is None:
            self._tallies = {}
            for unit in city.units.values():
                self._count(unit)
        else:
            for id in touched:
                before, after = self._city.units.get(id), city.units.get(id)
                if before is not after:
                    self._count(before, away=True)
                    self._count(after)
        self._city = city
        return self._tallies

    def _count(self, unit: Unit | None, away: bool = False) -> None:
        if unit is None or not unit.listed or not self._scope.holds(unit):
            return
        assert self._tallies is not None
        change, mine = (minus if away else plus), share(unit)
        for place in places(unit):
            self._tallies[place] = change(self._tallies.get(place, NOTHING), mine)
