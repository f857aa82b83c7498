"""办结反馈：办的结果、照片，核对以后告诉群众和核查员。"""

from dataclasses import dataclass
from typing import Any

from dialogs.engine.answers import FreeText, NotUnderstood, YesNo
from dialogs.engine.around import Around
from dialogs.engine.command import CASE_NUMBER
from dialogs.engine.dialog import Ask, Dialog
from dialogs.engine.front_desk import FrontDesk
from dialogs.engine.messages import Content, Reply
from dialogs.engine.photos import ask_for_photos
from dialogs.officer.tasks import WORKERS, sign_if_waiting


@dataclass(frozen=True)
class TaskNumber(FreeText):
    """A case number, whole or its last digits."""

    def read(self, content: Content, before: Any, around: Around) -> str:
        """The number in capitals. Raises NotUnderstood."""
        words = super().read(content, before, around).upper()
        if not CASE_NUMBER.fullmatch(words):
            raise NotUnderstood("请回复案件编号，或它的最后四位数字。回复“我的任务”可以看到您手里的案件。")
        return words


def summary(feedback: Any) -> str:
    """What the citizen and the checker are about to read."""
    photos = f"，照片 {len(feedback.photos)} 张" if feedback.photos else ""
    return f"请核对，案件 {feedback.case} 的办理结果{photos}：\n“{feedback.words}”\n确认反馈吗？"


class FeedBack(Dialog):
    """The way of an officer's work to the citizen and the checker."""

    title = "办结反馈"
    opens_with = ("反馈", "办结反馈")
    takes_argument = True
    roles = WORKERS

    case = Ask("要反馈哪一件？请回复案件编号，或它的最后四位。", TaskNumber())
    words = Ask("是怎么办的，结果怎样？这些话群众会看到。", FreeText(at_least=4))
    photos = ask_for_photos("有办理后的照片请发来，可以发几张；发完或没有请回复 0。")
    confirmed = Ask(summary, YesNo("确认", "不反馈"))

    async def finish(self, desk: FrontDesk) -> Reply:
        """Feed back; a task that nobody signed for is signed as well."""
        if not self.confirmed:
            return Reply("好的，没有反馈。要重新填写，请回复“反馈”。")
        signed = await sign_if_waiting(desk, self.case)
        photos = tuple(f"{desk.address.channel}:{media_id}" for media_id in self.photos)
        done = await desk.cases.feedback(self.case, self.words, photos)
        return Reply(f"{signed}{done.number} 已反馈，群众和核查员会看到。有结果马上告诉您。")
