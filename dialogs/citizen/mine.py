"""Which of one's own cases is meant: by its number, as the only one that waits, or by asking which."""

from collections.abc import Collection

from cases.case import Case
from cases.errors import Refusal
from cases.lifecycle import is_open
from cases.record import State
from dialogs.citizen.standing import needs_timeline, stands
from dialogs.engine.around import Knowledge
from dialogs.engine.front_desk import FrontDesk
from dialogs.engine.messages import Choice, Reply
from dialogs.phrases import moment, title

OPEN = frozenset(state for state in State if is_open(state))


async def one_of_mine(
    desk: FrontDesk, number: str, says: str, none: str, *states: Collection[State], words: str = ""
) -> Case | Reply:
    """The own case of that number; without one the only one in the first of these groups of states that has any, or
    the question which. `says` is the command's name, `words` what was said behind it. Raises Refusal: `none`.
    """
    if number:
        return await own_case(desk, number)
    cases = await desk.cases.my_cases()
    found = next((found for group in states if (found := [one for one in cases if one.state in group])), [])
    if not found:
        raise Refusal(none)
    if len(found) > 1:
        choices = [Choice(await own_line(one, desk), f"{says} {one.number} {words}".strip()) for one in found]
        return Reply("是哪一件？", tuple(choices))
    return found[0]


async def own_case(desk: FrontDesk, number: str) -> Case:
    """The own case of that number. Raises Refusal, also for one that is only followed."""
    found = await desk.cases.find(number, mine=True)
    if found.reporter.address != desk.address:
        raise Refusal(f"{found.number} 是别人上报的，只有上报人能这样做。您可以发送“查询 {found.number}”看进度。")
    return found


async def own_line(case: Case, desk: FrontDesk) -> str:
    """One of one's own cases in one line: the day, the number, what it is about, and how it stands."""
    day = moment(case.submitted_at, desk.knowledge).split()[0]
    timeline = await desk.work.cases.timeline(case.number) if needs_timeline(case) else ()
    return f"{day} {case.number} {title(case, desk.knowledge)}：{stands(case, desk.knowledge, timeline)}"


def followed_line(case: Case, knowledge: Knowledge) -> str:
    """A case that is followed, in one line: the number, what it is about, and how it stands."""
    return f"{case.number} {title(case, knowledge)}：{stands(case, knowledge)}"
