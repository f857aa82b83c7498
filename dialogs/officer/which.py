"""Which task is meant: the one of that number, the only one in hand, or a question which of several; and a verdict."""

from collections.abc import Sequence

from cases.case import Case
from cases.errors import Refusal
from cases.lifecycle import row_of
from dialogs.engine.command import Words
from dialogs.engine.front_desk import FrontDesk
from dialogs.engine.messages import Choice, Reply
from dialogs.engine.words import parted, plain
from dialogs.officer.first import told_who
from dialogs.officer.tasks import SHOWN, pressing
from dialogs.phrases import line

PROPOSED = frozenset({"correct_category", "correct_place"})
VERDICTS = {"同意": True, "不同意": False}


async def one_task(desk: FrontDesk, number: str, says: str, words: str, *actions: str) -> Case | Reply:
    """The case of that number, or the only task in whose state one of the actions is possible, once this person may
    take it; else the question which. `says` is the command's name, `words` what was said behind it.

    Raises Refusal before anything is asked in vain.
    """
    if number:
        return await ready_or_told(desk, number, *actions)
    held = pressing(await desk.cases.my_tasks())
    tasks = [case for case in held if await _is_for(desk, case, actions)]
    if not tasks:
        raise Refusal(f"您手里没有可以“{says}”的任务。发送“我的任务”查看；不在手里的请写编号：{says} 编号。")
    if len(tasks) > 1:
        choices = (Choice(line(one, desk.knowledge), f"{says} {one.number} {words}".strip()) for one in tasks[:SHOWN])
        return Reply(f"{says}哪一件？", tuple(choices))
    return await ready_or_told(desk, tasks[0].number, *actions)


async def _is_for(desk: FrontDesk, case: Case, actions: Sequence[str]) -> bool:
    if PROPOSED.issuperset(actions):
        return any(row_of(case.state, action) for action in actions)
    return not set(actions).isdisjoint(await desk.cases.possible(case))


async def ready_or_told(desk: FrontDesk, number: str, *actions: str) -> Case | Reply:
    """The case, once this person may do one of the actions with it; a reply where they did already. Raises Refusal.

    What anybody who handles a case may propose is not looked at here: the tables say who decides on it.
    """
    if PROPOSED.issuperset(actions):
        return await desk.cases.find(number, mine=False)
    try:
        return await desk.cases.ready(number, *actions)
    except Refusal:
        if (told := await told_who(desk, number, *actions)) is None:
            raise
        return told


def verdict(words: str) -> tuple[bool, Words] | None:
    """Whether the words begin with 同意 or 不同意, and what is said behind it; None for all other words."""
    first, rest = parted(words)
    yes = VERDICTS.get(plain(first))
    return None if yes is None else (yes, Words(rest))
