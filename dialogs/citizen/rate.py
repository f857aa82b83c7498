"""A citizen's rating of a closure: a grade, whether it is solved, and words."""

from cases.record import State
from dialogs.engine.answers import FreeText, OneOf
from dialogs.engine.dialog import Ask, Dialog
from dialogs.engine.front_desk import FrontDesk
from dialogs.engine.messages import Reply
from dialogs.engine.words import NOTHING, plain

GRADES = (("很差", 1), ("差", 2), ("一般", 3), ("好", 4), ("很好", 5))
"""In this order, so that the number of the choice is the grade."""
ALSO = {
    "非常满意": "很好", "很满意": "很好", "满意": "好", "挺好": "好", "还行": "一般", "还可以": "一般",
    "不满意": "差", "不好": "差", "很不满意": "很差", "非常不满意": "很差",
}  # fmt: skip
ALSO |= {said: label for label, n in GRADES for said in (f"{n}分", f"{n} 分", f"{n}星", f"{'一二三四五'[n - 1]}分")}
SOLVED = (("已解决", "solved"), ("部分解决", "partly"), ("未解决", "unsolved"))
SOLVED_ALSO = {"解决了": "已解决", "是": "已解决", "没解决": "未解决", "没有解决": "未解决", "没有": "未解决"}


class RateCase(Dialog):
    """One survey for each closure; opened by 评价 with the case's number filled in."""

    title = "评价"
    stopped = "好的，先不评价。要评价时请回复“评价”。"
    in_menu = False

    grade = Ask("您对这次办理满意吗？5 分最好，1 分最差。", OneOf(GRADES, ALSO))
    solved = Ask("问题解决了吗？", OneOf(SOLVED, SOLVED_ALSO))
    words = Ask("还有什么想说的？没有请回复 0。", FreeText(at_most=500))

    async def finish(self, desk: FrontDesk) -> Reply:
        """Give the rating; a bad one reopens the case at once."""
        words = "" if plain(self.words) in NOTHING else self.words
        case = await desk.cases.rate(str(self.answers["case"]), self.grade, self.solved, words)
        if case.state is State.ARCHIVED:
            return Reply(f"谢谢您的评价，案件 {case.number} 已归档。如有反复，请重新上报，或回复“人工”。")
        if case.reopen_count > 1:
            return Reply(f"抱歉没有让您满意。案件 {case.number} 已挂牌督办，由分管领导盯办，我们会再答复您。")
        return Reply(f"抱歉没有让您满意。案件 {case.number} 已重新办理，我们会再答复您。")
