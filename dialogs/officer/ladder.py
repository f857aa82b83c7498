"""Which staff are told when a limit runs out, rung by rung; each text has number and rung, so that none is twice."""

from collections.abc import Awaitable, Callable, Mapping, Sequence

from cases.owners import OFFICE
from cases.people import Level
from cases.rules import Rung
from dialogs.engine.messages import Choice, Reply
from dialogs.news import News, Notice
from dialogs.officer.holders import holders, named_leader
from dialogs.phrases import clock_line, line, stage, unit_name

LIMITS = {
    "accept": "受理",
    "dispatch": "派遣",
    "handle": "办理",
    "mediate": "调解",
    "check": "核查",
    "review": "复核",
    "rate": "评价",
}
"""What each clock measures."""
ELSEWHERE = OFFICE | {"mediate", "review"}
"""Clocks in which somebody else is late than the unit that handles the case."""
HANDS = frozenset({"handler", "unit_duty"})
LEVELS = {Level.GRID: "网格", Level.VILLAGE: "村（社区）", Level.TOWN: "乡镇（街道）", Level.COUNTY: "县级"}
PASSED_OVER = {"conflict": "与案件有关", "leave": "请假无人代班", "off_shift": "现在无人当班"}
"""Why a level was passed over, where it is more than that nobody is there."""
NEXT = {"accept": "受理", "dispatch": "案件", "check": "案件", "handle": "反馈"}


async def reminded(news: News) -> Sequence[Notice]:
    """提醒."""
    return await _rung(news, "提醒", f"已用{_share(news)}，请抓紧。")


async def warned(news: News) -> Sequence[Notice]:
    """警示."""
    return await _rung(news, "警示", f"已用{_share(news)}，快到时限了。")


async def overdue(news: News) -> Sequence[Notice]:
    """超期, with the level the case has jumped to."""
    return await _rung(news, "超期", f"{_limit(news)}时限已到，仍未办完，已上报{_level(news)}。原承办单位继续办理。")


async def red_carded(news: News) -> Sequence[Notice]:
    """红牌督办."""
    return await _rung(news, "红牌督办", f"已用{_share(news)}，已上报{_level(news)}，请说明原因并尽快办结。")


async def listed(news: News) -> Sequence[Notice]:
    """挂牌督办 by time, in a leader's name."""
    leader, name = await named_leader(news.work, news.event)
    words = f"已用{_share(news)}，列入挂牌督办和下期通报，由{name}盯办。"
    return await _rung(news, "挂牌督办", words, also=leader)


async def daily(news: News) -> Sequence[Notice]:
    """After the last rung, once a day, to the duty room and whoever it waits for."""
    day = news.event.facts.get("share", 0)
    room = [one.id for one in await news.staffing.duty_room()]
    waiting = await holders(news.staffing, news.case)
    text = _text(news, f"每日督办·第 {day} 次", f"{_limit(news)}时限早已过，仍没有办完，请值班室盯办。")
    return [Notice(list(dict.fromkeys([*room, *waiting])), Reply(text, _choices(news)))]


async def check_missed(news: News) -> Sequence[Notice]:
    """An urgent case is never closed by time: the checkers, the supervisors and the duty room."""
    checkers = await holders(news.staffing, news.case)
    above = await news.staffing.told(news.case, ("supervisor", "duty_room"))
    text = _text(news, "核查超期", "紧急案件不能自动办结，必须有人核查。")
    return [Notice(list(dict.fromkeys([*checkers, *above])), Reply(text, _choices(news)))]


TELL: Mapping[str, Callable[[News], Awaitable[Sequence[Notice]]]] = {
    "remind": reminded,
    "warn": warned,
    "overdue": overdue,
    "red_card": red_carded,
    "listed": listed,
    "daily": daily,
    "check_missed": check_missed,
}


async def _rung(news: News, head: str, words: str, also: Sequence[int] = ()) -> Sequence[Notice]:
    rung = _of(news)
    told = rung.told if rung is not None else ("handler",)
    to: list[int] = []
    if news.case.clock in ELSEWHERE:
        to += await holders(news.staffing, news.case)
        told = tuple(word for word in told if word not in HANDS)
    to += [*await news.staffing.told(news.case, told), *also]
    return [Notice(list(dict.fromkeys(to)), Reply(_text(news, head, words), _choices(news)))]


def _of(news: News) -> Rung | None:
    """The rung of the ladder that was climbed."""
    mark = (news.event.action, news.event.facts.get("share"))
    return next(
        (
            rung
            for rung in news.knowledge.rules_of(news.case).ladder
            if (rung.action, rung.share) == mark and (not rung.priorities or news.case.priority in rung.priorities)
        ),
        None,
    )


def _text(news: News, head: str, words: str) -> str:
    unit = unit_name(news.case.lead_unit or news.case.owner_unit, news.knowledge)
    return "\n".join(
        [
            f"【{head}】{line(news.case, news.knowledge)}",
            f"{unit}，{stage(news.case)}。{words}",
            clock_line(news.case, news.knowledge, news.now),
        ]
    ).strip()


def _share(news: News) -> str:
    return f"{_limit(news)}时限的 {news.event.facts.get('share', 0)}%"


def _limit(news: News) -> str:
    return LIMITS.get(news.case.clock, "办理")


def _level(news: News) -> str:
    """The level reached and, where one was passed over, why."""
    skipped: dict[str, list[str]] = {}
    for one in news.event.facts.get("skipped", ()):
        why = PASSED_OVER.get(one.get("reason"), "无人在岗")
        skipped.setdefault(why, []).append(unit_name(one.get("unit"), news.knowledge))
    reasons = "，".join(f"{'、'.join(names)}{why}" for why, names in skipped.items())
    passed = f"（{reasons}，已跳过）" if reasons else ""
    return f"{LEVELS[Level(news.event.facts.get('level', Level.COUNTY))]}{passed}"


def _choices(news: News) -> tuple[Choice, ...]:
    number = news.case.number
    first = NEXT.get(news.case.clock, "案件")
    choices = [Choice(f"{first} {number}")] if first != "案件" else []
    return (*choices, Choice("看案件", f"案件 {number}"))
