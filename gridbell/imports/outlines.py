"""Outlines of grids on the map: are they sound, in the right place, and apart from one another?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shapely import STRtree, force_2d, from_wkb, is_valid_reason, normalize, to_wkb
from shapely.errors import ShapelyError
from shapely.geometry import MultiPolygon, Polygon, shape
from shapely.geometry.base import BaseGeometry

from cases.places import Grid
from gridbell.imports.characters import shown

LONGITUDES = (73.4, 135.2)
LATITUDES = (3.8, 53.6)
"""Degrees: China reaches from 73°40′E to 135°03′E and from 3°52′N to 53°33′N (national atlas figures)."""

OVERLAP_LIMIT = 0.01
"""The share of the smaller grid that may lie in another: neighbours digitised apart share slivers, not land."""

AREA_LIMIT = 0.5
"""Square degrees, some 5,000 km²: more than any county grid, so the outline is of something else."""


@dataclass(frozen=True, slots=True)
class Outline:
    """A grid's outline: its code, how people are told of it, and the shape in WGS-84."""

    code: str
    where: str
    shape: BaseGeometry

    @property
    def grid(self) -> Grid:
        """What is kept: the shape in one canonical form, so that the same outline is the same bytes."""
        return Grid(self.code, to_wkb(normalize(self.shape), byte_order=1, include_srid=False))


def drawn(geometry: Any) -> tuple[BaseGeometry | None, str]:
    """The polygon of a GeoJSON geometry, or None and what is wrong with it, with what to do instead."""
    if not isinstance(geometry, dict) or geometry.get("type") not in ("Polygon", "MultiPolygon"):
        kind = geometry.get("type") if isinstance(geometry, dict) else None
        return None, f"图形是 {shown(kind or '空的')}，不是面。请画成 Polygon 或 MultiPolygon。"
    try:
        polygon = force_2d(shape(geometry))
    except (ShapelyError, ValueError, TypeError, IndexError, AttributeError, OverflowError, RecursionError):
        return None, "坐标读不懂。每个环至少 4 个点，首尾相同，每点写成 [经度, 纬度]。"
    if not isinstance(polygon, Polygon | MultiPolygon) or polygon.is_empty:
        return None, "图形是空的。请补画边界。"
    return (None, told) if (told := misplaced(polygon)) else _sound(polygon)


def _sound(polygon: BaseGeometry) -> tuple[BaseGeometry | None, str]:
    if not polygon.is_valid:
        return None, f"边界不成立：{_reason(polygon)}。请在制图软件里用“修复几何”改好再导出。"
    if polygon.area == 0:
        return None, "面积为零。请检查各点是否重合或在一条线上。"
    if polygon.area > AREA_LIMIT:
        return None, "面积超过 5000 平方公里，不像一个网格。请确认没有把整个县画成一个网格。"
    return polygon, ""


def _reason(polygon: BaseGeometry) -> str:
    """Why the polygon is invalid, and where (GEOS says `Self-intersection[116.1 28.4]`)."""
    kind, _, place = is_valid_reason(polygon).partition("[")
    known = {
        "Self-intersection": "边界自相交",
        "Ring Self-intersection": "边界自相交",
        "Hole lies outside shell": "洞在外环之外",
        "Holes are nested": "洞里套洞",
        "Nested shells": "部分之间互相包含",
        "Duplicate Rings": "有重复的环",
        "Too few points in geometry component": "点太少",
        "Interior is disconnected": "内部不连通",
        "Invalid Coordinate": "坐标不是数字",
    }
    return known.get(kind, kind) + (f"，在 {place.rstrip(']')} 附近" if place else "")


def misplaced(polygon: BaseGeometry) -> str:
    """What is wrong with where the polygon lies, with what to do instead; empty when it lies in China."""
    west, south, east, north = polygon.bounds
    if _within(west, east, LONGITUDES) and _within(south, north, LATITUDES):
        return ""
    if _within(south, north, LONGITUDES) and _within(west, east, LATITUDES):
        return "经度和纬度写反了。GeoJSON 的每个点是 [经度, 纬度]，如 [116.1, 28.4]。"
    if max(abs(west), abs(east)) > 180 or max(abs(south), abs(north)) > 90:  # noqa: PLR2004 (the globe's own bounds)
        return "坐标不是经纬度，像是以米为单位的投影坐标。请导出为 WGS-84（EPSG:4326）。"
    return f"位置在中国之外（经度 {west:.4g}，纬度 {south:.4g}）。请检查坐标。"


def _within(low: float, high: float, bounds: tuple[float, float]) -> bool:
    return bounds[0] <= low and high <= bounds[1]


def overlaps(outlines: Sequence[Outline]) -> list[tuple[Outline, Outline, float]]:
    """Pairs that share more than OVERLAP_LIMIT of the smaller one, with that share, in order."""
    shapes = [outline.shape for outline in outlines]
    if not shapes:
        return []
    tree = STRtree(shapes)
    found = []
    for first, second in sorted(map(tuple, tree.query(shapes, predicate="intersects").T.tolist())):
        if first < second:
            smaller = min(shapes[first].area, shapes[second].area)
            share = shapes[first].intersection(shapes[second]).area / smaller
            if share > OVERLAP_LIMIT:
                found.append((outlines[first], outlines[second], share))
    return found


def kept_outlines(grids: Sequence[Grid], names: Mapping[str, str]) -> list[Outline]:
    """Outlines that are kept already, told of by name."""
    return [
        Outline(grid.code, f"已有网格“{names.get(grid.code, grid.code)}”（{grid.code}）", from_wkb(grid.wkb))
        for grid in grids
    ]
