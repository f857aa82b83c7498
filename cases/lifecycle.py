"""The life cycle of a case as one table: seventeen states and the sixty-one transitions between them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from cases.errors import Refusal
from cases.people import Role

ASKING = "(asking)"
NEW = "-"


@dataclass(frozen=True, slots=True)
class Stage:
    """One state: its names for staff and for citizens, its kind (open, follow, end) and what both clocks do in it.

    `clock` is the unit's, `citizen_clock` the citizen's, which runs from the report to the answer.
    """

    state: str
    zh: str
    citizen: str
    kind: str
    clock: str
    citizen_clock: str


@dataclass(frozen=True, slots=True)
class Transition:
    """One thing that may happen in a state, who may do it, and where it leads.

    `next` is a state, or ASKING: back to the state that asked. `needs` and `does` say in short what must hold before
    and what follows.
    """

    state: str
    action: str
    zh: str
    actors: tuple[Role, ...]
    next: str
    needs: str
    does: str


STAGES: Mapping[str, Stage] = {
    row[0]: Stage(*row)
    for row in (
        ("submitted", "待受理", "已收到，正在受理", "open", "accept", "run"),
        ("need_info", "待补充", "还需要您补充一点信息", "open", "paused", "paused up to 48 h; run once accepted"),
        ("accepted", "已受理（待派遣）", "已受理，正在分派", "open", "dispatch", "run"),
        ("dispatched", "已派遣（待签收）", "已交{unit}，等待签收", "open", "handle, from the dispatch on", "run"),
        ("in_progress", "办理中", "{unit}正在办理", "open", "handle", "run"),
        ("return_review", "退单审核中", "正在确认由谁负责", "open", "handle, not paused", "run"),
        ("suspended", "挂账（暂缓）", "因{reason}暂缓，预计{date}恢复", "open", "paused", "paused, reason shown"),
        ("mediating", "调解中", "正在调解", "open", "mediate, 30 days", "run"),
        ("feedback", "已反馈（待核查）", "已办理，正在核查结果", "open", "check", "run"),
        ("closed", "已办结（待评价）", "已办结，请您评价", "open", "rate, 7 days", "stop"),
        ("reopen_review", "重办审核", "已收到您的异议，正在复核", "open", "review, 1 working day", "run"),
        ("archived", "已归档（销号）", "已完成", "end", "", "stop"),
        ("rejected", "不予受理", "不予受理：{reason}；可走：{route}", "end", "", "stop"),
        ("merged", "已并单", "已与{n}件同类诉求合并办理", "follow", "follows the lead case", "follows the lead case"),
        ("cancelled", "已撤销", "您已撤回", "end", "", "stop"),
        ("void", "作废", "该记录无效", "end", "", "stop"),
        ("transferred", "已转出", "已转{channel}，编号{no}", "end", "", "stop"),
    )
}

# state | action | zh | actors | next | needs | does
_ROWS = """
-|submit|上报|citizen grid_worker|submitted|category, place, words; privacy notice seen once|number told at once
submitted|accept|受理|acceptor bot|accepted|the bot only in the direct flow|accept clock ends; citizen told
submitted|ask_info|要求补充|acceptor bot|need_info|once a case, three questions at most|accept clock pauses
submitted|reject|不予受理|acceptor|rejected|listed reason; second person for P1, P2; never the bot|reason and route told
submitted|merge|并单|acceptor|merged|same matter, confirmed by a person|every reporter keeps number and vote
submitted|answer|直接答复|acceptor bot|closed|consultation with a knowledge item|没有解决 brings a person
submitted|transfer_out|转出|acceptor|transferred|belongs to another channel|channel and its number kept
submitted|void|作废|acceptor|void|test, empty or advertising; second person|kept, counted in no rate
submitted|cancel|撤销|citizen|cancelled|a P1 hazard goes on instead|content kept by the retention rule
need_info|supply_info|补充|citizen|(asking)||clock resumes
need_info|info_timeout|补充超时|bot|(asking)|48 h of silence|goes on with what is known, never dropped
need_info|cancel|撤销|citizen|cancelled||
accepted|dispatch|派遣|dispatcher bot|dispatched|one lead unit with somebody there|handle clock starts; task sent
accepted|reject|不予受理|acceptor|rejected|found outside remit; second person|
accepted|cancel|撤销|citizen|cancelled|a P1 hazard goes on instead|
accepted|ask_info|要求补充|acceptor dispatcher|need_info|as when submitted|
accepted|merge|并单|acceptor|merged|as when submitted|
accepted|void|作废|acceptor|void|as when submitted|
accepted|transfer_out|转出|acceptor|transferred|as when submitted|
dispatched|sign|签收|handler|in_progress|within the sign limit|instant kept
dispatched|auto_sign|自动签收|bot|in_progress|sign limit over|late; unit leader told
dispatched|ask_return|申请退单|handler|return_review|once a unit, in the sign limit, before any ruling|clock runs on
dispatched|withdraw|撤回派遣|dispatcher|accepted||
dispatched|merge|并单|acceptor dispatcher|merged|as when submitted|handler told
dispatched|cancel|撤销|citizen|cancelled|a P1 hazard goes on instead|handler told
in_progress|ask_return|申请退单|handler|return_review|only after auto_sign, one more sign limit|handle clock runs on
in_progress|progress|进展|handler assistant|in_progress|words for the citizen; photos if wanted|first contact kept
in_progress|hand_over|转办|handler leader|in_progress|inside the unit, somebody there|chain stays visible
in_progress|invite_assist|协办|handler dispatcher|in_progress|a named unit|assist task with its own limit
in_progress|ask_info|要求补充|handler|need_info|once a case, three questions at most|unit clock pauses
in_progress|merge|并单|acceptor dispatcher|merged|as when submitted|handler told
in_progress|answer_assist|协办反馈|assistant|in_progress||
in_progress|ask_extend|申请延期|handler|in_progress|before the deadline, twice at most|deadline waits for approval
in_progress|approve_extend|同意延期|dispatcher|in_progress|reason told to the citizen|at most the first limit again
in_progress|refuse_extend|不同意延期|dispatcher|in_progress||
in_progress|suspend|挂账|leader|suspended|objective reason, date within a year, never P1|clocks pause; citizen told
in_progress|to_mediation|转调解|handler dispatcher|mediating|disputes (03xx), both sides agree|mediator named; 30 days
in_progress|feedback|反馈办结|handler|feedback|result and reply; assists answered|check clock starts
in_progress|transfer_out|转出|dispatcher|transferred|as when submitted|
in_progress|void|作废|acceptor|void|as when submitted|
in_progress|cancel|撤销|citizen|cancelled|a P1 hazard goes on instead|unit told
return_review|grant_return|同意退单|dispatcher|accepted|reason|citizen's clock runs on
return_review|refuse_return|不同意退单|dispatcher|in_progress|reason|counted as refused
return_review|rule|裁定指定|leader|dispatched|second return or no owner; a working day (P1: 1 h)|\
that unit may not return it
suspended|resume|恢复|bot dispatcher|in_progress|date reached or reason gone|clocks resume; citizen told
mediating|mediation_done|调解成功|mediator|feedback|agreement kept|
mediating|mediation_refused|一方不同意|mediator|in_progress||other routes told
mediating|mediation_failed|调解不成|mediator|feedback|30 days over or ended|other routes told
feedback|approve|核查通过|checker citizen bot|closed|not the handler; bot after the limit, not P1|citizen asked to rate
feedback|return_rework|退回返工|checker citizen|in_progress|reason|one rework more; what is left of the limit
closed|rate|评价|citizen|archived|grade 3 to 5, not 未解决, once|部分解决 is not solved; unit sees no identity
closed|rate_bad|差评/未解决|citizen|reopen_review|grade 1 or 2, or 未解决|revisit opens
closed|silent_archive|到期归档|bot|archived|7 days unanswered|not rated, never satisfied
reopen_review|reopen|重办|acceptor bot|dispatched|first objection|same unit, which may not return it; leader told
reopen_review|uphold|维持并说明|acceptor|archived|second person; explained with the route|rating stays
reopen_review|list_supervise|挂牌督办|supervisor bot|dispatched|second objection or a group matter|\
listed, named leader, one level up, next bulletin
archived|report_again|再次反映|citizen|reopen_review|within 90 days|same number
rejected|ask_review|申请复核|citizen|submitted|once, another acceptor|
merged|parent_closed|主件办结|bot|closed|the lead case closed|every reporter gets result and vote
merged|split|拆单|acceptor citizen|submitted|not the same matter|
transferred|bounce|被退回|acceptor|submitted|the other channel refused|citizen told, not asked again
"""


_OVERLAY_ROWS = """
(open)|supplement|补充|citizen|(same)|words or photos|handler told
(open)|urge|催办|citizen grid_worker handler acceptor dispatcher checker supervisor leader|(same)|once in 24 h a case|\
handler and unit leader told
(open)|follow|我也遇到|citizen|(same)|not a confidential case|hears of progress and result
(open)|supervise|督办|supervisor|(same)|heavier than before, or taken away as a whole|handler and unit leader told
(unanswered)|correct_category|改类|acceptor dispatcher|(same)|a handler only proposes it|the unit's limit reckoned anew
(unanswered)|correct_place|改位置|acceptor dispatcher|(same)|a handler only proposes it|the limits stay
(open)|set_aside|回避|acceptor dispatcher supervisor|(same)|whom the report is about|never gets, sees or rates it
(worked on)|waive_assist|免协办|handler|(same)|an assist that is not answered|the invited unit told
(handed out)|take_back|收回|bot|accepted|it is about the unit, or about all who could handle it there|dispatched anew
"""


def _rows(table: str) -> Iterator[Transition]:
    for line in table.strip().splitlines():
        state, action, zh, actors, after, needs, does = line.split("|")
        yield Transition(state, action, zh, tuple(Role(word) for word in actors.split()), after, needs, does)


SAID: Mapping[str, str] = {
    "submit": "上报",
    "accept": "受理",
    "dispatch": "派遣",
    "sign": "签收",
    "progress": "进展",
    "feedback": "反馈",
    "ask_return": "退单",
    "hand_over": "转办",
    "grant_return": "退单",
    "refuse_return": "退单",
    "invite_assist": "协办",
    "answer_assist": "协办反馈",
    "waive_assist": "免协办",
    "ask_info": "要求补充",
    "ask_extend": "延期",
    "approve_extend": "延期",
    "refuse_extend": "延期",
    "correct_category": "改类",
    "correct_place": "改位置",
    "to_mediation": "转调解",
    "mediation_done": "调解",
    "mediation_refused": "调解",
    "mediation_failed": "调解",
    "split": "拆单",
    "urge": "催办",
    "approve": "核查",
    "return_rework": "核查",
    "reject": "不予受理",
    "answer": "答复",
    "transfer_out": "转出",
    "bounce": "被退回",
    "void": "作废",
    "merge": "并单",
    "withdraw": "撤回派遣",
    "rule": "裁定",
    "suspend": "挂账",
    "resume": "恢复",
    "reopen": "重办",
    "uphold": "维持",
    "list_supervise": "督办",
    "supervise": "督办",
    "set_aside": "回避",
}
"""What staff say to do it; what has no word here nobody is told to do."""
SAID_BY_CITIZENS: Mapping[str, str] = {
    "submit": "上报",
    "cancel": "撤销",
    "approve": "办好了",
    "return_rework": "没办好",
    "rate": "评价",
    "rate_bad": "评价",
    "supply_info": "补充",
    "supplement": "补充",
    "urge": "催办",
    "follow": "我也遇到",
    "split": "拆单",
    "report_again": "再次反映",
    "ask_review": "申请复核",
}
SEE = "回复“查询”看进度，或回复“人工”。"

TRANSITIONS: Mapping[tuple[str, str], Transition] = {(row.state, row.action): row for row in _rows(_ROWS)}
OPEN_STATES = frozenset(state for state, stage in STAGES.items() if stage.kind == "open")
UNANSWERED = OPEN_STATES - {"feedback", "closed", "reopen_review"}
GROUPS: Mapping[str, frozenset[str]] = {
    "(open)": OPEN_STATES,
    "(unanswered)": UNANSWERED,
    "(worked on)": frozenset({"in_progress"}),
    "(handed out)": UNANSWERED - {"submitted", "accepted"} | {"feedback"},
}
"""The states in which an overlay's action may be taken."""
OVERLAYS: Mapping[str, Transition] = {row.action: row for row in _rows(_OVERLAY_ROWS)}
"""What may be done in several states; only `take_back` moves the case."""


def row_of(state: str, action: str) -> Transition | None:
    """The row of either table for that action in that state, None where it may not be taken."""
    over = OVERLAYS.get(action)
    if over is not None and state in GROUPS[over.state]:
        return over
    return TRANSITIONS.get((state, action))


def is_open(state: str) -> bool:
    """Whether somebody still owes the citizen something in that state."""
    return STAGES[state].kind == "open"


def acts(role: Role, transition: Transition) -> bool:
    """Whether the role may do it; a grid worker may do all that a handler may."""
    return role in transition.actors or (role is Role.GRID_WORKER and Role.HANDLER in transition.actors)


def possible(state: str, role: Role) -> list[Transition]:
    """What that role may do with a case in that state, the overlays last."""
    moves = [row for row in TRANSITIONS.values() if row.state == state]
    overlays = [row for row in OVERLAYS.values() if state in GROUPS[row.state]]
    return [row for row in (*moves, *overlays) if acts(role, row)]


def for_citizens(state: str) -> str:
    """What citizens read of a state where the case itself is not at hand."""
    stage = STAGES.get(state)
    words = stage.citizen.replace("{unit}", "承办单位") if stage else "尚未上报"
    return words if stage is None or "{" not in words else stage.zh


def allowed(state: str, action: str, role: Role) -> Transition:
    """The transition for that action, or the overlay's row.

    Raises Refusal, naming the reason and the next step, when the state or the role does not allow it.
    """
    found = row_of(state, action)
    if found is not None and acts(role, found):
        return found
    if role is Role.CITIZEN:
        raise Refusal(_to_citizen(state, action, found))
    words = SAID.get(action) or title_of(action)
    if found is not None:
        who = "、".join(actor.zh for actor in found.actors)
        raise Refusal(f"“{words}”由{who}操作，{role.zh}不能操作。{_instead(state, role)}")
    now = STAGES[state].zh if state in STAGES else "尚未上报"
    raise Refusal(f"案件现在是“{now}”，不能“{words}”。{_instead(state, role)}")


def title_of(action: str) -> str:
    """The Chinese name of an action of either table."""
    rows = (*TRANSITIONS.values(), *OVERLAYS.values())
    return next((row.zh for row in rows if row.action == action), action)


def _to_citizen(state: str, action: str, found: Transition | None) -> str:
    """The same in words that need no knowledge of the office."""
    words = SAID_BY_CITIZENS.get(action)
    if words is None or found is not None:
        return f"这一步由工作人员操作。{SEE}"
    return f"案件现在是“{for_citizens(state)}”，不能“{words}”。{SEE}"


def _instead(state: str, role: Role) -> str:
    """What that role can say in that state; only of what this bot has a word for."""
    able = "、".join(dict.fromkeys(SAID[row.action] for row in possible(state, role) if row.action in SAID))
    return f"现在您可以：{able}。" if able else "请发送“案件 编号”看经过，或回复“人工”联系值班人员。"
