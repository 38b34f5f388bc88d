"""Cursors: an opaque name for a place in a list, so that pages stay right while entries come and go."""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated, Any

from fastapi import Query

from api.problems import wrong

Limit = Annotated[int, Query(ge=1, le=1000, description="Entries per page", examples=[100])]
Cursor = Annotated[str | None, Query(description="`next` of the page before", max_length=500)]


def page(rows: Sequence[dict[str, Any]], limit: int, key: Callable[[dict[str, Any]], Sequence[Any]]) -> dict[str, Any]:
    """The first `limit` of the rows; the caller asked for one more, to know whether there is a next page."""
    items = list(rows[:limit])
    return {"items": items, "next": _encode(key(items[-1])) if len(rows) > limit else None}


def place(cursor: str | None, kinds: Sequence[type], start: Sequence[Any]) -> list[Any]:
    """The key that a cursor names, or `start` without one. Raises 422 for a cursor that is none of ours."""
    if cursor is None:
        return list(start)
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        key = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        if not isinstance(key, list) or len(key) != len(kinds):
            raise ValueError
        return [_read(part, kind) for part, kind in zip(key, kinds, strict=True)]
    except (ValueError, TypeError, binascii.Error, RecursionError):
        raise wrong("cursor", cursor, "allowed is the value of `next` of a page of this list") from None


def _encode(key: Sequence[Any]) -> str:
    raw = json.dumps([part.isoformat() if isinstance(part, datetime) else part for part in key], separators=(",", ":"))
    return base64.urlsafe_b64encode(raw.encode()).decode().rstrip("=")


def _read(part: Any, kind: type) -> Any:
    if kind is datetime:
        at = datetime.fromisoformat(part)
        if at.tzinfo is None:
            raise ValueError
        return at
    if type(part) is not kind or "\x00" in str(part) or (isinstance(part, int) and abs(part) >= 2**63):
        raise ValueError
    return part
