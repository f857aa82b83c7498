"""A citizen's report: words, photos and a pin in any order, a summary to confirm, and a number."""

from dataclasses import dataclass
from typing import Any

from cases.case import Case
from cases.desk import Problem
from dialogs.citizen.answers import InOneGrid, OneCategory
from dialogs.engine.answers import FreeText, NoAnswer, NotUnderstood, PhoneNumber, YesNo, chosen, typed
from dialogs.engine.around import Around
from dialogs.engine.dialog import Ask, Dialog
from dialogs.engine.front_desk import FrontDesk
from dialogs.engine.messages import Choice, Content, Reply
from dialogs.engine.photos import ask_for_photos
from dialogs.phrases import moment, unit_name

EDITS = {"改描述": "description", "改类别": "category", "改地点": "place", "改照片": "photos", "改电话": "phone"}


@dataclass(frozen=True)
class ConfirmOrEdit:
    """确认, or the number of what is to be said again; kept as True, or as the name of the answer to forget."""

    def choices(self, around: Around) -> tuple[Choice, ...]:
        """确认 first, then one edit each."""
        return (Choice("确认"), *(Choice(label) for label in EDITS))

    def read(self, content: Content, before: Any, around: Around) -> bool | str:
        """True, or the name of the answer to change. Raises NotUnderstood."""
        words = typed(content) or ""
        choice = chosen(words, self.choices(around))
        if choice is not None and choice.label in EDITS:
            return EDITS[choice.label]
        if choice is not None or words.lower().rstrip("。.！!") in YesNo.YES:
            return True
        raise NotUnderstood("回复 1 或“确认”提交；要改哪一项就回复它的数字；不想提交请回复“取消”。")

    def load(self, kept: Any, around: Around) -> bool:
        """True. Raises NoAnswer for anything else."""
        if kept is not True:
            raise NoAnswer(kept)
        return True

    def unasked(self, content: Content, around: Around) -> bool:
        """A yes belongs to the summary."""
        return False


def summary(report: Any) -> str:
    """What is about to be submitted."""
    lines = [f"请核对：\n{report.category.title}，{report.place.words}\n“{report.description}”"]
    lines.append(f"照片 {len(report.photos)} 张；电话：{report.phone or '未留'}")
    if report.category.emergency_lines:
        lines.append(f"如有危险，请先拨打 {report.category.emergency_lines}。")
    return "\n".join([*lines, "确认提交吗？"])


class ReportProblem(Dialog):
    """The way of a citizen's report into a case."""

    title = "我要上报"
    opens_with = ("上报", "我要上报", "反映问题", "投诉", "报修", "举报", "求助")

    description = Ask("请说说是什么问题？直接打字，也可以先发照片或定位。", FreeText(at_least=4, at_most=500))
    category = Ask("这属于哪一类？回复数字，或用自己的话说。", OneCategory(guessed_from="description"))
    place = Ask("在哪里？请发送定位，或输入乡镇、村、网格，也可以回复数字选择。", InOneGrid())
    photos = ask_for_photos("有照片处理得更快，可以发几张；没有请回复 0。")
    phone = Ask("要留一个回电号码吗？不留请回复 0。", PhoneNumber())
    confirmed = Ask(summary, ConfirmOrEdit())

    def hear(self, content: Content) -> Ask[Any]:
        """As every dialog; an edit forgets the answer it names, so that its question is open again."""
        ask = super().hear(content)
        edit = self.answers.get(type(self).confirmed.name)
        if isinstance(edit, str):
            self.forget(type(self).confirmed.name)
            self.forget(edit)
        return ask

    async def finish(self, desk: FrontDesk) -> Reply:
        """Submit it; the number is told at once, the category's own questions come after it."""
        photos = tuple(f"{desk.address.channel}:{media_id}" for media_id in self.photos)
        problem = Problem(self.category.code, self.place, self.description, photos, self.phone or None)
        case = await desk.cases.submit(problem)
        if self.category.extra_questions:
            desk.follow_up("extra", {"case": case.number, "category": case.category})
        return Reply(received(case, desk))


def received(case: Case, desk: FrontDesk) -> str:
    """The answer to a report: its number, who has it, and until when they answer."""
    due = moment(case.citizen_due_at or case.submitted_at, desk.knowledge)
    unit = unit_name(case.lead_unit or case.owner_unit, desk.knowledge)
    return f"已收到，编号 {case.number}。{unit}将在 {due} 前答复您。\n随时回复编号可查进度。"
