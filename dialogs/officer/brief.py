"""What notices to staff have in common: the case in short, its limits, what one can press, and whom it concerns."""

from collections.abc import Sequence

from cases import owners
from cases.desk import CaseDesk
from cases.overlay import Proposal
from cases.people import Role
from dialogs.engine.messages import Choice, Reply
from dialogs.news import News, Notice
from dialogs.officer.holders import hands
from dialogs.phrases import clock_line, line, sentence, title, unit_name, until


def short(news: News) -> str:
    """Number and category."""
    return f"{news.case.number} {title(news.case, news.knowledge)}"


def whole(news: News) -> str:
    """Number, category and place."""
    return line(news.case, news.knowledge)


def lead(news: News) -> str:
    """The name of the unit that has the case."""
    return unit_name(news.case.lead_unit or news.case.owner_unit, news.knowledge)


def why(news: News, label: str = "理由") -> str:
    """What was said with it, on a line of its own; '' for nothing."""
    return f"\n{label}：{sentence(news.words)}" if news.words else ""


def due(news: News) -> str:
    """Until when the unit is to be done, on a line of its own; '' without a limit."""
    said = until(news.case, news.knowledge)
    return f"\n{said}" if said else ""


def limit(news: News) -> str:
    """The running limit, on a line of its own; '' where none runs."""
    clock = clock_line(news.case, news.knowledge, news.now)
    return f"\n时限：{clock}" if clock else ""


def press(news: News, *says: tuple[str, str]) -> tuple[Choice, ...]:
    """A choice for each label with its words (`{}` is the number), and the file of the case."""
    number = news.case.number
    return (*(Choice(label, words.format(number)) for label, words in says), Choice("看案件", f"案件 {number}"))


def notice(to: Sequence[int], news: News, text: str, *says: tuple[str, str]) -> Notice:
    """That text for those people, each once, with what they can press."""
    return Notice(list(dict.fromkeys(to)), Reply(text, press(news, *says)))


async def handling(news: News) -> Sequence[int]:
    """Whose hands the case is in; nobody's before it was dispatched."""
    return await hands(news.staffing, news.case) if news.case.lead_unit is not None else ()


async def workers(news: News, unit: str | None, *roles: Role) -> Sequence[int]:
    """Who works in that unit (in one of the roles, its workers without); its leaders where nobody does."""
    if not unit:
        return ()
    people = await news.staffing.on_duty(unit, *(roles or owners.WORKERS))
    people = people or await news.staffing.on_duty(unit, *owners.WORKERS)
    people = people or await news.staffing.unit_leader(unit)
    return [one.id for one in people]


async def leaders(news: News) -> Sequence[int]:
    """The leaders of the unit that has the case."""
    unit = news.case.lead_unit or news.case.owner_unit
    return [one.id for one in await news.staffing.unit_leader(unit)]


async def deciders(news: News, proposal: Proposal) -> Sequence[int]:
    """Who may decide on it; the duty room where nobody is there who may."""
    rules = news.knowledge.rules
    desk = CaseDesk(news.work, rules, news.now, address=None, person=None, units=news.knowledge.units)
    found = await desk.who_may_decide(news.case, proposal)
    return [one.id for one in found or await news.staffing.duty_room()]


async def asker(news: News, action: str) -> Sequence[int]:
    """Who took that action last, but for the bot and citizens."""
    for event in reversed(await news.work.cases.timeline(news.case.number)):
        if event.action == action and event.seq <= news.event.seq:
            return [event.actor.person] if event.actor.person is not None else []
    return ()


def proposer(news: News) -> Sequence[int]:
    """Who proposed what was decided by this event; nobody where it needed no second person."""
    by = news.event.facts.get("proposed_by")
    return [by] if by is not None else ()
