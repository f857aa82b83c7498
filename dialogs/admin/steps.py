"""What one can press about a case: for each action that is possible the words that take it."""

from collections.abc import Mapping, Sequence

from cases.case import Case
from cases.overlay import Proposal
from cases.record import State
from dialogs import proposals
from dialogs.engine.front_desk import FrontDesk
from dialogs.engine.messages import Choice
from dialogs.officer.holders import addressees

BUTTONS: Mapping[str, tuple[str, str]] = {
    "accept": ("受理", "受理 {}"),
    "sign": ("签收", "签收 {}"),
    "feedback": ("反馈办结", "反馈 {}"),
    "approve": ("核查通过", "核查 {} 通过"),
    "return_rework": ("退回返工", "核查 {} 不通过"),
    "grant_return": ("同意退单", "退单 {} 同意"),
    "refuse_return": ("不同意退单", "退单 {} 不同意"),
    "rule": ("裁定", "裁定 {}"),
    "resume": ("恢复办理", "恢复 {}"),
    "reopen": ("重办", "重办 {}"),
    "uphold": ("维持", "维持 {}"),
    "list_supervise": ("挂牌督办", "督办 {} 挂牌"),
    "bounce": ("被退回", "被退回 {}"),
    "split": ("拆单", "拆单 {}"),
    "ask_info": ("要求补充", "要求补充 {}"),
    "answer": ("直接答复", "答复 {}"),
    "reject": ("不予受理", "不予受理 {}"),
    "transfer_out": ("转出", "转出 {}"),
    "void": ("作废", "作废 {}"),
    "withdraw": ("撤回派遣", "撤回派遣 {}"),
    "suspend": ("挂账", "挂账 {}"),
    "to_mediation": ("转调解", "转调解 {}"),
    "mediation_done": ("调解成功", "调解 {} 成功"),
    "mediation_refused": ("一方不同意", "调解 {} 不同意"),
    "mediation_failed": ("调解不成", "调解 {} 不成"),
    "ask_return": ("申请退单", "退单 {}"),
    "ask_extend": ("申请延期", "延期 {}"),
    "urge": ("催办", "催办 {}"),
    "supervise": ("督办", "督办 {}"),
    "answer_assist": ("协办反馈", "协办反馈 {}"),
    "hand_over": ("转办", "转办 {}"),
    "invite_assist": ("请协办", "协办 {}"),
    "correct_category": ("改类", "改类 {}"),
    "correct_place": ("改位置", "改位置 {}"),
}
"""The most usual first; what needs more words asks for them. Words that need a number or a name are not offered."""
FIRST: Mapping[State, tuple[str, ...]] = {
    State.SUBMITTED: ("accept",),
    State.DISPATCHED: ("sign",),
    State.IN_PROGRESS: ("feedback",),
    State.RETURN_REVIEW: ("grant_return", "refuse_return", "rule"),
}
"""What is next in these states; in others one looks at the case first."""
MOST = 5


async def next_steps(desk: FrontDesk, case: Case, most: int = MOST, *, here: bool = False) -> tuple[Choice, ...]:
    """What this person can press about the case now: proposals to decide first, then the actions, then its file (not
    `here`, where that is what they look at)."""
    able = await desk.cases.possible(case)
    found = tuple(choice for one in await decidable(desk, case) for choice in proposals.choices(case, one))
    if case.state is State.ACCEPTED and "dispatch" in able:
        found += await addressees(desk.staffing, desk.knowledge, case)
    found += tuple(button(one, case.number) for one in BUTTONS if one in able)
    return found[:most] if here else (*found[:most], Choice("看案件", f"案件 {case.number}"))


async def waiting(desk: FrontDesk, case: Case, decided: Sequence[Proposal]) -> tuple[Choice, ...]:
    """The next step of a case that waits for this person, with its number, to be pressed in a list of several; before
    all else the proposals on which they may decide."""
    number = case.number
    found = [choice for proposal in decided for choice in proposals.choices(case, proposal)]
    if not found and case.state in FIRST:
        able = await desk.cases.possible(case)
        found = [button(one, number) for one in FIRST[case.state] if one in able]
    numbered = tuple(Choice(f"{one.label} {number}", one.says) for one in found)
    return numbered or (Choice(f"案件 {number}"),)


def button(action: str, number: str) -> Choice:
    """The choice that takes that action."""
    label, says = BUTTONS[action]
    return Choice(label, says.format(number))


async def decidable(desk: FrontDesk, case: Case) -> Sequence[Proposal]:
    """The proposals on which this person may decide."""
    if desk.person is None:
        return ()
    found = []
    for proposal in case.overlay.proposals:
        if desk.person.id in [one.id for one in await desk.cases.who_may_decide(case, proposal)]:
            found.append(proposal)
    return found
