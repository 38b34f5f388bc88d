"""Tiles of a map from a local .mbtiles file (SQLite), when TILE_URL names one: /tiles/{z}/{x}/{y}."""

import sqlite3
from pathlib import Path

from flask import Response

from command_center.house import House

KINDS = {b"\x89PNG": "image/png", b"\xff\xd8\xff": "image/jpeg", b"RIFF": "image/webp"}
DAY = "private, max-age=86400"


def add(house: House) -> None:
    file = house.settings.tile_file
    if file is None:
        return

    def tile(z: int, x: int, y: int) -> Response:
        body = read(file, z, x, y)
        if body is None:
            return Response(status=204)  # beyond what the file holds; the land shows
        kind = next((kind for head, kind in KINDS.items() if body.startswith(head)), "application/octet-stream")
        return Response(body, content_type=kind, headers={"Cache-Control": DAY})

    house.site.server.add_url_rule("/tiles/<int:z>/<int:x>/<int:y>", "tiles", tile)


def read(file: Path, z: int, x: int, y: int) -> bytes | None:
    """One tile. The file counts rows from the south (TMS), addresses of tiles from the north."""
    if z > 22:
        return None
    query = "SELECT tile_data FROM tiles WHERE zoom_level = ? AND tile_column = ? AND tile_row = ?"
    connection = sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)
    try:
        row = connection.execute(query, (z, x, 2**z - 1 - y)).fetchone()
    finally:
        connection.close()
    return row[0] if row else None
