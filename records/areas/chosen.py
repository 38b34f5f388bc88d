"""Which units a question is about: those of an area, of a type of business, of a colour."""

from dataclasses import dataclass
from typing import Any, LiteralString


@dataclass(frozen=True)
class Chosen:
    """None: whatever it is. `path` is that of an area; what lies in it lies in the choice."""

    path: str | None = None
    type: str | None = None
    colour: str | None = None

    @property
    def units(self) -> LiteralString:
        """Active units as rows of `id` and `area_path`; a filter that is not asked for costs nothing."""
        join: LiteralString = "LEFT JOIN unit_state ON unit_state.unit_id = unit.id" if self.colour else ""
        return f"SELECT unit.id, unit.area_path FROM unit {join} WHERE {self.where}"  # noqa: S608 (texts of ours)

    @property
    def where(self) -> LiteralString:
        """For a query that has `unit` and, when a colour is asked for, `unit_state`."""
        where: LiteralString = "unit.status = 'active'"
        if self.path is not None:
            where += " AND (unit.area_path = %(path)s OR starts_with(unit.area_path, %(path)s || '/'))"
        if self.type is not None:
            where += " AND unit.business_type = %(type)s"
        if self.colour is not None:
            where += " AND coalesce(unit_state.colour, 'none') = %(colour)s"
        return where

    @property
    def values(self) -> dict[str, Any]:
        return {"path": self.path, "type": self.type, "colour": self.colour}
