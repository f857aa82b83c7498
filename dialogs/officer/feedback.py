"""办结反馈：办的结果、照片，核对以后告诉群众和核查员。"""

from typing import Any

from cases.errors import Refusal
from cases.record import State
from dialogs.engine.answers import FreeText
from dialogs.engine.command import NO_NUMBER, NO_WORDS, CaseNumber, Words, command
from dialogs.engine.confirmation import Confirmed, ConfirmOrEdit
from dialogs.engine.dialog import Ask
from dialogs.engine.front_desk import FrontDesk
from dialogs.engine.messages import Choice, Reply
from dialogs.engine.photos import ask_for_photos
from dialogs.officer.first import first_wins
from dialogs.officer.signing import sign_if_waiting
from dialogs.officer.tasks import SHOWN, WORKERS, pressing
from dialogs.officer.which import ready_or_told
from dialogs.phrases import line

SHORTEST = 4
EDITS = {"改结果": "words", "改照片": "photos"}


def summary(feedback: Any) -> str:
    """What the citizen and the checker are about to read."""
    photos = f"，照片 {len(feedback.photos)} 张" if feedback.photos else ""
    return f"请核对，案件 {feedback.answers['case']} 的办理结果{photos}：\n“{feedback.words}”\n确认反馈吗？"


class FeedBack(Confirmed):
    """The way of an officer's work to the citizen and the checker; opened by 反馈 with the case's number filled in."""

    title = "办结反馈"
    roles = WORKERS
    in_menu = False

    words = Ask("是怎么办的，结果怎样？这些话群众会看到。", FreeText(at_least=SHORTEST))
    photos = ask_for_photos("有办理后的照片请发来，可以发几张；发完或没有请回复 0。")
    confirmed = Ask(summary, ConfirmOrEdit(EDITS))

    async def finish(self, desk: FrontDesk) -> Reply:
        """Feed back; a task that nobody signed for is signed as well."""
        number = str(self.answers["case"])
        signed = await sign_if_waiting(desk, number)
        photos = tuple(f"{desk.address.channel}:{media_id}" for media_id in self.photos)
        done = await first_wins(desk, number, "feedback", desk.cases.feedback(number, self.words, photos))
        if isinstance(done, Reply):
            return done
        return Reply(f"{signed}{done.number} 已反馈，群众和核查员会看到。有结果马上告诉您。")


@command("反馈", usage="反馈 [编号] [结果]", about="办好了，反馈结果和照片", roles=WORKERS)
async def feed_back(desk: FrontDesk, case: CaseNumber = NO_NUMBER, words: Words = NO_WORDS) -> Reply:
    """Begin to feed back; without a number the only task in hand, or a choice. Raises Refusal before asking in vain."""
    if not case:
        tasks = [one for one in pressing(await desk.cases.my_tasks()) if one.state is not State.FEEDBACK]
        if not tasks:
            raise Refusal("您手里没有要反馈的任务。发送“我的任务”查看。")
        if len(tasks) > 1:
            says = {one.number: f"反馈 {one.number} {words}".strip() for one in tasks}
            choices = tuple(Choice(line(one, desk.knowledge), says[one.number]) for one in tasks[:SHOWN])
            return Reply("要反馈哪一件？", choices)
        case = CaseNumber(tasks[0].number)
    found = await ready_or_told(desk, case, "feedback", "sign")
    if isinstance(found, Reply):
        return found
    enough = {"words": words} if len(words) >= SHORTEST else {}
    desk.follow_up("feedback", {"case": found.number, **enough})
    return Reply(f"反馈 {line(found, desk.knowledge)}。")
