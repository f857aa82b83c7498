"""撤回派遣、裁定、回避：案件由谁办，由办公室改定。"""

from cases.case import Case
from dialogs.admin.cases import acting
from dialogs.admin.missing import ask_words
from dialogs.admin.steps import next_steps
from dialogs.engine.command import NO_WORDS, CaseNumber, Words, command
from dialogs.engine.front_desk import FrontDesk
from dialogs.engine.messages import Choice, Reply
from dialogs.officer.holders import addressees
from dialogs.phrases import unit_name, until


@command("撤回派遣", usage="撤回派遣 <编号> <理由>", about="派错了，签收前撤回重派", roles=acting("withdraw"))
async def withdraw(desk: FrontDesk, case: CaseNumber, words: Words = NO_WORDS) -> Reply:
    """Take a case back before anybody signed; where it could go is offered. Raises Refusal."""
    if not words:
        return await ask_words(desk, "撤回派遣", case, "withdraw")
    done = await desk.cases.withdraw(case, words)
    return Reply(f"已撤回 {done.number}，请重新派遣：派遣 {done.number} 姓名或单位", await next_steps(desk, done))


@command(
    "裁定",
    usage="裁定 <编号> <姓名或单位> <理由>",
    about="再次退单或没有单位认领时，指定由谁办",
    roles=acting("rule"),
)
async def rule(desk: FrontDesk, case: CaseNumber, to: str = "", words: Words = NO_WORDS) -> Reply:
    """Name the unit that handles a case, which may not return it; without one the likely ones. Raises Refusal."""
    if not to:
        found = await desk.cases.ready(case, "rule")
        text = f"裁定 {found.number} 由谁办？请选，或写：裁定 {found.number} 姓名或单位 理由"
        return Reply(text, await _rulings(desk, found))
    if not words:
        return await ask_words(desk, "裁定", case, "rule", to=to)
    done = await desk.cases.rule(case, to, words)
    unit = unit_name(done.lead_unit, desk.knowledge)
    text = f"已裁定 {done.number} 由{unit}办理，不得再退。{until(done, desk.knowledge)}"
    return Reply(text, await next_steps(desk, done))


@command(
    "回避",
    usage="回避 <编号> <姓名或单位>",
    about="被反映的人或单位不再经手、查看、评价这个案件；在办的收回",
    roles=acting("set_aside"),
)
async def set_aside(desk: FrontDesk, case: CaseNumber, whom: Words) -> Reply:
    """Keep whom the case complains about away from it. Raises Refusal."""
    done = await desk.cases.set_aside(case, whom)
    back = any(event.action == "take_back" for _, event in desk.cases.news)
    then = "案件已收回，等待重新派遣。" if back else ""
    return Reply(f"已记下：{whom}不再经手、查看或评价 {done.number}。{then}", await next_steps(desk, done))


async def _rulings(desk: FrontDesk, case: Case) -> tuple[Choice, ...]:
    """Where it could go, but for the units that returned it."""
    likely = await addressees(desk.staffing, desk.knowledge, case, "裁定")
    return tuple(one for one in likely if one.says.split()[-1] not in case.overlay.returned_by)
