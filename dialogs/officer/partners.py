"""Which staff are told when others come to work on a case: colleagues, assisting units, mediators."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime

from cases.people import Role
from dialogs.engine.messages import Reply
from dialogs.news import News, Notice
from dialogs.officer import card
from dialogs.officer.brief import due, handling, lead, leaders, limit, notice, short, whole, why, workers
from dialogs.officer.holders import holders, mediator
from dialogs.officer.notices import accepted
from dialogs.phrases import moment, quoted, unit_name

MANY_HANDS = 2
"""Hand-overs after which the unit's leader is warned."""
FEEDBACK = ("反馈", "反馈 {}")
OUTCOMES = (("调解成功", "调解 {} 成功"), ("一方不同意", "调解 {} 不同意"), ("调解不成", "调解 {} 不成"))


async def handed_over(news: News) -> Sequence[Notice]:
    """Who has it now, and who had it; the leader where it goes from hand to hand, or where nobody could take it."""
    facts, mover = news.event.facts, news.event.actor.person
    to, before = facts.get("handler"), facts.get("from")
    people = await news.work.people.many([one for one in (to, before) if one is not None])
    name, old = (people[one].name if one in people else "同事" for one in (to or 0, before or 0))
    text = f"{_what(news)}\n原由{old}办理。{why(news, '原因')}"
    if to is None:
        nobody = f"【无人接手】{text}\n{lead(news)}现在没有别的经办人在岗，请安排人签收或办理。{due(news)}"
        return [notice(await leaders(news), news, nobody)]
    lines = [f"【转办】{text}", *card.limits(news.case, news.knowledge, news.now)]
    told = [Notice([to], Reply("\n".join(lines), await card.offered(news, [to])), news.case.photos)]
    if before is not None and mover not in (None, before):
        told.append(notice([before], news, f"【转办】{short(news)}：已转给{name}，您不用再办。"))
    if facts.get("count", 0) > MANY_HANDS:
        times = f"{lead(news)}内已转办 {facts['count']} 次"
        text = f"【多次转办】{short(news)}：{times}，现在由{name}办理，请过问。{due(news)}"
        told.append(notice(await leaders(news), news, text))
    return told


async def invited(news: News) -> Sequence[Notice]:
    """The unit that is to help: with what, until when."""
    joint = "（跨乡镇联合办理）" if news.event.facts.get("joint") else ""
    text = f"【协办】{_what(news)}\n{lead(news)}主办{joint}，请协助。"
    text += f"{why(news, '请办')}{_until(news, '答复')}"
    to = await workers(news, news.event.facts.get("unit"), Role.ASSISTANT)
    told = notice(to, news, text, ("协办反馈", "协办反馈 {}"))
    return [Notice(told.to, told.reply, news.case.photos)]


async def assisted(news: News) -> Sequence[Notice]:
    """The lead: what the other unit did."""
    unit = unit_name(news.event.facts.get("unit"), news.knowledge)
    text = f"【协办反馈】{short(news)}\n{unit}：{quoted(news.words)}{due(news)}"
    return [notice(await handling(news), news, text, FEEDBACK)]


async def waived(news: News) -> Sequence[Notice]:
    """The unit that was to help."""
    to = await workers(news, news.event.facts.get("unit"), Role.ASSISTANT)
    return [notice(to, news, f"【免协办】{short(news)}：{lead(news)}不再需要协办，不用答复。")]


async def taken_back(news: News) -> Sequence[Notice]:
    """The dispatchers; and the units that were to help the one which had it."""
    told = list(await accepted(news))
    for unit in news.event.facts.get("waived", ()):
        to = await workers(news, unit, Role.ASSISTANT)
        told.append(notice(to, news, f"【免协办】{short(news)}：要换承办单位，现在不用协办、不用答复。"))
    return told


async def assist_late(news: News) -> Sequence[Notice]:
    """The unit that was to help and its leader, and the lead, who stays answerable."""
    unit = news.event.facts.get("unit")
    name = unit_name(unit, news.knowledge)
    text = f"【协办超期】{whole(news)}\n{name}没有按时答复，请马上协办并答复。"
    told = [notice(await workers(news, unit, Role.ASSISTANT), news, text, ("协办反馈", "协办反馈 {}"))]
    mine = f"【协办超期】{short(news)}：{name}没有按时答复。可以催它，或发送“免协办 {news.case.number} {name}”不再等。"
    return [*told, notice(await handling(news), news, mine)]


async def sent_to_mediation(news: News) -> Sequence[Notice]:
    """The mediator; and the unit, where somebody else sent it."""
    text = f"【请您调解】{_what(news)}{why(news, '双方')}{_until(news, '谈完')}"
    mine = f"【转调解】{short(news)}：已交调解员调解，办理时限暂停。"
    told = notice(await _mediator(news), news, text, *OUTCOMES)
    return [Notice(told.to, told.reply, news.case.photos), notice(await handling(news), news, mine)]


async def mediated(news: News) -> Sequence[Notice]:
    """The checkers, and the unit."""
    head = "调解成功" if news.event.action == "mediation_done" else "调解不成"
    text = f"【待核查】{whole(news)}\n{head}：{quoted(news.words)}{limit(news)}"
    checkers = await holders(news.staffing, news.case)
    mine = f"【{head}】{short(news)}：{quoted(news.words)}，等核查。"
    return [
        notice(checkers, news, text, ("核查通过", "核查 {} 通过"), ("退回返工", "核查 {} 不通过")),
        notice(await handling(news), news, mine),
    ]


async def mediation_declined(news: News) -> Sequence[Notice]:
    """The unit has it again."""
    text = f"【一方不同意】{short(news)}：有一方不同意调解，请继续办理。{why(news)}{due(news)}"
    return [notice(await handling(news), news, text, FEEDBACK)]


TELL: Mapping[str, Callable[[News], Awaitable[Sequence[Notice]]]] = {
    "hand_over": handed_over,
    "invite_assist": invited,
    "answer_assist": assisted,
    "waive_assist": waived,
    "take_back": taken_back,
    "assist_late": assist_late,
    "to_mediation": sent_to_mediation,
    "mediation_done": mediated,
    "mediation_failed": mediated,
    "mediation_refused": mediation_declined,
}


def _what(news: News) -> str:
    """What whoever is new to the case needs to know of it."""
    return "\n".join(card.what(news.case, news.knowledge))


async def _mediator(news: News) -> Sequence[int]:
    named = news.case.overlay.mediator or news.event.facts.get("mediator")
    return await mediator(news.staffing, named) if named is not None else ()


def _until(news: News, what: str) -> str:
    at = news.event.facts.get("due_at")
    return f"\n请在 {moment(datetime.fromisoformat(at), news.knowledge)} 前{what}。" if at else ""
