"""Why a unit's index is what it is, read from its stored result: what cost the most points comes first."""

from typing import Any

WITHOUT_POINTS = ("open_level_1", "too_little_known")


def reasons(result: dict[str, Any] | None) -> list[dict[str, Any]]:
    """Rows of the key of a sentence (texts `because.*`) and the points lost, None where points do not say it."""
    if not result:
        return []
    plain = [{"key": key, "lost": None} for key in result.get("reasons", ()) if key in WITHOUT_POINTS]
    costly = [
        {"key": indicator["because"], "lost": round(indicator["max"] - indicator["points"], 1)}
        for indicator in result.get("indicators", ())
        if indicator.get("because")
    ]
    return plain + sorted((row for row in costly if row["lost"] > 0), key=lambda row: -row["lost"])


def move(result: dict[str, Any] | None) -> dict[str, Any] | None:
    """From what to what the total went when it was told last, and which indicators took it there; None: it did not."""
    if not result or result.get("previous") is None or result.get("total") is None:
        return None
    before, after = round(result["previous"], 1), round(result["total"], 1)
    if before == after:
        return None
    down = after < before
    causes = [
        {"key": row["indicator"], "points": round(row["after"] - row["before"], 1)}
        for row in result.get("moved", ())
        if row["before"] is not None and (row["after"] < row["before"]) == down
    ]
    return {"before": before, "after": after, "by": [row for row in causes if row["points"]]}
