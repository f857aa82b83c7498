"""Which staff are told of what workers ask of the office, and of what comes of it: returns, extensions, corrections."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from cases.overlay import Proposal
from cases.people import Role
from dialogs import proposals
from dialogs.engine.messages import Choice, Reply
from dialogs.news import News, Notice
from dialogs.officer.brief import asker, deciders, due, handling, lead, notice, proposer, short, whole, why, workers
from dialogs.officer.holders import nearest
from dialogs.officer.notices import dispatched
from dialogs.phrases import moment, title, unit_name

GRANT, REFUSE = ("同意退单", "退单 {} 同意"), ("不同意退单", "退单 {} 不同意")
RULE = ("裁定", "裁定 {}")


async def return_asked(news: News) -> Sequence[Notice]:
    """The dispatchers decide; where it was returned before or nobody knows whose it is, a leader rules."""
    facts, kept = news.event.facts, news.case.overlay
    suggested = facts.get("suggested")
    wish = f"建议由{unit_name(suggested, news.knowledge)}办理。" if suggested else "没有建议单位。"
    at = facts.get("due_at")
    until = f"\n请在 {moment(datetime.fromisoformat(at), news.knowledge)} 前决定。" if at else ""
    text = f"【申请退单】{whole(news)}\n{lead(news)}申请退单，{wish}{why(news)}{until}"
    told = [notice(await _near(news, Role.DISPATCHER), news, text, GRANT, REFUSE)]
    if len(kept.returned_by) > 1 or kept.ownerless:
        told.append(notice(await _near(news, Role.LEADER), news, f"{text}\n请裁定由谁办理。", RULE))
    return told


async def ruling_late(news: News) -> Sequence[Notice]:
    """Nobody decided on the return in time: the leader, and the dispatchers again."""
    text = f"【退单审核超期】{whole(news)}\n{lead(news)}申请退单，期限内没有决定，请马上决定。"
    return [
        notice(await _near(news, Role.LEADER), news, text, RULE),
        notice(await _near(news, Role.DISPATCHER), news, text, GRANT, REFUSE),
    ]


async def return_granted(news: News) -> Sequence[Notice]:
    """Whoever asked, and the unit: they need not handle it."""
    to = [*await asker(news, "ask_return"), *await workers(news, news.event.facts.get("unit"))]
    return [notice(to, news, f"【同意退单】{short(news)}：已同意退单，不用再办。{why(news)}")]


async def return_refused(news: News) -> Sequence[Notice]:
    """Whoever asked, and who has it: they handle it."""
    to = [*await asker(news, "ask_return"), *await handling(news)]
    text = f"【不同意退单】{short(news)}：没有同意退单，请继续办理。{why(news)}{due(news)}"
    return [notice(to, news, text, ("反馈", "反馈 {}"))]


async def ruled(news: News) -> Sequence[Notice]:
    """Both units: the card for the one that handles it now, a word for the one that returned it."""
    card, *informed = await dispatched(news)
    text = f"{card.reply.text}\n分管领导裁定由{lead(news)}办理，不能再退单。{why(news)}"
    returned = await workers(news, news.event.facts.get("returned"))
    other = f"【裁定】{short(news)}：分管领导裁定由{lead(news)}办理。{why(news)}"
    return [replace(card, reply=Reply(text, card.reply.choices)), *informed, notice(returned, news, other)]


async def withdrawn(news: News) -> Sequence[Notice]:
    """Whoever had it: no need to handle it."""
    facts = news.event.facts
    handler = facts.get("handler")
    to = [handler] if handler is not None else await workers(news, facts.get("unit"))
    return [notice(to, news, f"【撤回派遣】{short(news)}：派遣已撤回，不用再办。{why(news)}")]


async def proposed(news: News) -> Sequence[Notice]:
    """Those who may decide, with both answers to press."""
    found = next((one for one in news.case.overlay.proposals if one.seq == news.event.seq), None)
    if found is None:  # decided in the same turn
        return ()
    people = await news.work.people.many([found.by])
    name = people[found.by].name if found.by in people else "同事"
    text = f"【等您决定】{whole(news)}\n{proposals.said_of(news.case, found, news.knowledge, name)}。{why(news)}"
    return [Notice(await deciders(news, found), Reply(text, _choices(news, found)))]


async def declined(news: News) -> Sequence[Notice]:
    """Whoever proposed it."""
    name = proposals.NAMES.get(str(news.event.facts.get("action", "")), "处理")
    return [notice(proposer(news), news, f"【不同意{name}】{short(news)}：没有同意，案件照旧办理。{why(news)}")]


async def extended(news: News) -> Sequence[Notice]:
    """Whoever asked, and who has it: the new limit."""
    to = [*proposer(news), *await handling(news)]
    return [notice(to, news, f"【同意延期】{short(news)}：已同意延期，已告诉群众。{due(news)}")]


async def not_extended(news: News) -> Sequence[Notice]:
    """Whoever asked, and who has it: the limit stays."""
    to = [*proposer(news), *await handling(news)]
    return [notice(to, news, f"【不同意延期】{short(news)}：期限不变，请抓紧办理。{why(news)}{due(news)}")]


async def recategorised(news: News) -> Sequence[Notice]:
    """Whoever proposed it, and who has it: the category, and the limit that follows from it."""
    text = f"【改类】{news.case.number} 的类别已改为“{title(news.case, news.knowledge)}”，编号不变。{due(news)}"
    return [notice([*proposer(news), *await handling(news)], news, text)]


async def relocated(news: News) -> Sequence[Notice]:
    """Whoever proposed it, and who has it: the place."""
    place = unit_name(news.case.place.unit, news.knowledge)
    text = f"【改位置】{short(news)} 的位置已改为{place}，编号和时限不变。"
    return [notice([*proposer(news), *await handling(news)], news, text)]


async def confirmed(news: News) -> Sequence[Notice]:
    """Whoever proposed what a second person has agreed to."""
    name = proposals.NAMES.get(news.event.action, "处理")
    return [notice(proposer(news), news, f"【复核通过】{short(news)}：{name}已复核同意。")]


TELL: Mapping[str, Callable[[News], Awaitable[Sequence[Notice]]]] = {
    "ask_return": return_asked,
    "ruling_late": ruling_late,
    "grant_return": return_granted,
    "refuse_return": return_refused,
    "rule": ruled,
    "withdraw": withdrawn,
    "ask_extend": proposed,
    "propose": proposed,
    "decline": declined,
    "approve_extend": extended,
    "refuse_extend": not_extended,
    "correct_category": recategorised,
    "correct_place": relocated,
    "reject": confirmed,
}


async def _near(news: News, role: Role) -> Sequence[int]:
    return await nearest(news.staffing, news.case, role, but=news.case.overlay.about_people)


def _choices(news: News, proposal: Proposal) -> tuple[Choice, ...]:
    return (*proposals.choices(news.case, proposal), Choice("看案件", f"案件 {news.case.number}"))
