"""Who is told what, in which words, when something happens to a case: into the outbox, in the same unit of work."""

import logging
import zlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from cases import owners
from cases.case import Case
from cases.events import Event
from cases.people import Address
from cases.rules import Rules
from dialogs.citizen import company, outcomes
from dialogs.citizen import notices as citizen
from dialogs.engine.around import Knowledge
from dialogs.engine.messages import Outgoing, Picture, Reply
from dialogs.engine.ports import Work
from dialogs.news import News, Notice
from dialogs.officer import course_notices, ladder, partners, requests
from dialogs.officer import notices as officer

log = logging.getLogger(__name__)

TELL = {**officer.TELL, **requests.TELL, **partners.TELL, **course_notices.TELL, **ladder.TELL}
SAY = {**citizen.WORDS, **outcomes.WORDS}
SILENT: Mapping[str, str] = {
    "sign": "the staff's affair; the reporter heard at the dispatch who has it",
    "follow": "the direct reply; the number of followers stands in the file",
    "set_aside": "whoever is complained about must not hear of it",
    "mend": "the doctor's work, which changes nothing for anybody",
    "redate": "the new deadlines stand in the course of the case",
}
"""What is told to no other than whoever did it, and why. Whoever acts is answered by the direct reply in any case."""
AS_A_TASK = frozenset({"dispatch", "rule", "reopen", "list_supervise", "hand_over", "invite_assist"})
"""Told even to the person who did it: it is work for them."""
SPREAD = 15 * 60
"""Seconds over which held messages go out when the quiet hours end, so that they do not all go at once."""
Addresses = Mapping[int, Sequence[Address]]


async def tell(work: Work, knowledge: Knowledge, news: Sequence[tuple[Case, Event]], now: datetime) -> None:
    """Put into the outbox what everybody hears of these events of one turn. Doing it again changes nothing."""
    turns: defaultdict[str, list[Event]] = defaultdict(list)
    for case, event in news:
        turns[case.number].append(event)
    told = [News(work, knowledge, case, event, turns[case.number], now) for case, event in news]
    for one in told:
        if one.event.action == "cancel":  # what was still to be said of the case is void
            await work.outbox.cancel(one.case.number)
        if one.event.action == "set_aside":  # nor is it said to those whom it is about
            reporter = {one.case.reporter.address}  # who hears of their own report all the same
            await work.outbox.cancel(one.case.number, await one.concerned() - reporter)
        await work.outbox.put([*await _to_reporter(one), *await _to_others(one), *await _to_staff(one)])


def held_until(rules: Rules, now: datetime, to: Address) -> datetime | None:
    """When a message that waits for the end of the quiet hours goes to that receiver; None outside of them."""
    local = now.astimezone(rules.county.zone)
    begins, ends = rules.quiet_from, rules.quiet_until
    late, early = local.hour >= begins, local.hour < ends
    if begins == ends or not ((late or early) if begins > ends else (late and early)):
        return None
    morning = local.replace(hour=ends, minute=0, second=0, microsecond=0)
    if late and begins > ends:
        morning += timedelta(days=1)
    spread = zlib.crc32(f"{to.channel}:{to.user}".encode()) % (SPREAD + 1)
    return (morning + timedelta(seconds=spread)).astimezone(now.tzinfo)


async def _to_reporter(news: News) -> Sequence[Outgoing]:
    """The citizen's notice, unless the direct reply of this turn tells it or they want to hear no more."""
    address = news.case.reporter.address
    say = SAY.get(news.event.action)
    if say is None or address is None or any(citizen.answered_at_once(event) for event in news.turn):
        return ()
    reply = say(news)
    if reply is None or not await _reporter_hears(news) or await _is_handler(news, address):
        return ()
    post = _Post(news, "reporter", address)
    photos = news.photos[: citizen.SHOWN_PHOTOS] if news.event.action == "feedback" else ()
    return [post.text(reply), *post.pictures(photos)]


async def _to_others(news: News) -> Sequence[Outgoing]:
    """The notices of all others who wait for the case; none of them is told what the reporter said."""
    waiting = [one for one in await company.waiting(news) if not await _is_handler(news, one.address)]
    return [_Post(news, one.name, one.address).text(company.said_to(one, news)) for one in waiting]


async def _reporter_hears(news: News) -> bool:
    """Not after withdrawing what goes on without them."""
    return owners.reporter_hears(await news.work.cases.timeline(news.case.number))


async def _is_handler(news: News, address: Address) -> bool:
    """Whether the reporter handles the case and is told as such: nobody judges their own work."""
    if news.case.handler is None:
        return False
    own = await news.work.people.addresses([news.case.handler])
    return address in own.get(news.case.handler, ())


async def _to_staff(news: News) -> Sequence[Outgoing]:
    tell_staff = TELL.get(news.event.action)
    if tell_staff is None:
        return ()
    actor = None if news.event.action in AS_A_TASK else news.event.actor.person
    notices = [_but(actor, one) for one in await _unconcerned(news, await tell_staff(news))]
    addresses = await news.work.people.addresses({id_ for one in notices for id_ in one.to})
    messages: dict[str, Outgoing] = {}
    for notice in notices:
        for id_ in notice.to:
            for message in _letter(news, notice, id_, addresses):
                messages.setdefault(message.key, message)
    unbound = [(id_, one) for one in notices for id_ in one.to if id_ not in addresses]
    return [*messages.values(), *await _for_the_duty_room(news, unbound)]


async def _unconcerned(news: News, notices: Sequence[Notice]) -> Sequence[Notice]:
    """The notices without those whom the case is about: they hear nothing of it."""
    about = await news.staffing.concerned(news.case)
    return [replace(one, to=[id_ for id_ in one.to if id_ not in about]) for one in notices] if about else notices


def _but(actor: int | None, notice: Notice) -> Notice:
    return replace(notice, to=[id_ for id_ in notice.to if id_ != actor]) if actor in notice.to else notice


def _letter(news: News, notice: Notice, person: int, addresses: Addresses) -> Sequence[Outgoing]:
    if person not in addresses:
        return ()
    post = _Post(news, str(person), addresses[person][0])
    return [post.text(notice.reply), *post.pictures(notice.photos)]


async def _for_the_duty_room(news: News, unbound: Sequence[tuple[int, Notice]]) -> Sequence[Outgoing]:
    """What nobody could be told goes to the duty room, once; when that can't be reached either, into the log."""
    if not unbound:
        return ()
    people = await news.work.people.many([id_ for id_, _ in unbound])
    names = "、".join(dict.fromkeys(people[id_].name for id_, _ in unbound if id_ in people))
    room = [one.id for one in await news.staffing.duty_room()]
    addresses = await news.work.people.addresses(room)
    if not addresses:
        log.warning(
            "nobody can be told of an event",
            extra={"case": news.case.number, "action": news.event.action, "people": [id_ for id_, _ in unbound]},
        )
        return ()
    text = (
        f"【代收】{names}还没有绑定账号，收不到下面这条，请电话通知，并请管理员发绑定码。\n{unbound[0][1].reply.text}"
    )
    return [_Post(news, f"unbound:{id_}", addresses[id_][0]).text(Reply(text)) for id_ in room if id_ in addresses]


@dataclass(frozen=True)
class _Post:
    """What goes to one receiver because of one event: urgent for P1, else held through the quiet hours."""

    news: News
    receiver: str
    to: Address

    def text(self, reply: Reply) -> Outgoing:
        return self._message(reply, "")

    def pictures(self, photos: Sequence[str]) -> Sequence[Outgoing]:
        return [self._message(Picture(media), f":photo{index}") for index, media in enumerate(photos, 1)]

    def _message(self, body: Reply | Picture, suffix: str) -> Outgoing:
        case, urgent = self.news.case, self.news.case.priority == "P1"
        return Outgoing(
            f"{case.number}:{self.news.event.seq}:{self.receiver}{suffix}",
            self.to,
            body,
            case.number,
            urgent,
            None if urgent else held_until(self.news.knowledge.rules, self.news.now, self.to),
        )
