"""Vector tiles: one statement per layer, clipped and encoded by PostGIS.

Outlines are those of the generation's beginning, so that a tile of a generation never
changes. Features are ordered, so that the same tile is the same bytes.
"""

from datetime import datetime

from sqlalchemy import Connection, text

#: Around a tile, in units of its 4096: what is drawn across its edge must meet no seam.
BUFFER = 64
#: Below these zooms a layer is empty: its features would be smaller than a few pixels.
LOWEST_ZOOM = {"grids": 10, "communities": 8, "towns": 0, "lines": 8}
HIGHEST_ZOOM = 20

_GRIDS = """
    SELECT g.grid_id AS id, g.grid_id, g.code, c.name AS community, t.name AS town, c.is_home,
           v.outline_3857 AS shape
    FROM grid_version v
    JOIN grid g ON g.grid_id = v.grid_id
    JOIN division c ON c.code = g.community_code
    LEFT JOIN division t ON t.code = c.parent_code
    WHERE v.outline_3857 && bounds.wide AND v.valid @> CAST(:at AS timestamptz)
"""
_DIVISIONS = """
    SELECT CAST(d.code AS bigint) AS id, d.code, d.name, d.is_home, o.outline_3857 AS shape
    FROM division_outline o JOIN division d ON d.code = o.division_code
    WHERE d.level = '{level}' AND o.outline_3857 && bounds.wide
      AND o.valid @> CAST(:at AS timestamptz)
"""
# At city scale only what orients: rivers and expressways.
_LINES = """
    SELECT l.line_id AS id, l.kind, l.name, l.line_3857 AS shape
    FROM context_line l
    WHERE l.line_3857 && bounds.wide
      AND (l.kind IN ('river', 'expressway') OR :z >= 12 AND l.kind = 'main_road' OR :z >= 13)
"""
_TILE = """
WITH bounds AS (
    SELECT ST_TileEnvelope(:z, :x, :y) AS box,
           ST_TileEnvelope(:z, :x, :y, margin => :margin) AS wide
)
SELECT ST_AsMVT(tile, '{layer}', 4096, 'outline', 'id' ORDER BY tile.id)
FROM (
    SELECT ST_AsMVTGeom(shape, bounds.box, 4096, {buffer}) AS outline, {columns}
    FROM bounds, LATERAL ({features}) feature
) tile
WHERE tile.outline IS NOT NULL
"""
_COLUMNS = {
    "grids": "id, grid_id, code, community, town, is_home",
    "communities": "id, code, name, is_home",
    "towns": "id, code, name, is_home",
    "lines": "id, kind, name",
}
_FEATURES = {
    "grids": _GRIDS,
    "communities": _DIVISIONS.format(level="community"),
    "towns": _DIVISIONS.format(level="town"),
    "lines": _LINES,
}
_STATEMENTS = {
    layer: text(
        _TILE.format(layer=layer, buffer=BUFFER, columns=_COLUMNS[layer], features=features)
    )
    for layer, features in _FEATURES.items()
}
LAYERS = tuple(_STATEMENTS)


def tile(connection: Connection, layer: str, at: datetime, z: int, x: int, y: int) -> bytes:
    """Return a layer's tile as uncompressed MVT; empty bytes when nothing lies in it."""
    if z < LOWEST_ZOOM[layer]:
        return b""
    # A plan made for any tile would scan the whole table for each one.
    connection.execute(text("SET LOCAL plan_cache_mode = force_custom_plan"))
    found = connection.execute(
        _STATEMENTS[layer], {"z": z, "x": x, "y": y, "margin": BUFFER / 4096, "at": at}
    ).scalar_one()
    return bytes(found or b"")
