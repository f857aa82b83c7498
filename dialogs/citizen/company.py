"""What others hear who wait for a case too: those who follow it, and those whose cases were merged into it."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from cases import owners
from cases.case import Case
from cases.people import Address
from cases.record import State
from dialogs.citizen.outcomes import (
    DISPUTE_ROUTES,
    Tail,
    answer_tail,
    extension_tail,
    suspension_tail,
    transfer_tail,
)
from dialogs.engine.messages import Choice, Reply
from dialogs.news import News
from dialogs.phrases import reported, sentence, title

ENDED = "不再办理。问题还在的，请您自己上报，回复“上报”就行。"


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody who waits for it: `name` tells them apart, `head` says which matter it is for them."""

    name: str
    address: Address
    head: str
    choices: tuple[Choice, ...] = ()


def _tail(words: str) -> Tail:
    return lambda _: words


TAILS: Mapping[str, Tail] = {
    "progress": lambda news: f"有进展：{sentence(news.words)}",
    "feedback": lambda news: f"已办理：{sentence(news.words)}正在核查结果。",
    "return_rework": _tail("还没有办好，已退回重新办理。"),
    "approve": _tail("已办结。"),
    "answer": answer_tail,
    "approve_extend": extension_tail,
    "suspend": suspension_tail,
    "resume": _tail("已恢复办理。"),
    "mediation_done": _tail("已调解成功，正在核查结果。"),
    "mediation_refused": _tail(f"有一方不愿意调解，继续办理。也可以走{DISPUTE_ROUTES}。"),
    "mediation_failed": _tail("调解没有达成一致，正在核查。"),
    "take_back": _tail("要换一个单位，正在重新办理。"),
    "reopen": _tail("正在重新办理。"),
    "list_supervise": _tail("已挂牌督办，正在重新办理。"),
    "transfer_out": transfer_tail,
    "reject": lambda news: f"不予受理，原因是{news.event.facts.get('reason', '')}。",
    "void": _tail(f"已作废，{ENDED}"),
    "merge": _tail("已和同一件事合并办理，有进展和结果照样告诉您。"),
    "parent_closed": _tail("已办结。"),
}
"""Progress and result, without names, and nothing that the reporter said."""
CLOSING = frozenset({"approve", "answer"})
"""Of these those who wait for a merged case hear by the event `parent_closed` of that one."""
TOLD = frozenset({State.FEEDBACK, State.SUSPENDED})
"""States of which they were told, so that they hear when it is taken back from there."""


async def waiting(news: News) -> list[Waiting]:
    """Who else is told of the event; nobody twice, not the reporter, and nobody whom the case is about."""
    action, case = news.event.action, news.case
    if action not in TAILS or (action == "take_back" and news.event.before not in TOLD):
        return []
    found = await _followers(news, case)
    for child in () if action in CLOSING else await news.work.cases.merged_into(case.number):
        found += [*await _merged(news, child), *await _followers(news, child)]
    told: dict[Address, Waiting] = {}
    about = await news.concerned() if found else ()
    for one in found:
        if one.address != case.reporter.address and one.address not in about:
            told.setdefault(one.address, one)
    return list(told.values())


def said_to(one: Waiting, news: News) -> Reply:
    """The event as that person reads it."""
    return Reply(f"{one.head}{TAILS[news.event.action](news)}", one.choices)


async def _merged(news: News, child: Case) -> list[Waiting]:
    address = child.reporter.address
    if address is None or not owners.reporter_hears(await news.work.cases.timeline(child.number)):
        return []
    return [Waiting(f"merged:{child.number}", address, reported(child, news.knowledge))]


async def _followers(news: News, case: Case) -> list[Waiting]:
    """Those who follow the case; an address is no part of a message's key, but for a digest."""
    number = case.number
    head = f"您关注的“{title(case, news.knowledge)}”（{number}）"
    unfollow = (Choice("不再关注", f"不再关注 {number}"),)
    found = []
    for address in await news.work.cases.followers(number):
        name = sha256(f"{address.channel}:{address.user}".encode()).hexdigest()[:24]
        found.append(Waiting(f"follower:{name}", address, head, unfollow))
    return found
