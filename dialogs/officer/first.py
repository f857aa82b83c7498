"""Who was first: what is said to whoever presses a button that was pressed already, by themselves or by another."""

from collections.abc import Awaitable, Sequence

from cases.case import Case
from cases.errors import Refusal
from cases.events import Event
from cases.lifecycle import row_of
from dialogs.engine.front_desk import FrontDesk
from dialogs.engine.messages import Reply
from dialogs.officer.card import few_steps
from dialogs.phrases import moment, stage

DONE = {
    "sign": "签收",
    "feedback": "反馈",
    "ask_return": "申请退单",
    "hand_over": "转办",
    "answer_assist": "答复协办",
    "to_mediation": "转调解",
    "mediation_done": "记下调解结果",
    "mediation_refused": "记下调解结果",
    "mediation_failed": "记下调解结果",
}


STAYS = frozenset({"answer_assist"})
"""Actions that leave the case where it is."""
ANEW = frozenset({"dispatch", "rule", "reopen", "list_supervise", "return_rework"})
"""Events after which what was done before counts no more."""


async def first_wins(desk: FrontDesk, number: str, action: str, doing: Awaitable[Case]) -> Case | Reply:
    """Do it. Where the case has left that state because somebody did it before: a word to themselves, or a Refusal
    that names them and says what to do now. Any other refusal stays as it is.
    """
    try:
        return await doing
    except Refusal:
        if (told := await told_who(desk, number, action)) is None:
            raise
        return told


async def told_who(desk: FrontDesk, number: str, *actions: str) -> Reply | None:
    """Who did one of the actions already, so that it is not possible any more: a reply to those who did it themselves,
    a Refusal to all others; None where nobody did.
    """
    case = await desk.cases.find(number, mine=False)
    before = await _last(desk, case, actions)
    able = await desk.cases.possible(case)
    if before is None or before.actor.person is None or any(_is_open(case, action, able) for action in actions):
        return None
    did, at = DONE[before.action], moment(before.at, desk.knowledge)
    if desk.person is not None and before.actor.person == desk.person.id:
        text = f"{case.number} 您已在 {at} {did}，不用再按。现在是“{stage(case)}”。"
        return Reply(text, few_steps(case, able))
    first = await desk.work.people.get(before.actor.person)
    name = first.name if first is not None else "同事"
    raise Refusal(
        f"{case.number} 已由{name}在 {at} {did}，以先到的为准，现在是“{stage(case)}”，您这次没有生效。"
        f"您不用再办，有情况请和{name}联系；发送“我的任务”看您手里的任务。"
    )


def _is_open(case: Case, action: str, able: Sequence[str]) -> bool:
    """Whether the action is still to be done, so that a refusal has another reason than that somebody was first."""
    return action in able if action in STAYS else row_of(case.state, action) is not None


async def _last(desk: FrontDesk, case: Case, actions: Sequence[str]) -> Event | None:
    """The last time that one of them was done, unless the case has been dispatched anew since."""
    for event in reversed(await desk.work.cases.timeline(case.number)):
        if event.action in actions and event.action in DONE:
            return event
        if event.action in ANEW:
            return None
    return None
