"""并单：同一件事并在一起办。"""

from dialogs.admin.cases import acting
from dialogs.admin.steps import next_steps
from dialogs.engine.command import NO_WORDS, CaseNumber, Words, command
from dialogs.engine.front_desk import FrontDesk
from dialogs.engine.messages import Reply


@command("并单", usage="并单 <编号> <主件编号> [说明]", about="同一件事并到主件一起办", roles=acting("merge"))
async def merge(desk: FrontDesk, case: CaseNumber, into: CaseNumber, words: Words = NO_WORDS) -> Reply:
    """Merge a case into another; every reporter keeps number, notices and vote. Raises Refusal."""
    done = await desk.cases.merge(case, into, words)
    text = f"{done.number} 已并入 {done.parent} 一起办理。上报人保留自己的编号、通知和评价。"
    return Reply(text, await next_steps(desk, done))
