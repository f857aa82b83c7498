"""Which staff are told when something happens to a case, and in which words; never who reported it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence

from cases.overlay import Secrecy
from cases.people import Role
from cases.record import State
from dialogs.engine.messages import Choice, Reply
from dialogs.news import News, Notice
from dialogs.officer import card
from dialogs.officer.holders import addressees, hands, holders, named_leader, nearest
from dialogs.phrases import clock_line, quoted, sentence, title, unit_name, until

Tell = Callable[[News], Awaitable[Sequence[Notice]]]
GRADES = {5: "很好", 4: "好", 3: "一般", 2: "差", 1: "很差"}
SOLVED = {"solved": "已解决", "partly": "部分解决", "unsolved": "未解决"}


async def submitted(news: News) -> Sequence[Notice]:
    """The centre looks at it first: the acceptors. In the direct flow the dispatch tells all."""
    if news.case.state is not State.SUBMITTED:
        return ()
    text = f"【待受理】{_what(news)}\n{_limit(news)}"
    to = await nearest(news.staffing, news.case, Role.ACCEPTOR)
    return [Notice(to, Reply(text, (_choice("受理", news), _choice("案件", news))), news.case.photos)]


async def accepted(news: News) -> Sequence[Notice]:
    """Nobody has it, or nobody any more: the dispatchers, with where it could go."""
    if news.case.state is not State.ACCEPTED:
        return ()
    number = news.case.number
    why = "原来的承办单位或承办人要回避，案件已收回。\n" if news.event.action == "take_back" else ""
    text = f"【待派遣】{_what(news)}\n{why}{_limit(news)}\n请发：派遣 {number} 姓名或单位"
    to = await nearest(news.staffing, news.case, Role.DISPATCHER)
    choices = await addressees(news.staffing, news.knowledge, news.case)
    return [Notice(to, Reply(text, (*choices, _choice("案件", news))))]


async def dispatched(news: News) -> Sequence[Notice]:
    """The task card with its pictures for those who handle it, a word for those who are informed."""
    told = [await _card(news, "新任务")]
    informed = news.event.facts.get("informed") or ()
    if informed:
        unit = unit_name(news.case.lead_unit, news.knowledge)
        told.append(Notice(informed, Reply(f"【知会】{_what(news)}\n由{unit}办理，请您知悉，不用签收。")))
    return told


async def signed_by_time(news: News) -> Sequence[Notice]:
    """The sign limit is over: the handler and the leader of the unit."""
    unit = news.case.lead_unit or news.case.owner_unit
    leaders = await news.staffing.unit_leader(unit)
    hand = await hands(news.staffing, news.case)
    name = unit_name(unit, news.knowledge)
    return [
        Notice(
            hand,
            Reply(
                f"【自动签收】{_short(news)}：签收时限已过，系统已签收并记为逾期。{until(news.case, news.knowledge)}",
                _todo(news),
            ),
        ),
        Notice(
            [one.id for one in leaders if one.id not in hand],
            Reply(
                f"【签收逾期】{_short(news)}：{name}没有按时签收，系统已自动签收。{until(news.case, news.knowledge)}",
                (_choice("案件", news),),
            ),
        ),
    ]


async def fed_back(news: News) -> Sequence[Notice]:
    """The checkers."""
    number, unit = news.case.number, unit_name(news.case.lead_unit, news.knowledge)
    text = f"【待核查】{_what(news)}\n{unit}反馈：{quoted(news.words)}\n{_limit(news)}"
    text += f"\n没有办好请发：核查 {number} 不通过 理由"
    choices = (Choice("核查通过", f"核查 {number} 通过"), _choice("案件", news))
    to = await holders(news.staffing, news.case)
    return [Notice(to, Reply(text, choices), news.photos)]


async def approved(news: News) -> Sequence[Notice]:
    """Whoever handled it."""
    return [Notice(await _handler(news), Reply(f"【办结】{_short(news)}：核查通过，已办结，等群众评价。"))]


async def sent_back(news: News) -> Sequence[Notice]:
    """Whoever handled it, with the reason."""
    text = f"【退回返工】{_short(news)}\n理由：{sentence(news.words)}\n{until(news.case, news.knowledge)}"
    return [Notice(await hands(news.staffing, news.case), Reply(text, _todo(news)))]


async def rated(news: News) -> Sequence[Notice]:
    """Whoever handled it: the result, not the rater."""
    return [Notice(await _handler(news), Reply(f"【群众评价】{_short(news)}：{rating(news)}，已归档。"))]


async def reopened(news: News) -> Sequence[Notice]:
    """The card again, and the leader of the unit."""
    return [await _card(news, "重办"), await _leaders(news, f"【重办】{_short(news)}：{rating(news)}，已重新派遣。")]


async def list_supervised(news: News) -> Sequence[Notice]:
    """The card again, and all above who watch it now, first of all the leader in whose name it is listed."""
    leader, name = await named_leader(news.work, news.event)
    words = ("unit_leader", "supervisor", "county_leader")
    above = await news.staffing.told(news.case, words)
    by = until(news.case, news.knowledge)
    text = f"【挂牌督办】{_short(news)}：群众再次不满意（{rating(news)}），已重新派遣，由{name}盯办。{by}"
    to = list(dict.fromkeys([*leader, *above]))
    return [await _card(news, "挂牌督办", f"由{name}盯办。"), Notice(to, Reply(text, (_choice("案件", news),)))]


async def cancelled(news: News) -> Sequence[Notice]:
    """Whoever had it in hand."""
    if news.case.lead_unit is None:
        return ()
    text = f"【撤销】{_short(news)}：群众已撤回，不用再办。"
    return [Notice(await hands(news.staffing, news.case), Reply(text))]


async def goes_on(news: News) -> Sequence[Notice]:
    """A hazard, or what others wait for too, goes on without its reporter."""
    why = "涉及安全隐患" if news.case.priority == "P1" else "还有别的群众也在等"
    text = f"【继续处理】{_short(news)}：群众已撤回，但{why}，请继续处理到底。"
    return [Notice(await holders(news.staffing, news.case), Reply(text, _todo(news)))]


async def supplemented(news: News) -> Sequence[Notice]:
    """Whoever it waits for, with the pictures."""
    said = quoted(news.words) if news.words else ""
    photos = f"照片 {len(news.photos)} 张" if news.photos else ""
    text = f"【群众补充】{_short(news)}：{'，'.join(filter(None, [said, photos]))}"
    to = await holders(news.staffing, news.case)
    return [Notice(to, Reply(text, (_choice("案件", news),)), news.photos)]


TELL: Mapping[str, Tell] = {
    "submit": submitted,
    "accept": accepted,
    "dispatch": dispatched,
    "auto_sign": signed_by_time,
    "feedback": fed_back,
    "approve": approved,
    "return_rework": sent_back,
    "rate": rated,
    "reopen": reopened,
    "list_supervise": list_supervised,
    "cancel": cancelled,
    "goes_on": goes_on,
    "supplement": supplemented,
}


def rating(news: News) -> str:
    """The grade, whether it is solved, and what was said; without words where the reporter must not be known."""
    event = news.also("rate", "rate_bad")
    given = event.facts if event else {}
    secret = news.case.overlay.secrecy is not Secrecy.OPEN
    said = f"，“{event.words}”" if event and event.words and not secret else ""
    grade, solved = GRADES.get(given.get("grade", 0), "未评分"), SOLVED.get(given.get("solved", ""), "未说明是否解决")
    return f"{grade}，{solved}{said}"


async def _card(news: News, head: str, *more: str) -> Notice:
    """The task: what, where, how urgent, until when and how much of it is left; what can be done with one press."""
    case = news.case
    lines = [f"【{head}】{_what(news)}", *more]
    if news.also("rate_bad"):
        lines.append(f"群众评价：{rating(news)}。")
    lines += card.limits(case, news.knowledge, news.now)
    to = await hands(news.staffing, case)
    return Notice(to, Reply("\n".join(lines), await card.offered(news, to)), case.photos)


async def _leaders(news: News, text: str) -> Notice:
    unit = news.case.lead_unit or news.case.owner_unit
    hand = await hands(news.staffing, news.case)
    leaders = await news.staffing.unit_leader(unit)
    return Notice([one.id for one in leaders if one.id not in hand], Reply(text, (_choice("案件", news),)))


async def _handler(news: News) -> Sequence[int]:
    return await hands(news.staffing, news.case) if news.case.lead_unit is not None else ()


def _what(news: News) -> str:
    """Number, category, place with its map, the words, and how many photos there are."""
    return "\n".join(card.what(news.case, news.knowledge))


def _short(news: News) -> str:
    return f"{news.case.number} {title(news.case, news.knowledge)}"


def _limit(news: News) -> str:
    return f"时限：{clock_line(news.case, news.knowledge, news.now)}" if news.case.clock_due_at else ""


def _choice(action: str, news: News) -> Choice:
    label = "看案件" if action == "案件" else action
    return Choice(label, f"{action} {news.case.number}")


def _todo(news: News) -> tuple[Choice, ...]:
    return (_choice("反馈", news), _choice("案件", news))
