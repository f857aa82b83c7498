"""The course of a case, a line an event: when, who, what, to whom, and what was said; never who reported."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cases.case import Case
from cases.events import Event
from cases.lifecycle import OVERLAYS, TRANSITIONS
from cases.overlay import Proposal, Secrecy
from cases.people import Person, Role
from cases.supervision import Supervision
from dialogs.engine.around import Knowledge
from dialogs.phrases import moment, unit_name
from dialogs.proposals import NAMES, what

HAPPENED: Mapping[str, str] = {row.action: row.zh for row in (*TRANSITIONS.values(), *OVERLAYS.values())} | {
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
    "propose": "提出",
    "decline": "不同意",
    "follow": "有人也遇到",
    "ruling_late": "退单审核超期",
    "assist_late": "协办超期",
}
RUNGS = frozenset({"remind", "warn", "overdue", "red_card", "listed"})
PERSONS = ("handler", "leader", "from", "mediator", "person", "proposed_by", "for")
"""Facts that are ids of people."""


@dataclass(frozen=True, slots=True)
class Told:
    """One event with all that is needed to tell it."""

    event: Event
    case: Case
    people: Mapping[int, Person]
    knowledge: Knowledge

    @property
    def facts(self) -> Mapping[str, Any]:
        """The event's facts."""
        return self.event.facts

    def name(self, id_: Any) -> str:
        """That person's name, '' for nobody."""
        return named(self.people, id_)


def mentioned(case: Case, timeline: Sequence[Event]) -> Sequence[int]:
    """The ids of all people of whom the lines speak."""
    kept = case.overlay
    ids = [case.handler, kept.mediator, *kept.about_people, *(event.actor.person for event in timeline)]
    ids += [event.facts.get(name) for event in timeline for name in PERSONS]
    return [id_ for id_ in ids if id_ is not None]


def course_line(event: Event, case: Case, people: Mapping[int, Person], knowledge: Knowledge) -> str:
    """One event as staff read it."""
    person = people.get(event.actor.person or 0) if event.action != "submit" else None
    stead = named(people, event.facts.get("for"))
    secret = event.action == "submit" and case.overlay.secrecy is not Secrecy.OPEN
    role = Role.CITIZEN if secret else event.actor.role  # the one officer of a grid would be named by the role
    actor = f"{role.zh}{person.name if person else ''}{f'（代{stead}）' if stead else ''}"
    told = event.words if event.action != "submit" else None  # those stand above
    words = f"：“{told}”" if told and not _is_secret(event, case) else ""
    happened = HAPPENED.get(event.action, event.action)
    details = DETAILS.get(event.action, _nothing)(Told(event, case, people, knowledge))
    return f"{moment(event.at, knowledge)} {actor} {happened}{details}{words}"


def named(people: Mapping[int, Person], id_: Any) -> str:
    """That person's name, '' for nobody."""
    person = people.get(id_ or 0)
    return person.name if person is not None else ""


def leader_of(event: Event, people: Mapping[int, Person]) -> str:
    """In whose name a case is listed, ready to be read behind 挂牌督办."""
    leader = named(people, event.facts.get("leader"))
    return f"，由{leader}盯办" if leader else ""


def hands_of(timeline: Sequence[Event], people: Mapping[int, Person], knowledge: Knowledge) -> Sequence[str]:
    """Through whose hands the case has gone, in order: units and people."""
    found: list[str] = []
    for event in timeline:
        holder = event.actor.person if event.action == "sign" else event.facts.get("handler")
        if event.action in ("dispatch", "rule"):
            name = " ".join(filter(None, [unit_name(event.facts.get("unit"), knowledge), named(people, holder)]))
        elif event.action in ("sign", "hand_over"):
            name = named(people, holder)
        else:
            continue
        if name and (not found or not found[-1].endswith(name)):
            found.append(name)
    return found


def _nothing(told: Told) -> str:
    return ""


def _given(told: Told) -> str:
    unit = unit_name(told.facts["unit"], told.knowledge) if told.facts.get("unit") else ""
    to = " ".join(filter(None, [unit, told.name(told.facts.get("handler"))]))
    return f"给{to}" if to else "，暂时没有人接手"


def _late(told: Told) -> str:
    return "（逾期）" if told.facts.get("late") else ""


def _grade(told: Told) -> str:
    return f" {told.facts.get('grade')} 分"


def _share(told: Told) -> str:
    share = told.facts.get("share")
    return (f"（{share}%）" if share else "") + leader_of(told.event, told.people)


def _suggested(told: Told) -> str:
    unit = told.facts.get("suggested")
    return f"，建议由{unit_name(unit, told.knowledge)}办理" if unit else ""


def _unit(told: Told) -> str:
    return f"（{unit_name(told.facts.get('unit'), told.knowledge)}）"


def _reason(told: Told) -> str:
    until = day_of(told.facts.get("until"), told.knowledge)
    return f"（{told.facts.get('reason', '')}{f'，到 {until}' if until else ''}）"


def _due(told: Told) -> str:
    due = day_of(told.facts.get("due_at"), told.knowledge)
    return f"，期限 {due}" if due else ""


def _parent(told: Told) -> str:
    return f"（主件 {told.facts.get('parent')}）"


def _proposal(told: Told) -> str:
    action = str(told.facts.get("action", ""))
    proposal = Proposal(told.event.seq, action, told.event.actor.person or 0, told.event.at, told.facts)
    return what(told.case, proposal, told.knowledge)


def _declined(told: Told) -> str:
    return NAMES.get(str(told.facts.get("action", "")), "")


def _corrected(told: Told) -> str:
    def name(value: Any) -> str:
        if told.event.action == "correct_place":
            return unit_name(value, told.knowledge)
        category = told.knowledge.rules_of(told.case).catalogue.get(value)
        return category.title if category else str(value)

    return f"：{name(told.facts.get('before'))} → {name(told.facts.get('value'))}"


def _supervised(told: Told) -> str:
    level = Supervision(told.facts.get("supervision", 0))
    return f"：{'取消' if level is Supervision.NONE else level.zh}{leader_of(told.event, told.people)}"


def _mediator(told: Told) -> str:
    return f"（{told.name(told.facts.get('mediator'))}）"


def _aside(told: Told) -> str:
    unit, person = told.facts.get("unit"), told.name(told.facts.get("person"))
    return f"：{'、'.join(filter(None, [unit_name(unit, told.knowledge) if unit else '', person]))}"


def _for_somebody(told: Told) -> str:
    return "（替群众上报）" if told.facts.get("for_somebody") else ""


DETAILS: Mapping[str, Callable[[Told], str]] = {
    "submit": _for_somebody,
    **dict.fromkeys(("dispatch", "rule", "hand_over"), _given),
    **dict.fromkeys(("sign", "auto_sign"), _late),
    **dict.fromkeys(("rate", "rate_bad"), _grade),
    **dict.fromkeys((*RUNGS, "list_supervise"), _share),
    **dict.fromkeys(("invite_assist", "answer_assist", "waive_assist", "assist_late"), _unit),
    **dict.fromkeys(("reject", "suspend"), _reason),
    **dict.fromkeys(("approve_extend", "resume"), _due),
    **dict.fromkeys(("merge", "split", "parent_closed"), _parent),
    **dict.fromkeys(("propose", "ask_extend"), _proposal),
    **dict.fromkeys(("correct_category", "correct_place"), _corrected),
    "ask_return": _suggested,
    "decline": _declined,
    "supervise": _supervised,
    "to_mediation": _mediator,
    "set_aside": _aside,
    "take_back": _unit,
}


def day_of(instant: Any, knowledge: Knowledge) -> str:
    """An instant as facts keep it, as people say it; '' for none."""
    return moment(datetime.fromisoformat(instant), knowledge) if instant else ""


def _is_secret(event: Event, case: Case) -> bool:
    """Whether the words could tell who reported although nobody may know."""
    return event.action in ("rate", "rate_bad") and case.overlay.secrecy is not Secrecy.OPEN
