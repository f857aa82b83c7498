"""What waits for a second person's word: in which words it is read, and the two choices by which it is decided."""

from collections.abc import Mapping
from datetime import timedelta

from cases.case import Case
from cases.overlay import EXTEND, Proposal
from dialogs.engine.around import Knowledge
from dialogs.engine.messages import Choice
from dialogs.phrases import DAY, WORKING_DAY, spell, unit_name

YES, NO = "同意", "不同意"
DECIDED_BY: Mapping[str, str] = {EXTEND: "延期", "correct_category": "改类", "correct_place": "改位置"}
"""The words by which a worker's proposals are decided; all others by 复核."""
NAMES: Mapping[str, str] = {
    "reject": "不予受理",
    "void": "作废",
    "uphold": "维持原处理",
    "correct_category": "改类",
    "correct_place": "改位置",
    EXTEND: "延期",
}


def what(case: Case, proposal: Proposal, knowledge: Knowledge) -> str:
    """What is proposed, with what it would be done with."""
    facts, name = proposal.facts, NAMES.get(proposal.action, proposal.action)
    match proposal.action:
        case "reject":
            return f"{name}（{facts.get('reason', '')}）"
        case "correct_category":
            category = knowledge.rules_of(case).catalogue.get(str(facts.get("value", "")))
            return f"{name}为{category.title if category else facts.get('value', '')}"
        case "correct_place":
            return f"{name}到{unit_name(str(facts.get('value', '')), knowledge)}"
    return f"{name} {longer(case, facts, knowledge)}" if proposal.action == EXTEND else name


def longer(case: Case, facts: Mapping[str, object], knowledge: Knowledge) -> str:
    """How much more time is asked for, in the case's own days."""
    whole = case.continuous(knowledge.rules_of(case))
    day = DAY if whole else WORKING_DAY
    return spell(timedelta(days=int(str(facts.get("days", 0)))) / DAY * day, day)


def choices(case: Case, proposal: Proposal) -> tuple[Choice, Choice]:
    """Yes and no to it."""
    word, number = DECIDED_BY.get(proposal.action), case.number
    name = NAMES.get(proposal.action, proposal.action)
    if word is not None:
        return Choice(f"{YES}{name}", f"{word} {number} {YES}"), Choice(f"{NO}{name}", f"{word} {number} {NO}")
    several = sum(one.action not in DECIDED_BY for one in case.overlay.proposals) > 1
    of = f" {name}" if several else ""
    return Choice(f"{YES}{name}", f"复核 {number} {YES}{of}"), Choice(f"{NO}{name}", f"复核 {number} {NO}{of}")


def said_of(case: Case, proposal: Proposal, knowledge: Knowledge, name: str) -> str:
    """The proposal in one line: who wants what."""
    return f"{name}提出{what(case, proposal, knowledge)}"
