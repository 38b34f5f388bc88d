"""Why a unit's index is what it is, read from the stored result: what cost the most points comes first."""

from typing import Any


def reasons(result: dict[str, Any] | None) -> list[dict[str, Any]]:
    """Rows of {zh, en, points, at}; `points` is what was lost."""
    return []
