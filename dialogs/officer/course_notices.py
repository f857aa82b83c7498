"""Which staff are told when a case leaves its course or comes back to it: pauses, merging, objections, supervision."""

from collections.abc import Awaitable, Callable, Mapping, Sequence

from cases.people import Role
from cases.supervision import Supervision
from dialogs.news import News, Notice
from dialogs.officer.brief import due, handling, leaders, limit, notice, short, whole, why
from dialogs.officer.holders import hands, holders, named_leader, nearest
from dialogs.officer.notices import rating
from dialogs.officer.requests import confirmed
from dialogs.phrases import day, quoted, unit_name

ACCEPT = ("受理", "受理 {}")
FEEDBACK = ("反馈", "反馈 {}")


async def supplied(news: News) -> Sequence[Notice]:
    """Whoever it waits for, with the pictures: the answer to what was asked."""
    photos = f"照片 {len(news.photos)} 张" if news.photos else ""
    said = "，".join(filter(None, [quoted(news.words) if news.words else "", photos]))
    text = f"【群众补充】{short(news)}：{said}，继续办理。{limit(news)}"
    told = notice(await holders(news.staffing, news.case), news, text)
    return [Notice(told.to, told.reply, news.photos)]


async def not_supplied(news: News) -> Sequence[Notice]:
    """Whoever it waits for: no answer came."""
    text = f"【没有补充】{short(news)}：群众没有补充，请按已知情况继续。{limit(news)}"
    return [notice(await holders(news.staffing, news.case), news, text)]


async def merged(news: News) -> Sequence[Notice]:
    """Whoever had it, and who has the case that it goes with."""
    number = str(news.event.facts.get("parent", ""))
    told = [notice(await handling(news), news, f"【并单】{short(news)}：已并入 {number} 办理，不用再单独办。")]
    parent = await news.work.cases.get(number)
    if parent is not None and parent.lead_unit is not None:
        to = await hands(news.staffing, parent)
        text = f"【并单】{number} 又并入一件：{whole(news)}\n群众说：{quoted(news.case.description)}"
        told.append(notice(to, news, text))
    return told


async def come_again(news: News) -> Sequence[Notice]:
    """The acceptors: it is theirs (again); a refused case is never for the one who refused it."""
    heads = {"split": "拆单", "bounce": "被退回", "ask_review": "申请复核"}
    head = heads.get(news.event.action, "待受理")
    text = f"【{head}】{whole(news)}\n群众说：{quoted(news.case.description)}{why(news, '说明')}{limit(news)}"
    but = [*news.case.overlay.rejected_by, *news.case.overlay.about_people]
    to = await nearest(news.staffing, news.case, Role.ACCEPTOR, but=but)
    return [notice(to, news, text, ACCEPT)]


async def reported_again(news: News) -> Sequence[Notice]:
    """Those who decide on objections."""
    text = f"【再次反映】{whole(news)}\n群众说：{quoted(news.words)}{limit(news)}"
    acceptors = await nearest(news.staffing, news.case, Role.ACCEPTOR)
    above = await nearest(news.staffing, news.case, Role.SUPERVISOR)
    decide = (("重办", "重办 {}"), ("维持", "维持 {}"))
    return [notice(acceptors, news, text, *decide), notice(above, news, text, ("挂牌督办", "督办 {} 挂牌"))]


async def objected(news: News) -> Sequence[Notice]:
    """Those who decide on objections, where nothing follows by itself: no unit has had the case."""
    if news.also("reopen", "list_supervise"):
        return ()
    text = f"【待复核】{whole(news)}\n群众评价：{rating(news)}，还没有单位办过。{limit(news)}"
    to = await nearest(news.staffing, news.case, Role.ACCEPTOR)
    return [notice(to, news, text, ("重办", "重办 {}"), ("维持", "维持 {}"))]


async def upheld(news: News) -> Sequence[Notice]:
    """Whoever proposed it, and who handled it."""
    text = f"【维持】{short(news)}：经复核维持原处理，已向群众说明。"
    return [notice(await handling(news), news, text), *await confirmed(news)]


async def given_up(news: News) -> Sequence[Notice]:
    """Whoever had it: void, or for another channel."""
    what = "已作废" if news.event.action == "void" else "已转出"
    told = notice(await handling(news), news, f"【{what[1:]}】{short(news)}：{what}，不用再办。{why(news)}")
    return [told, *await confirmed(news)]


async def suspended(news: News) -> Sequence[Notice]:
    """Whoever has it."""
    at = news.case.overlay.resume_at
    until = f"到{day(at, news.knowledge, news.now)}" if at is not None else ""
    text = f"【挂账】{short(news)}：已暂缓办理{until}，时限暂停，到期自动恢复。{why(news, '说明')}"
    return [notice(await handling(news), news, text)]


async def resumed(news: News) -> Sequence[Notice]:
    """Whoever has it."""
    text = f"【恢复】{short(news)}：已恢复办理，时限继续计算。{due(news)}"
    return [notice(await handling(news), news, text, FEEDBACK)]


async def urged(news: News) -> Sequence[Notice]:
    """Whoever it waits for, and the leader of the unit."""
    said = f"：{quoted(news.words)}" if news.words else ""
    who = "群众" if news.event.actor.role is Role.CITIZEN else news.event.actor.role.zh
    waits = await holders(news.staffing, news.case)
    text = f"【催办】{whole(news)}\n{who}催办{said}，请尽快办理并告诉群众进展。{limit(news)}"
    return [notice(waits, news, text), notice(await leaders(news), news, f"{text}\n请分管领导过问。")]


async def supervised(news: News) -> Sequence[Notice]:
    """Whoever has it, the leader of the unit, and the one in whose name it is listed."""
    level = Supervision(news.event.facts.get("supervision", 0))
    named, name = await named_leader(news.work, news.event)
    listed = f"，由{name}盯办" if level is Supervision.LISTED else ""
    to = [*await holders(news.staffing, news.case), *await leaders(news), *named]
    unit = unit_name(news.case.lead_unit or news.case.owner_unit, news.knowledge)
    if level is Supervision.NONE:
        return [notice(to, news, f"【取消督办】{short(news)}：督办已取消。{why(news)}")]
    head = level.zh if level.zh.endswith("督办") else f"{level.zh}督办"
    return [notice(to, news, f"【{head}】{whole(news)}\n{unit}办理{listed}。{why(news)}{limit(news)}")]


TELL: Mapping[str, Callable[[News], Awaitable[Sequence[Notice]]]] = {
    "supply_info": supplied,
    "info_timeout": not_supplied,
    "merge": merged,
    "split": come_again,
    "bounce": come_again,
    "ask_review": come_again,
    "report_again": reported_again,
    "rate_bad": objected,
    "uphold": upheld,
    "void": given_up,
    "transfer_out": given_up,
    "suspend": suspended,
    "resume": resumed,
    "urge": urged,
    "supervise": supervised,
}
