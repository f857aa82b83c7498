"""A citizen's rating of a closure: a grade, whether it is solved, and words."""

import re
from dataclasses import dataclass

from cases.case import State
from dialogs.engine.answers import FreeText, NotUnderstood, OneOf
from dialogs.engine.around import Around
from dialogs.engine.dialog import Ask, Dialog
from dialogs.engine.front_desk import FrontDesk
from dialogs.engine.messages import Content, Reply

GRADES = (("很好", 5), ("好", 4), ("一般", 3), ("差", 2), ("很差", 1))
SOLVED = (("已解决", "solved"), ("部分解决", "partly"), ("未解决", "unsolved"))
NUMBER = re.compile(r"[A-Za-z]{1,6}\d{6}-\d{4,}|\d{3,}")


@dataclass(frozen=True)
class OneNumber(FreeText):
    """A case number, whole or its last digits."""

    def read(self, content: Content, before: object, around: Around) -> str:
        """The number in capitals. Raises NotUnderstood."""
        words = super().read(content, before, around).upper()
        if not NUMBER.fullmatch(words):
            raise NotUnderstood("请回复案件编号，或它的最后四位数字。回复“查询”可以看到您的案件。")
        return words


class RateCase(Dialog):
    """One survey for each closure."""

    title = "评价"
    opens_with = ("评价", "我要评价")
    takes_argument = True
    in_menu = False

    case = Ask("要评价哪一件？请回复案件编号，或它的最后四位。", OneNumber())
    grade = Ask("您对这次办理满意吗？", OneOf(GRADES))
    solved = Ask("问题解决了吗？", OneOf(SOLVED))
    words = Ask("还有什么想说的？没有请回复 0。", FreeText(at_most=500))

    async def finish(self, desk: FrontDesk) -> Reply:
        """Give the rating; a bad one reopens the case at once."""
        words = "" if self.words in ("0", "没有", "无") else self.words
        case = await desk.cases.rate(self.case, self.grade, self.solved, words)
        if case.state is State.ARCHIVED:
            return Reply(f"谢谢您的评价，案件 {case.number} 已归档。90 天内有反复，请告诉我们。")
        if case.reopen_count > 1:
            return Reply(f"抱歉没有让您满意。案件 {case.number} 已挂牌督办，由分管领导盯办，我们会再答复您。")
        return Reply(f"抱歉没有让您满意。案件 {case.number} 已重新办理，我们会再答复您。")
