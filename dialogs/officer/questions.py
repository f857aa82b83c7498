"""要求补充：请上报人再说清楚，最多三个问题，答复以前时限暂停。"""

import re
from collections.abc import Sequence

from cases.case import Case
from dialogs.admin.cases import acting
from dialogs.engine.answers import FreeText
from dialogs.engine.command import NO_NUMBER, NO_WORDS, CaseNumber, Words, command
from dialogs.engine.dialog import Ask, Dialog
from dialogs.engine.front_desk import FrontDesk
from dialogs.engine.messages import Choice, Reply
from dialogs.officer.tasks import WORKERS
from dialogs.officer.which import one_task
from dialogs.phrases import line

ASKING = WORKERS | acting("ask_info")
APART = re.compile(r"(?<=[？?])\s*|\s*[；;\n]+\s*")


def questions(words: str) -> Sequence[str]:
    """The questions in those words: a question mark, a semicolon or a new line ends one."""
    return [one for one in (part.strip() for part in APART.split(words)) if one]


class AskReporter(Dialog):
    """What the reporter is to be asked; opened by 要求补充 with the case's number filled in."""

    title = "要求补充"
    roles = ASKING
    stopped = "好的，没有问。"
    in_menu = False

    words = Ask(
        "要问上报人什么？最多三个问题，用分号隔开，一次问清楚（每件只能问一次）。", FreeText(at_least=2, at_most=300)
    )

    async def finish(self, desk: FrontDesk) -> Reply:
        """Ask them."""
        return await asked(desk, str(self.answers["case"]), self.words)


@command("要求补充", usage="要求补充 [编号] [问题；问题]", about="请上报人补充，最多三个问题，每件一次", roles=ASKING)
async def ask_info(desk: FrontDesk, case: CaseNumber = NO_NUMBER, words: Words = NO_WORDS) -> Reply:
    """Ask the reporter for more. Raises Refusal."""
    found = await one_task(desk, case, "要求补充", words, "ask_info")
    if isinstance(found, Reply):
        return found
    if questions(words):
        return await asked(desk, found.number, words)
    desk.follow_up("ask_reporter", {"case": found.number})
    return Reply(f"要求补充 {line(found, desk.knowledge)}。")


async def asked(desk: FrontDesk, number: str, words: str) -> Reply:
    """Ask the reporter these questions. Raises Refusal."""
    done: Case = await desk.cases.ask_info(number, questions(words))
    return Reply(
        f"已请 {done.number} 的上报人补充，有答复马上告诉您。承办时限暂停，48 小时没有答复就接着办。",
        (Choice("看案件", f"案件 {done.number}"),),
    )
