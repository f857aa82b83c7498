"""How a case stands and what happened to it, in the words for the one who reported it."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from cases.case import Case
from cases.events import Event
from cases.lifecycle import STAGES
from cases.record import State
from dialogs.engine.around import Knowledge
from dialogs.phrases import moment, title, unit_name

HAPPENED = {
    "submit": "您上报了",
    "accept": "已受理",
    "ask_info": "请您补充",
    "supply_info": "您补充了情况",
    "info_timeout": "没有等到补充，按已知情况继续办",
    "reject": "不予受理",
    "answer": "已答复",
    "merge": "已和同类诉求合并办理",
    "split": "已单独办理",
    "parent_closed": "合并办理的案件已办结",
    "transfer_out": "已转其他渠道",
    "bounce": "其他渠道退回，继续由我们办理",
    "void": "记录作废",
    "dispatch": "已分派承办单位",
    "withdraw": "重新分派承办单位",
    "take_back": "重新分派承办单位",
    "ask_return": "正在确认由谁负责",
    "grant_return": "重新分派承办单位",
    "refuse_return": "确认由原单位办理",
    "rule": "已指定承办单位",
    "sign": "承办人已签收",
    "auto_sign": "已进入办理",
    "progress": "办理进展",
    "invite_assist": "已请别的单位协办",
    "approve_extend": "办理期限延长",
    "suspend": "暂缓办理",
    "resume": "恢复办理",
    "to_mediation": "开始调解",
    "mediation_done": "调解成功",
    "mediation_refused": "有一方不同意调解，继续办理",
    "mediation_failed": "调解不成",
    "feedback": "承办人反馈",
    "approve": "核查通过，已办结",
    "return_rework": "退回返工",
    "rate": "您已评价，案件归档",
    "rate_bad": "您不满意，正在复核",
    "reopen": "重新办理",
    "uphold": "复核后维持原结果",
    "list_supervise": "挂牌督办",
    "supervise": "已督办",
    "urge": "已催办",
    "report_again": "您再次反映",
    "ask_review": "您申请了复核",
    "correct_category": "类别已更正",
    "correct_place": "位置已更正",
    "silent_archive": "到期归档",
    "cancel": "您撤回了",
    "goes_on": "您撤回了，由网格员继续处理",
    "supplement": "您补充了情况",
    "overdue": "超过时限，已上报上一级",
    "redate": "放假安排公布，期限重算",
}
SHOWN_WORDS = frozenset({
    "ask_info", "answer", "reject", "transfer_out", "bounce", "progress", "approve_extend", "suspend", "feedback",
    "return_rework", "uphold", "mediation_done", "mediation_failed",
})  # fmt: skip
"""Events whose words are meant for the reporter, or are the reporter's own."""
RESULTS = frozenset({"progress", "feedback"})
FOLLOWED = RESULTS | {"accept", "dispatch", "suspend", "resume", "approve", "reopen"}
"""What is told of a case to those who follow it; the words only of progress and result."""
FILLED: Mapping[State, str] = {
    State.SUSPENDED: "suspend",
    State.REJECTED: "reject",
    State.MERGED: "merge",
    State.TRANSFERRED: "transfer_out",
}
"""States whose words say more than the state, with the event that says it."""


def needs_timeline(case: Case) -> bool:
    """Whether `stands` has more to say with the case's events at hand."""
    return case.state in FILLED


def stands(case: Case, knowledge: Knowledge, timeline: Sequence[Event] = ()) -> str:
    """How a case stands."""
    words = STAGES[case.state].citizen
    event = _last(timeline, FILLED.get(case.state, ""))
    match case.state:
        case State.SUSPENDED if event is not None:
            until = event.facts.get("until")
            day = f"{moment(datetime.fromisoformat(until), knowledge).split()[0]}" if until else "条件具备时"
            return f"因{event.facts.get('reason', '客观原因')}暂缓，预计{day}恢复"
        case State.REJECTED if event is not None:
            reason = str(event.facts.get("reason", ""))
            route = event.facts.get("route") or knowledge.rules_of(case).reasons.reject.get(reason, "")
            return f"不予受理：{reason}" + (f"；可走：{route}" if route else "")
        case State.TRANSFERRED if event is not None:
            return f"已转{event.words or event.facts.get('channel', '其他渠道')}"
        case State.MERGED:
            return "已与同类诉求合并办理，结果一样会告诉您"
    if "{unit}" in words:
        return words.replace("{unit}", unit_name(case.lead_unit or case.owner_unit, knowledge))
    return STAGES[case.state].zh if "{" in words else words


def questions(case: Case, timeline: Sequence[Event]) -> str:
    """What the reporter was asked and has not answered yet; '' where nothing is."""
    event = _last(timeline, "ask_info") if case.state is State.NEED_INFO else None
    return (event.words or "") if event is not None else ""


def course(case: Case, timeline: Sequence[Event], knowledge: Knowledge) -> str:
    """One case's course, oldest first; behind it what the reporter is asked."""
    lines = [f"案件 {case.number}：{title(case, knowledge)}，{case.place.words}"]
    lines.append(f"现在：{stands(case, knowledge, timeline)}")
    if case.is_open and case.citizen_due_at and case.state is not State.CLOSED:
        lines.append(f"答复期限：{moment(case.citizen_due_at, knowledge)}")
    for event in timeline:
        if event.action in HAPPENED:
            words = f"：{event.words}" if event.words and event.action in SHOWN_WORDS else ""
            lines.append(f"{moment(event.at, knowledge)} {HAPPENED[event.action]}{words}")
    asked = questions(case, timeline)
    lines += [f"请您补充（回复“补充 {case.number} 您的回答”）：\n{asked}"] if asked else []
    return "\n".join(lines)


def followed_course(case: Case, timeline: Sequence[Event], knowledge: Knowledge) -> str:
    """The course of somebody else's case for one who follows it: never who reported it, or what they said."""
    lines = [f"案件 {case.number}：{title(case, knowledge)}，{unit_name(case.place.unit, knowledge)}（您关注的）"]
    lines.append(f"现在：{stands(case, knowledge)}")
    for event in timeline:
        if event.action in FOLLOWED:
            words = f"：{event.words}" if event.words and event.action in RESULTS else ""
            lines.append(f"{moment(event.at, knowledge)} {HAPPENED[event.action]}{words}")
    return "\n".join(lines)


def _last(timeline: Sequence[Event], action: str) -> Event | None:
    return next((event for event in reversed(timeline) if event.action == action), None)
