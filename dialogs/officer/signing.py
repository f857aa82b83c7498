"""签收、进展：接下任务，告诉群众办到哪一步了。"""

from cases.errors import Refusal
from cases.people import Role
from cases.record import State
from dialogs.engine.command import NO_NUMBER, CaseNumber, Words, command
from dialogs.engine.front_desk import FrontDesk
from dialogs.engine.messages import Reply
from dialogs.officer.first import first_wins
from dialogs.officer.tasks import SHOWN, WORKERS, choices_of, in_hand, pressing
from dialogs.phrases import until


@command("签收", usage="签收 [编号]", about="签收派给您的任务", roles=WORKERS)
async def sign(desk: FrontDesk, case: CaseNumber = NO_NUMBER) -> Reply:
    """Sign for a case; without a number the only one that waits, or else a choice among them. The first wins."""
    if not case:
        waiting = [one for one in pressing(await desk.cases.my_tasks()) if one.state is State.DISPATCHED]
        if not waiting:
            raise Refusal("没有等您签收的任务。发送“我的任务”查看手里的任务。")
        if len(waiting) > 1:
            return Reply(f"有 {len(waiting)} 件任务等您签收，签收哪一件？", choices_of(waiting[:SHOWN]))
        case = CaseNumber(waiting[0].number)
    done = await first_wins(desk, case, "sign", desk.cases.sign(case))
    if isinstance(done, Reply):
        return done
    late = "（已过签收时限）" if done.signed_late else ""
    return Reply(f"已签收 {done.number}{late}。{until(done, desk.knowledge)}", in_hand(done))


@command("进展", usage="进展 <编号> <情况>", about="告诉群众办到哪一步了", roles=WORKERS | frozenset({Role.ASSISTANT}))
async def progress(desk: FrontDesk, case: CaseNumber, words: Words) -> Reply:
    """Tell the citizen how far it is. Who speaks of the work has taken it: an unsigned task is signed as well."""
    signed = await sign_if_waiting(desk, case)
    done = await desk.cases.progress(case, words)
    return Reply(f"{signed}{done.number} 的进展已告诉群众。{until(done, desk.knowledge)}", in_hand(done))


async def sign_if_waiting(desk: FrontDesk, number: str) -> str:
    """Sign for the case if that is still to be done, and say so; '' otherwise. Raises Refusal."""
    found = await desk.cases.find(number, mine=False)
    if found.state is not State.DISPATCHED:
        return ""
    await desk.cases.sign(found.number)
    return "已同时签收。"
