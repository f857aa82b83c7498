"""案件：一个案件的全部情况和经过，给工作人员看，不显示是谁上报的。"""

from collections.abc import Mapping, Sequence

from cases import owners
from cases.case import Case
from cases.events import Event
from cases.lifecycle import TRANSITIONS
from cases.people import Person, Role
from cases.record import State
from cases.supervision import Supervision
from dialogs.engine.around import Knowledge
from dialogs.engine.command import CaseNumber, command
from dialogs.engine.front_desk import FrontDesk
from dialogs.engine.messages import Choice, Reply
from dialogs.officer.holders import addressees
from dialogs.phrases import clock_line, map_link, moment, stage, title, unit_name

STAFF = frozenset(Role) - {Role.CITIZEN, Role.BOT}
ACTIVE = STAFF - {Role.AUDITOR}
"""An auditor reads what happened, and nothing else."""
SUPERVISED = {
    Supervision.NONE: "无",
    Supervision.REMIND: "提醒",
    Supervision.YELLOW: "黄牌",
    Supervision.RED: "红牌",
    Supervision.LISTED: "挂牌督办",
}
LISTED = frozenset({"listed", "list_supervise"})
RUNGS = frozenset({"remind", "warn", "overdue", "red_card", "listed"})
HAPPENED: Mapping[str, str] = {row.action: row.zh for row in TRANSITIONS.values()} | {
    "rate_bad": "差评或未解决",
    "goes_on": "群众撤回，隐患继续处理",
    "supplement": "群众补充",
    "remind": "提醒",
    "warn": "警示",
    "overdue": "超期，自动跳级",
    "red_card": "红牌督办",
    "listed": "超期挂牌督办",
    "daily": "每日督办",
    "check_missed": "核查超期",
    "rating_reminder": "提醒评价",
    "redate": "放假安排公布，期限重算",
    "mend": "系统检修",
}


@command("案件", usage="案件 <编号>", about="一个案件的情况和经过", roles=STAFF)
async def case_file(desk: FrontDesk, case: CaseNumber) -> Reply:
    """One case for staff within whose units it lies. Raises Refusal, the same whether it is unknown or elsewhere."""
    found = await desk.cases.find(case, mine=False)
    timeline = await desk.work.cases.timeline(found.number)
    people = await desk.work.people.many(_mentioned(found, timeline))
    lines = [*_head(found, desk.knowledge), *_state(found, people, desk, _leader(timeline, people))]
    phone = _phone(found, desk)
    lines += [f"群众电话：{phone}（只用于这个案件的联系）"] if phone else []
    lines += ["经过：", *(_line(event, found, people, desk.knowledge) for event in timeline)]
    return Reply("\n".join(lines), await _next_steps(found, timeline, desk))


def _head(case: Case, knowledge: Knowledge) -> Sequence[str]:
    """What and where, in the reporter's words."""
    category = knowledge.rules_of(case).catalogue.get(case.category)
    top = f"{category.top} / " if category else ""
    lines = [
        f"案件 {case.number}：{stage(case)}",
        f"类别：{top}{title(case, knowledge)}（{case.priority}）",
        "，".join(filter(None, [f"地点：{unit_name(case.place.unit, knowledge)}", case.place.words])),
    ]
    if case.place.pin is not None:
        lines.append(f"地图：{map_link(case.place.pin, case.number)}")
    said = f"群众说：“{case.description}”" if case.description else "群众的原话已按规定删除。"
    return [*lines, said, f"照片：{len(case.photos)} 张"]


def _leader(timeline: Sequence[Event], people: Mapping[int, Person]) -> str:
    """In whose name it was listed last, ready to be read behind 挂牌督办."""
    found = next((event for event in reversed(timeline) if event.action in LISTED), None)
    leader = people.get(found.facts.get("leader") or 0) if found is not None else None
    return f"，由{leader.name}盯办" if leader is not None else ""


def _state(case: Case, people: Mapping[int, Person], desk: FrontDesk, leader: str) -> Sequence[str]:
    """Who has it, and how it stands with time."""
    knowledge = desk.knowledge
    handler = people.get(case.handler) if case.handler is not None else None
    holder = unit_name(case.lead_unit or case.owner_unit, knowledge)
    lines = [f"承办：{holder}{' ' + handler.name if handler else ''}"]
    clock = clock_line(case, knowledge, desk.now)
    lines += [f"时限灯：{clock}"] if clock else []
    for name, at in (("办结期限", case.handle_due_at), ("答复群众期限", case.citizen_due_at)):
        lines += [f"{name}：{moment(at, knowledge)}"] if at is not None else []
    lines.append(f"督办：{SUPERVISED[case.supervision]}{leader if case.supervision is Supervision.LISTED else ''}")
    again = [f"返工 {case.rework_count} 次"] if case.rework_count else []
    again += [f"重办 {case.reopen_count} 次"] if case.reopen_count else []
    return [*lines, *(["，".join(again)] if again else [])]


def _phone(case: Case, desk: FrontDesk) -> str | None:
    """The number to call back on: for whoever has the open case in hand, never where the reporter is secret."""
    category = desk.knowledge.rules_of(case).catalogue.get(case.category)
    secret = category is None or "reporter" in category.sensitivity
    mine = desk.person is not None and case.handler in [one.id for one in (desk.person, *desk.stood_for)]
    return case.reporter.phone if mine and case.is_open and not secret else None


def _mentioned(case: Case, timeline: Sequence[Event]) -> Sequence[int]:
    ids = [case.handler, *(event.actor.person for event in timeline)]
    ids += [event.facts.get(name) for event in timeline for name in ("handler", "leader", "for")]
    return [id_ for id_ in ids if id_ is not None]


def _line(event: Event, case: Case, people: Mapping[int, Person], knowledge: Knowledge) -> str:
    """One line of the course: when, who, what, to whom, and what was said. Who reported is not said."""
    person = people.get(event.actor.person or 0) if event.action != "submit" else None
    stead = people.get(event.facts.get("for") or 0)
    actor = f"{event.actor.role.zh}{person.name if person else ''}{f'（代{stead.name}）' if stead else ''}"
    told = event.words if event.action != "submit" else None  # those stand above
    words = f"：“{told}”" if told and not _is_secret(event, case, knowledge) else ""
    what = HAPPENED.get(event.action, event.action)
    return f"{moment(event.at, knowledge)} {actor} {what}{_details(event, people, knowledge)}{words}"


def _details(event: Event, people: Mapping[int, Person], knowledge: Knowledge) -> str:
    facts = event.facts
    if event.action == "dispatch":
        handler = people.get(facts.get("handler") or 0)
        return f"给{unit_name(facts.get('unit'), knowledge)}{' ' + handler.name if handler else ''}"
    if event.action == "hand_over":
        handler = people.get(facts.get("handler") or 0)
        return f"给{handler.name}" if handler else "，暂时没有人接手"
    if event.action in ("sign", "auto_sign"):
        return "（逾期）" if facts.get("late") else ""
    if event.action in ("rate", "rate_bad"):
        return f" {facts.get('grade')} 分"
    share = facts.get("share") if event.action in RUNGS else None
    return (f"（{share}%）" if share else "") + _leader([event], people)


def _is_secret(event: Event, case: Case, knowledge: Knowledge) -> bool:
    """Whether the words could tell who reported although nobody may know."""
    category = knowledge.rules_of(case).catalogue.get(case.category)
    return event.action in ("rate", "rate_bad") and (category is None or "reporter" in category.sensitivity)


async def _next_steps(case: Case, timeline: Sequence[Event], desk: FrontDesk) -> tuple[Choice, ...]:
    """What this person can do with it now, where one press says it all."""
    person, number = desk.person, case.number
    if person is None:
        return ()
    if case.state is State.ACCEPTED:
        return await addressees(desk.staffing, desk.knowledge, case) if person.has(Role.DISPATCHER) else ()
    works = await desk.cases.may_work(case)
    checks = person.has(Role.CHECKER) and person.id not in owners.worked(timeline)
    able = {
        State.SUBMITTED: (person.has(Role.ACCEPTOR), Choice("受理", f"受理 {number}")),
        State.DISPATCHED: (works, Choice("签收", f"签收 {number}")),
        State.IN_PROGRESS: (works, Choice("反馈办结", f"反馈 {number}")),
        State.FEEDBACK: (checks, Choice("核查通过", f"核查 {number} 通过")),
    }
    may, choice = able.get(case.state, (False, Choice("")))
    return (choice,) if may else ()
