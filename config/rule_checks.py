"""What no county can switch off, and what in rules.toml contradicts itself or the catalogue."""

from collections.abc import Iterator, Sequence, Set
from itertools import pairwise

from config.catalogue_file import PRIORITIES
from config.problems import Path, Problem, line_of, toml_lines
from config.rule_model import LimitTable, RuleFile, RungTable
from config.sources import Source

CONSULTATION = "12"
"""The top of questions and advice: an acceptor answers or passes them on."""
LIGHTS = ("blue", "yellow", "red")
ACTIONS = ("remind", "warn", "overdue", "red_card", "listed")
WHOLE = 100
RISING = "越往后要越重：light 依次为 blue、yellow、red，action 依次为 remind、warn、overdue、red_card、listed。"

Finding = tuple[Path, str, str]
"""Where in the file, what is wrong, and what to write instead."""


def checked(file: RuleFile, codes: Set[str], source: Source) -> list[Problem]:
    """What is wrong in rules.toml though each value by itself is well written; `codes` are those of the catalogue."""
    lines = toml_lines(source.text or "")
    findings = [*_unknown(file, codes), *_flow(file, codes), *_limits(file.limits), *_ladder(file.ladder)]
    return [Problem(source.name, line_of(lines, path), what, instead) for path, what, instead in findings]


def _unknown(file: RuleFile, codes: Set[str]) -> Iterator[Finding]:
    tops = {code[:2] for code in codes}
    flow = file.flow
    for name, written, known in (
        ("centre", flow.centre, codes),
        ("centre_tops", flow.centre_tops, tops),
        ("department_leads", flow.department_leads, codes),
    ):
        for code in sorted(set(written) - known):
            yield ("flow", name), f"目录里没有 {code}。", "请写 catalogue.csv 里的编码。"


def _flow(file: RuleFile, codes: Set[str]) -> Iterator[Finding]:
    """What always runs by centre (其他 does whatever is written here)."""
    if "reporter" not in file.flow.centre_sensitivities:
        instead = "举报人要保密，这类案件总要由受理员先看，请加上 “reporter”。"
        yield ("flow", "centre_sensitivities"), "centre_sensitivities 里没有 reporter。", instead
    asked = any(code.startswith(CONSULTATION) for code in codes)
    if asked and CONSULTATION not in file.flow.centre_tops:
        instead = f"咨询建议总要由受理员先看，请加上 “{CONSULTATION}”。"
        yield ("flow", "centre_tops"), f"centre_tops 里没有 {CONSULTATION}。", instead


def _limits(limits: LimitTable) -> Iterator[Finding]:
    if "P1" not in limits.check_by_bot_never:
        instead = "紧急案件总要有人核查，请加上 “P1”。"
        yield ("limits", "check_by_bot_never"), "check_by_bot_never 里没有 P1。", instead
    if limits.rating_reminder_days >= limits.rating_days:
        instead = f"评价提醒要早于到期归档，请写小于 {limits.rating_days:g} 的数。"
        yield ("limits", "rating_reminder_days"), "rating_reminder_days 太晚。", instead


def _ladder(ladder: Sequence[RungTable]) -> Iterator[Finding]:
    for index, rung in enumerate(ladder):
        if (rung.share == WHOLE) != (rung.action == "overdue"):
            what = f"{rung.share}% 的一级写的是 {rung.action}。"
            yield ("ladder", index, "action"), what, "用完时限（share = 100）就是 overdue，也只有这时是。"
    climbs = {priority: _climb(ladder, priority) for priority in PRIORITIES}
    bare = [priority for priority, climb in climbs.items() if all(ladder[index].share != WHOLE for index in climb)]
    if bare:
        instead = "到时限总要上报，请加一节 [[ladder]]，写 share = 100 和 action = “overdue”。"
        yield ("ladder", 0), f"{'、'.join(bare)} 没有 share = 100 的一级。", instead
    yield from _pairs(ladder, {pair for climb in climbs.values() for pair in pairwise(climb)})


def _climb(ladder: Sequence[RungTable], priority: str) -> list[int]:
    """The rungs of that priority, lowest first, by their places in the file."""
    mine = [index for index, rung in enumerate(ladder) if not rung.priorities or priority in rung.priorities]
    return sorted(mine, key=lambda index: ladder[index].share)


def _pairs(ladder: Sequence[RungTable], pairs: Set[tuple[int, int]]) -> Iterator[Finding]:
    """Rungs that one priority climbs one after the other."""
    for one, other in sorted(pairs):
        lower, upper = ladder[one], ladder[other]
        if lower.share == upper.share:
            instead = "同一优先级在同一时点只留一级，或用 priorities 分开。"
            yield ("ladder", other, "share"), f"{upper.share}% 有两级。", instead
        elif _weight(upper) < _weight(lower) or LIGHTS.index(upper.light) < LIGHTS.index(lower.light):
            yield ("ladder", other, "action"), f"{upper.share}% 的一级比 {lower.share}% 的轻。", RISING


def _weight(rung: RungTable) -> int:
    return ACTIONS.index(rung.action)
