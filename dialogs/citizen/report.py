"""A citizen's report: words, photos and a pin in any order, a summary to confirm, and a number."""

from typing import Any

from cases.bench import Problem
from cases.case import Case
from cases.overlay import Secrecy
from cases.people import Role
from dialogs.citizen.in_one_grid import InOneGrid, where
from dialogs.citizen.one_category import OneCategory, is_a_name
from dialogs.engine.answers import FreeText, NotUnderstood, OneOf, PhoneNumber
from dialogs.engine.confirmation import Confirmed, ConfirmOrEdit
from dialogs.engine.dialog import Ask
from dialogs.engine.front_desk import FrontDesk
from dialogs.engine.messages import Choice, Content, Reply
from dialogs.engine.photos import ask_for_photos
from dialogs.engine.words import typed
from dialogs.phrases import moment, unit_name

EDITS = {"改描述": "description", "改类别": "category", "改地点": "place", "改照片": "photos", "改电话": "phone"}
LONGEST = 500
SHORTEST_ADDITION = 6
"""Characters from which words at the category's question say more than a category."""


OWN, FOR_SOMEBODY = "own", "for_somebody"
BEHALF = (("自己发现", OWN), ("替群众上报", FOR_SOMEBODY))
SECRECY = (("对承办人保密", "masked"), ("只让受理员看到", "sealed"), ("不用保密", "open"))
KEPT = {"masked": "您的身份对承办人保密", "sealed": "您的身份只有受理员看得到", "open": "您的身份不保密"}


def is_worker(report: Any) -> bool:
    """Whether a grid worker speaks, who may report for somebody else."""
    return Role.GRID_WORKER in report.around.caller.roles


def is_for_somebody(report: Any) -> bool:
    """Whether it is reported for a citizen."""
    return is_worker(report) and report.answers.get("behalf") == FOR_SOMEBODY


def is_secret(report: Any) -> bool:
    """Whether the category is one whose reporters must be protected."""
    return "reporter" in report.category.sensitivity


def whose_phone(report: Any) -> str:
    """The question for a number to call back on."""
    if is_for_somebody(report):
        return "群众的电话是多少？办理和回访会用到；群众不愿留请回复 0。"
    return "要留一个回电号码吗？不留请回复 0。"


def summary(report: Any) -> str:
    """What is about to be submitted."""
    lines = [f"请核对：\n{report.category.title}，{report.place.words}\n“{report.description}”"]
    whose = "群众电话" if is_for_somebody(report) else "电话"
    lines.append(f"照片 {len(report.photos)} 张；{whose}：{report.phone or '未留'}")
    lines += ["替群众上报"] if is_for_somebody(report) else []
    if is_secret(report):
        lines.append(KEPT[report.secrecy])
    if report.category.emergency_lines:
        lines.append(f"如有危险，请先拨打 {report.category.emergency_lines}。")
    return "\n".join([*lines, "确认提交吗？"])


class ReportProblem(Confirmed):
    """The way of a citizen's report into a case."""

    title = "我要上报"
    opens_with = (
        "上报", "我要上报", "反映", "反映问题", "我要反映", "投诉", "我要投诉", "报修", "我要报修", "举报", "我要举报",
        "求助", "我要求助",
    )  # fmt: skip
    takes_argument = True

    description = Ask(
        "请说说是什么问题？直接打字，也可以先发照片或定位。", FreeText(at_least=2, at_most=LONGEST, phone_too=False)
    )
    category = Ask("这属于哪一类？回复数字，或用自己的话说。", OneCategory(guessed_from="description"))
    place = Ask(where, InOneGrid(), noted="位置已记下。")
    photos = ask_for_photos("有照片处理得更快，可以发几张；没有请回复 0。")
    secrecy = Ask("这一类会保护反映人，被反映的人不会知道是您。您的身份要怎样保密？", OneOf(SECRECY), only_if=is_secret)
    behalf = Ask("是您自己发现的，还是替群众上报？", OneOf(BEHALF), only_if=is_worker)
    phone = Ask(whose_phone, PhoneNumber(), noted="回电号码已记下。")
    confirmed = Ask(summary, ConfirmOrEdit(EDITS))

    def hear(self, content: Content) -> Ask[Any]:
        """As every dialog; words that found the category are told with the description."""
        words = typed(content) or ""
        if len(words) < SHORTEST_ADDITION or not self._asks_for_category() or is_a_name(words, self.around):
            return super().hear(content)
        told = f"{self.answers.get('description', '')}；{words}"
        if len(told) > LONGEST:
            raise NotUnderstood(f"说明加起来最多 {LONGEST} 个字，这一段放不下。请精简，或回复类别的数字。")
        ask = super().hear(content)
        if ask.name == "category" and "description" in self.answers:
            self.answers["description"] = told
        return ask

    def _asks_for_category(self) -> bool:
        asked = self.open_question()
        return asked is not None and asked.name == "category"

    async def finish(self, desk: FrontDesk) -> Reply:
        """Submit it; the number is told at once, the category's own questions come after it."""
        photos = tuple(f"{desk.address.channel}:{media_id}" for media_id in self.photos)
        problem = Problem(
            self.category.code,
            self.place,
            self.description,
            photos,
            self.phone or None,
            secrecy=Secrecy(self.secrecy) if is_secret(self) else None,
            for_somebody=is_for_somebody(self),
        )
        case = await desk.cases.submit(problem)
        if problem.for_somebody:
            return Reply(received_for_somebody(case, desk), (Choice("看案件", f"案件 {case.number}"),))
        if self.category.extra_questions:
            of = {"case": case.number, "category": case.category, "rules": case.rules_version}
            desk.follow_up("extra", of)
        return Reply(received(case, desk))


def received(case: Case, desk: FrontDesk) -> str:
    """The answer to a report: its number, who has it, and until when they answer."""
    due = moment(case.citizen_due_at or case.submitted_at, desk.knowledge)
    unit = unit_name(case.lead_unit or case.owner_unit, desk.knowledge)
    return f"已收到，编号 {case.number}。{unit}将在 {due} 前答复您。\n随时回复编号可查进度。"


def received_for_somebody(case: Case, desk: FrontDesk) -> str:
    """The answer to whoever reported for a citizen, who hears nothing from us."""
    due = moment(case.citizen_due_at or case.submitted_at, desk.knowledge)
    unit = unit_name(case.lead_unit or case.owner_unit, desk.knowledge)
    return f"已替群众上报，编号 {case.number}，请把编号告诉他。{unit}将在 {due} 前办好，结果请您转告。"
