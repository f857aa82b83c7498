"""Grids from a GeoJSON file: polygons in WGS-84 with properties code, name, village, town."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import cos, radians
from pathlib import Path
from typing import Any

from cases.people import Level, Unit
from cases.places import Grid, Units
from cases.triage.coordinates import wgs84_to_gcj02
from gridbell.imports.characters import invisible, shown
from gridbell.imports.findings import BadFile, Changes, Finding, Findings
from gridbell.imports.outlines import Outline, drawn, kept_outlines, overlaps
from gridbell.imports.sheets import excel_damage, read_words
from gridbell.imports.units import check_county, compared

CODE_DIGITS = {Level.COUNTY: 6, Level.TOWN: 9, Level.VILLAGE: 12, Level.GRID: 15}
"""Digits of a code by level: the national division codes (GB/T 10114) of county, town and village, then the grid."""

NAME_LIMIT = 64
_PROPERTIES = ("code", "name", "village", "town")
_METRES_A_DEGREE = 111_320
_MOVED = 30.0
_TOLD = 12

Progress = Callable[[int, int], None]
"""Called with how many features are done, of how many."""


@dataclass(frozen=True, slots=True)
class GridImport:
    """What has to be written, and what it changes."""

    grids: Sequence[Grid]
    units: Sequence[Unit]
    changes: Changes


class _Map:
    """The file's grids, with the units above them."""

    def __init__(self, county: Unit, findings: Findings) -> None:
        self.county = county
        self.findings = findings
        self.units: dict[str, Unit] = {}
        self.told: dict[str, str] = {}
        self.outlines: list[Outline] = []

    def take(self, number: int, feature: Any) -> None:
        """Check one feature, and keep its grid if nothing is wrong."""
        properties = feature.get("properties") if isinstance(feature, dict) else None
        where = f"第 {number} 个要素"
        if not isinstance(properties, dict):
            self.findings.add(where, "不是带属性的 Feature。", f"每个要素要有 properties：{'、'.join(_PROPERTIES)}。")
            return
        if isinstance(properties.get("name"), str):
            where += f"（{shown(properties['name'][:_TOLD])}）"
        before = len(self.findings.faults)
        names = self._names(where, properties)
        code = self._code(where, properties.get("code"))
        polygon, told = drawn(feature.get("geometry"))
        if polygon is None:
            self.findings.add(where, told)
        if len(self.findings.faults) == before and polygon is not None:
            self._place(where, code, names)
            self.outlines.append(Outline(code, where, polygon))

    def _names(self, where: str, properties: Mapping[str, Any]) -> tuple[str, str, str]:
        names = {key: properties.get(key) for key in ("town", "village", "name")}
        for key, name in names.items():
            if not isinstance(name, str) or not name.strip():
                self.findings.add(where, f"没有写 {key}。", f"请在属性 {key} 里填写文字名称。")
            elif len(name) > NAME_LIMIT:
                self.findings.add(where, f"{key} 超过 {NAME_LIMIT} 个字。", "请缩短。")
            elif found := invisible(name.strip()):
                self.findings.add(where, f"{key} 里{found}。", "请删去，或重新输入这个属性。")
        town, village, name = (str(name or "").strip() for name in names.values())
        return town, village, name

    def _code(self, where: str, written: Any) -> str:
        code = str(written).strip() if isinstance(written, str | int) and not isinstance(written, bool) else ""
        digits = CODE_DIGITS[Level.GRID]
        if isinstance(written, float) or excel_damage(code):
            damage = excel_damage(str(written)) or "编码是带小数的数字。请改成文本。"
            self.findings.add(where, f"编码“{shown(written)}”不对。", damage)
        elif not re.fullmatch(r"[0-9]{15}", code):
            told = "" if written is None else shown(written)
            self.findings.add(where, f"编码“{told}”不对。", f"请写 {digits} 位数字。")
        elif not code.startswith(self.county.code):
            wanted = f"前 6 位应是本县代码 {self.county.code}；县代码在配置 [county] code 里。"
            self.findings.add(where, f"编码“{code}”不是本县的。", wanted)
        elif code in self.told:
            self.findings.add(where, f"编码“{code}”与{self.told[code]}重复。", "每个网格的编码各不相同。")
        return code

    def _place(self, where: str, code: str, names: tuple[str, str, str]) -> None:
        above = self.county.code
        for level, name in zip((Level.TOWN, Level.VILLAGE, Level.GRID), names, strict=True):
            unit = Unit(code[: CODE_DIGITS[level]], name, level, above)
            known = self.units.setdefault(unit.code, unit)
            if known.name != name:
                told = f"{unit.code} 在这里叫“{name}”，在{self.told[unit.code]}叫“{known.name}”。"
                self.findings.add(where, told, "同一编码请用同一名称。")
            self.told.setdefault(unit.code, where)
            above = unit.code


def read_grids(
    path: Path, known: Units, kept: Sequence[Grid], county: Unit, progress: Progress | None = None
) -> GridImport:
    """The grids of the file with their units, as far as they are new or changed.

    Raises BadFile with every bad feature, and every pair of grids that overlap (in the file, or with kept ones).
    """
    findings = Findings(path)
    check_county(county, known, findings)
    findings.settle()
    features = _features(path, findings, first=not kept)
    read = _Map(county, findings)
    for number, feature in enumerate(features, 1):
        read.take(number, feature)
        if progress is not None:
            progress(number, len(features))
    _check_twins(read, findings)
    old = kept_outlines([grid for grid in kept if grid.code not in read.told], _names(known))
    _check_overlaps(read.outlines, old, findings)
    _check_datum(read.outlines, kept, findings)
    findings.settle()
    return _import(read, known, kept, old, findings)


def _names(known: Units) -> Mapping[str, str]:
    return {code: unit.name for code, unit in known.by_code.items()}


def _features(path: Path, findings: Findings, *, first: bool) -> list[Any]:
    words = read_words(path, findings)
    example = '文件应是 {"type": "FeatureCollection", "features": […]}。'
    try:
        collection = json.loads(words)
        crs = json.dumps(collection.get("crs"), ensure_ascii=False) if isinstance(collection, dict) else ""
    except json.JSONDecodeError as fault:
        where = f"第 {fault.lineno} 行"
        raise BadFile(path, [Finding(where, f"不是 JSON（{fault.msg}）。", "请重新导出 GeoJSON。")]) from fault
    except RecursionError as fault:
        raise BadFile(path, [Finding("", "括号套得太深。", example)]) from fault
    except ValueError as fault:  # Python reads no number of more than 4,300 digits
        raise BadFile(path, [Finding("", "有一个数字长达几千位。", "请检查编码和坐标，重新导出 GeoJSON。")]) from fault
    if not isinstance(collection, dict) or not isinstance(collection.get("features"), list):
        raise BadFile(path, [Finding("", "不是 GeoJSON 要素集合。", example)])
    if not collection["features"]:
        raise BadFile(path, [Finding("", "没有一个要素。", "请确认导出了网格图层。")])
    _check_crs(crs.upper(), findings)
    if first and collection.get("crs") is None:  # with outlines to compare, _check_datum knows
        findings.note("坐标按 WGS-84 读取，如果网格图是 GCJ-02（火星坐标），请先转换。")
    return list(collection["features"])


def _check_crs(crs: str, findings: Findings) -> None:
    if "GCJ" in crs or "火星" in crs:
        findings.add("", "文件写明是 GCJ-02 坐标。", "请转换为 WGS-84 再导入，否则会偏 300 至 600 米。")
    elif "BD09" in crs or "BD-09" in crs:
        findings.add("", "文件写明是百度 BD-09 坐标。", "请转换为 WGS-84 再导入。")
    elif (named := re.search(r"EPSG:+(?:[\d.]*:)?(\d+)", crs)) and named[1] not in ("4326", "4490"):
        findings.add("", f"文件的坐标系是 EPSG:{named[1]}。", "请导出为 WGS-84（EPSG:4326）。")


def _check_twins(read: _Map, findings: Findings) -> None:
    seen: dict[tuple[str | None, str], Unit] = {}
    for unit in read.units.values():
        first = seen.setdefault((unit.parent, unit.name), unit)
        if first is not unit:
            told = f"名称“{unit.name}”与{read.told[first.code]}相同（{first.code} 和 {unit.code}）。"
            findings.add(read.told[unit.code], told, "同一上级之下，名称请各不相同。")


def _check_overlaps(new: Sequence[Outline], old: Sequence[Outline], findings: Findings) -> None:
    fresh = {outline.code for outline in new}
    for first, second, share in overlaps([*new, *old]):
        if first.code in fresh or second.code in fresh:
            findings.add(first.where, f"与{second.where}重叠 {share:.1%}。", "请改边界，重叠不要超过较小一个的 1%。")


def _check_datum(outlines: Sequence[Outline], kept: Sequence[Grid], findings: Findings) -> None:
    """Moved from where they are kept by just what GCJ-02 moves a point: the file is not in WGS-84."""
    before = {outline.code: outline for outline in kept_outlines(kept, {})}
    both = [(before[outline.code], outline) for outline in outlines if outline.code in before]
    shifted = sum(_is_shifted(old, new) for old, new in both)
    if both and shifted * 2 > len(both):
        told = f"{shifted} 个网格比已有边界正好偏了 GCJ-02 的偏移量，像是高德或腾讯地图的坐标。"
        findings.add("", told, "请转换为 WGS-84 再导入。")


def _is_shifted(old: Outline, new: Outline) -> bool:
    was, now = old.shape.centroid, new.shape.centroid
    latitude, longitude = wgs84_to_gcj02(was.y, was.x)
    east = (now.x - longitude) * cos(radians(was.y)) * _METRES_A_DEGREE
    north = (now.y - latitude) * _METRES_A_DEGREE
    return east**2 + north**2 < _MOVED**2


def _import(read: _Map, known: Units, kept: Sequence[Grid], old: Sequence[Outline], findings: Findings) -> GridImport:
    before = {grid.code: grid for grid in kept}
    units, _ = compared(read.units, known, read.county)
    grids = [outline.grid for outline in read.outlines if before.get(outline.code) != outline.grid]
    touched = {unit.code for unit in units} | {grid.code for grid in grids}
    told: dict[str, list[str]] = {"added": [], "changed": [], "unchanged": []}
    above = [read.county] if read.county in units and known.get(read.county.code) is not None else []
    for unit in [*above, *read.units.values()]:
        how = "added" if known.get(unit.code) is None else "changed" if unit.code in touched else "unchanged"
        told[how].append(f"{unit.name}（{unit.code}）")
    parts = {how: tuple(names) for how, names in told.items()}
    missing = tuple(outline.where for outline in old)
    return GridImport(grids, units, replace(Changes(**parts, notes=tuple(findings.notes)), missing=missing))
