"""A made-up county in small, and files to import into it."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from cases.people import Level, Unit
from cases.places import Units

COUNTY = Unit("990101", "云溪县", Level.COUNTY, None)
TOWN = Unit("990101001", "青石镇", Level.TOWN, "990101")
VILLAGE = Unit("990101001001", "桥头村", Level.VILLAGE, "990101001")
FIRST = Unit("990101001001001", "第一网格", Level.GRID, "990101001001")
OTHER_VILLAGE = Unit("990101001002", "河东村", Level.VILLAGE, "990101001")
OTHER_FIRST = Unit("990101001002001", "第一网格", Level.GRID, "990101001002")
BUREAU = Unit("CGJ", "城市管理局", Level.COUNTY, "990101", department=True)

KNOWN = Units({unit.code: unit for unit in (COUNTY, TOWN, VILLAGE, FIRST, OTHER_VILLAGE, OTHER_FIRST, BUREAU)}, 1)

Ring = Sequence[tuple[float, float]]


def square(west: float, south: float, side: float = 0.01) -> Ring:
    """A square's ring, in degrees."""
    east, north = west + side, south + side
    return [(west, south), (east, south), (east, north), (west, north), (west, south)]


def feature(code: object, name: object, ring: Ring, *, village: object = "桥头村", town: object = "青石镇") -> Any:
    """One grid as GeoJSON."""
    return {
        "type": "Feature",
        "properties": {"code": code, "name": name, "village": village, "town": town},
        "geometry": {"type": "Polygon", "coordinates": [list(map(list, ring))]},
    }


def geojson(path: Path, features: Sequence[Any], **more: Any) -> Path:
    """A file of these features."""
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features, **more}), encoding="utf-8")
    return path


def csv_file(path: Path, *lines: str, encoding: str = "utf-8") -> Path:
    """A file of these lines."""
    path.write_bytes("\r\n".join([*lines, ""]).encode(encoding))
    return path
