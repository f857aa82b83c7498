"""退单、延期、改类、改位置：经办人提出来，派遣员或受理员在同一句话后面加“同意”“不同意”来决定。"""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from dialogs.admin.cases import acting
from dialogs.admin.decisions import decide_correction, decide_extension, decide_return
from dialogs.citizen.in_one_grid import InOneGrid
from dialogs.citizen.one_category import OneCategory
from dialogs.engine.answers import Answer, NoAnswer, NotUnderstood
from dialogs.engine.around import Around
from dialogs.engine.command import NO_NUMBER, NO_WORDS, CaseNumber, Words, command
from dialogs.engine.front_desk import FrontDesk
from dialogs.engine.messages import Reply, Text
from dialogs.engine.offered import days_in
from dialogs.officer.tasks import WORKERS
from dialogs.officer.which import one_task, verdict
from dialogs.officer.wishes import CORRECTING, asked_for_time, days_of, recategorised, relocated, returned
from dialogs.phrases import line

RETURNING = WORKERS | acting("ask_return", "grant_return", "refuse_return")
EXTENDING = WORKERS | acting("ask_extend", "approve_extend", "refuse_extend")
SUGGESTING = re.compile(
    r"(?P<reason>.*?)[\s,，;；。]*(?:建议[:：]?\s*(?:由|派给|转给)?|应该?由|该由)(?P<unit>\S+?)(?:办理|处理|负责|办)?[。.]?"
)
TIME = re.compile(r"(?P<days>\d{1,3}(?:\s*个?(?:工作)?[天日]|(?=\s|$)))[\s,，;；。:：]*(?P<reason>.*)", re.DOTALL)
"""How many days, and why; a lone number must stand by itself (not 3号杆)."""
SHORTEST_REASON = 2


@dataclass(frozen=True)
class Correction:
    """What can be put right: by which word and action, which question of its dialog reads it, and how it is done."""

    said: str
    action: str
    asks: str
    answer: Answer[Any]
    settle: Callable[[FrontDesk, str, Any], Awaitable[Reply]]


CATEGORY = Correction(
    "改类",
    "correct_category",
    "category",
    OneCategory(),
    lambda desk, number, value: recategorised(desk, number, value.code),
)
PLACE = Correction(
    "改位置", "correct_place", "place", InOneGrid(), lambda desk, number, value: relocated(desk, number, value.unit)
)


@command(
    "退单",
    usage="退单 [编号] [理由，建议单位]｜退单 <编号> 同意|不同意 <理由>",
    about="不归我们办，请派遣员改派；派遣员决定",
    roles=RETURNING,
)
async def give_back(desk: FrontDesk, case: CaseNumber = NO_NUMBER, words: Words = NO_WORDS) -> Reply:
    """Ask to return a task, with the reason and whose it is; or decide what was asked. Raises Refusal."""
    decided = verdict(words)
    if case and decided is not None:
        return await decide_return(desk, case, *decided)
    found = await one_task(desk, case, "退单", words, "ask_return")
    if isinstance(found, Reply):
        return found
    reason, unit = _suggestion(desk, words)
    if reason and unit:
        return await returned(desk, found.number, reason, unit)
    desk.follow_up("give_back", {"case": found.number, "units": _departments(desk, found.category)} | _said(reason))
    return Reply(f"退单 {line(found, desk.knowledge)}。")


@command(
    "延期",
    usage="延期 [编号] [天数] [理由]｜延期 <编号> 同意|不同意 <理由>",
    about="到期前申请延长时限；派遣员决定",
    roles=EXTENDING,
)
async def extend(desk: FrontDesk, case: CaseNumber = NO_NUMBER, words: Words = NO_WORDS) -> Reply:
    """Ask for so many days more; or decide what was asked. Raises Refusal."""
    decided = verdict(words)
    if case and decided is not None:
        return await decide_extension(desk, case, *decided)
    found = await one_task(desk, case, "延期", words, "ask_extend")
    if isinstance(found, Reply):
        return found
    told = TIME.fullmatch(words)
    days, reason = (days_in(told["days"]), told["reason"].strip()) if told else (0, str(words))
    if days and len(reason) >= SHORTEST_REASON:
        return await asked_for_time(desk, found.number, days, reason)
    filled: dict[str, Any] = {"case": found.number, "of": days_of(found, desk)} | _said(reason)
    desk.follow_up("ask_for_time", filled | ({"days": days} if days else {}))
    return Reply(f"延期 {line(found, desk.knowledge)}。")


@command(
    "改类",
    usage="改类 [编号] [类别]｜改类 <编号> 同意|不同意 [理由]",
    about="类别不对时改过来；经办人提议，受理员或派遣员决定",
    roles=CORRECTING,
)
async def correct_category(desk: FrontDesk, case: CaseNumber = NO_NUMBER, words: Words = NO_WORDS) -> Reply:
    """Propose another category, or set it; or decide what was proposed. Raises Refusal."""
    return await _correct(desk, case, words, CATEGORY)


@command(
    "改位置",
    usage="改位置 [编号] [乡镇、村或网格]｜改位置 <编号> 同意|不同意 [理由]",
    about="位置不对时改过来；经办人提议，受理员或派遣员决定",
    roles=CORRECTING,
)
async def correct_place(desk: FrontDesk, case: CaseNumber = NO_NUMBER, words: Words = NO_WORDS) -> Reply:
    """Propose another place, or set it; or decide what was proposed. Raises Refusal."""
    return await _correct(desk, case, words, PLACE)


async def _correct(desk: FrontDesk, case: CaseNumber, words: Words, one: Correction) -> Reply:
    """Propose or set it at once where the words say all; ask for the rest; or decide what was proposed."""
    decided = verdict(words)
    if case and decided is not None:
        return await decide_correction(desk, case, one.action, *decided)
    found = await one_task(desk, case, one.said, words, one.action)
    if isinstance(found, Reply):
        return found
    kept, value, hint = _read(desk, one.answer, words)
    if value is not None:
        return await one.settle(desk, found.number, value)
    desk.follow_up(one.action, {"case": found.number} | ({one.asks: kept} if kept else {}))
    return Reply(f"{hint}\n{one.said} {line(found, desk.knowledge)}。".strip())


def _said(reason: str) -> dict[str, Any]:
    return {"reason": reason} if len(reason) >= SHORTEST_REASON else {}


def _suggestion(desk: FrontDesk, words: str) -> tuple[str, str]:
    """The reason, and the code of the unit that the words suggest; '' for what they do not say."""
    found = SUGGESTING.fullmatch(words)
    named = desk.knowledge.units.named(found["unit"]) if found else ()
    if found is None or len(named) != 1:
        return words, ""
    return found["reason"].strip(), named[0].code


def _departments(desk: FrontDesk, category: str) -> list[str]:
    """The codes of the catalogue's departments for that category, as far as this county has them."""
    known = desk.knowledge.rules.catalogue.get(category)
    names = known.units if known is not None else ()
    codes = (unit.code for name in names for unit in desk.knowledge.units.named(name) if unit.department)
    return list(dict.fromkeys(codes))


def _read(desk: FrontDesk, answer: Answer[Any], words: str) -> tuple[Any, Any, str]:
    """What a question would keep of these words, its value once that is whole, and what it says where it is none."""
    if not words:
        return None, None, ""
    around = Around(desk.knowledge, desk.caller, desk.now, {})
    try:
        kept = answer.read(Text(words), None, around)
    except NotUnderstood as missed:
        return None, None, missed.hint
    try:
        return kept, answer.load(kept, around), ""
    except NoAnswer:
        return kept, None, ""
