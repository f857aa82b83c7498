"""Whether the county that was imported is fit for work: units, grids, and people who answer for them."""

from collections.abc import Sequence
from dataclasses import dataclass

from shapely.errors import ShapelyError

from cases.people import Level, Role, Unit
from cases.places import Grid, Units
from cases.rules import Rules
from gridbell.departments import without_department
from gridbell.imports.outlines import kept_outlines, overlaps
from gridbell.imports.units import path_of
from storage.store import SqlWork

SHOWN = 3
ANSWERING = (Role.GRID_WORKER, Role.HANDLER)
"""Who can be given a case of a grid: the grid's own people, else the village's, else the town's."""


@dataclass(frozen=True, slots=True)
class CountyFinding:
    """What was found. `mend` means that something is to be mended; `fatal` that nothing can run before that."""

    what: str
    words: str
    mend: bool = True
    fatal: bool = False


async def county_findings(work: SqlWork, rules: Rules) -> list[CountyFinding]:
    """Look at the units, the grids and the staff that are kept."""
    units = await work.people.units()
    if not units.by_code:
        words = "还没有单位和网格，群众报不了地点。请先运行 gridbell grids import 和 gridbell units import。"
        return [CountyFinding("网格", words)]
    found = _county(units, rules)
    found += _departments(units, rules)
    found += _grids(units, await work.people.grids())
    return found + await _staff(work, units)


def _county(units: Units, rules: Rules) -> list[CountyFinding]:
    code, duty = rules.county.code, rules.county.duty_unit
    counts = {level: len([unit for unit in units.by_code.values() if _is_area(unit, level)]) for level in Level}
    departments = sum(unit.department for unit in units.by_code.values())
    words = (
        f"{counts[Level.TOWN]} 个乡镇，{counts[Level.VILLAGE]} 个村（社区），{counts[Level.GRID]} 个网格，"
        f"{departments} 个部门。"
    )
    found = [CountyFinding("单位", words, mend=False)]
    found += _county_code(units, code)
    if duty and units.get(duty) is None:
        named = "、".join(unit.code for unit in units.named(duty))
        hint = f"请写它的编码 {named}。" if named else "请写已导入的部门编码。"
        found.append(CountyFinding("值班室", f"[county] duty_unit 写的“{duty}”不是单位编码。{hint}"))
    return found


def _county_code(units: Units, code: str) -> list[CountyFinding]:
    if units.get(code) is None:
        kept = "、".join(unit.code for unit in units.by_code.values() if _is_area(unit, Level.COUNTY)) or "没有县级单位"
        words = f"导入的单位里没有本县 {code}（已有：{kept}）。请改正配置 [county] code，或重新导入网格。"
        return [CountyFinding("单位", words)]
    towns = [unit for unit in units.by_code.values() if _is_area(unit, Level.TOWN)]
    strange = [f"{unit.name}（{unit.code}）" for unit in towns if not unit.code.startswith(code)]
    if not strange:
        return []
    words = f"{_some(strange)}不属于本县 {code}。请改正配置 [county] code，或重新导入网格。"
    return [CountyFinding("单位", words)]


def _departments(units: Units, rules: Rules) -> list[CountyFinding]:
    missing = without_department(units, rules)
    if not missing:
        return []
    shown = "、".join(f"{one.title}（{'/'.join(one.units) or '没有写单位'}）" for one in missing[:SHOWN])
    more = f"等 {len(missing)} 类" if len(missing) > SHOWN else ""
    words = (
        f"{shown}{more}，目录里写的承办单位本县一个也没有，由值班室决定派给谁。"
        "请用 gridbell units import 导入部门，或在自己的 catalogue.csv 里改写 unit 一列。"
    )
    return [CountyFinding("承办单位", words)]


def _is_area(unit: Unit, level: Level) -> bool:
    return unit.level is level and not unit.department


def _grids(units: Units, grids: Sequence[Grid]) -> list[CountyFinding]:
    names = {code: unit.name for code, unit in units.by_code.items()}
    try:
        outlines = kept_outlines(grids, names)
    except ShapelyError:
        words = "有网格边界读不出来。请用 gridbell grids import 重新导入。"
        return [CountyFinding("网格边界", words, fatal=True)]
    found = []
    drawn = {grid.code for grid in grids}
    bare = [path_of(units, units[code]) for code in names if _is_area(units[code], Level.GRID) and code not in drawn]
    if bare:
        found.append(CountyFinding("网格边界", f"{_some(bare)}没有边界，定位落不到那里。请重新导入网格。"))
    invalid = [outline.where for outline in outlines if not outline.shape.is_valid]
    if invalid:
        found.append(CountyFinding("网格边界", f"{_some(invalid)}的边界不成立。请在制图软件里修复后重新导入。"))
    elif crossing := [f"{one.where}和{other.where}" for one, other, _ in overlaps(outlines)]:
        found.append(CountyFinding("网格边界", f"互相重叠：{_some(crossing)}。请改边界后重新导入。"))
    return found or [CountyFinding("网格边界", f"{len(grids)} 个网格都有边界，互不重叠。", mend=False)]


async def _staff(work: SqlWork, units: Units) -> list[CountyFinding]:
    held = {role: await _held(work, role) for role in (*ANSWERING, Role.DISPATCHER, Role.ADMIN)}
    found = []
    for role, loss in ((Role.DISPATCHER, "拿不准的案件没有人派遣"), (Role.ADMIN, "没有人能添加人员、收到故障提醒")):
        if not held[role]:
            found.append(CountyFinding("人员", f"没有{role.zh}，{loss}。请用 gridbell people import 导入。"))
    manned = held[Role.GRID_WORKER] | held[Role.HANDLER]
    empty = [
        path_of(units, unit)
        for unit in units.by_code.values()
        if _is_area(unit, Level.GRID) and not manned & {above.code for above in units.chain(unit.code)[: Level.TOWN]}
    ]
    if empty:
        words = f"{_some(empty)}没有网格员，村和乡镇也没有经办人，案件会直接转到值班室。请导入人员。"
        found.append(CountyFinding("人员", words))
    return found or [CountyFinding("人员", "每个网格都有人接办，派遣员和管理员都在。", mend=False)]


async def _held(work: SqlWork, role: Role) -> set[str]:
    """The units in which somebody holds that role."""
    people = await work.people.any_holding(role)
    return {post.unit for person in people for post in person.posts if post.role is role}


def _some(names: Sequence[str]) -> str:
    more = f" 等 {len(names)} 处" if len(names) > SHOWN else ""
    return "、".join(names[:SHOWN]) + more
