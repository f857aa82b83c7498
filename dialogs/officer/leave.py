"""请假、销假、代班：谁什么时候不在、由谁代班，期间手里的任务怎么办。"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cases.calendar import WorkingCalendar
from cases.duty import Leave
from cases.duty_desk import DutyDesk
from cases.errors import Refusal
from cases.people import Person, Role
from dialogs.colleagues import one_named, posts, tell
from dialogs.engine.answers import NoAnswer, NotUnderstood, Whole
from dialogs.engine.around import Around
from dialogs.engine.command import NO_WORDS, Words, command
from dialogs.engine.confirmation import Confirmed, ConfirmOrEdit
from dialogs.engine.dialog import Ask
from dialogs.engine.front_desk import FrontDesk
from dialogs.engine.messages import Choice, Content, Reply
from dialogs.engine.words import NOTHING, chosen, plain, typed
from dialogs.moments import NoMoment, begins, ends
from dialogs.phrases import moment

STAFF = frozenset(Role) - {Role.CITIZEN, Role.BOT}
LEAVE = "请假 [姓名]"
OFFERED = 9
"""Colleagues offered as substitutes: more do not fit one message."""
OPEN = frozenset({"不定", "待定", "没定", "还没定", "不知道", "长期"})
NOBODY = "没有人代班"
EDITS = {"改开始时间": "since", "改结束时间": "until", "改代班人": "substitute"}


def duty_desk(desk: FrontDesk) -> DutyDesk:
    """The desk for leaves and shifts. Raises Refusal for whoever is no member of staff."""
    if desk.person is None:
        raise Refusal("请假和排班只对工作人员开放。")
    return DutyDesk(desk.work, desk.knowledge.rules, desk.knowledge.units, desk.person, desk.now)


@dataclass(frozen=True)
class Moment(Whole[datetime | None]):
    """An instant, kept as ISO text, '' for an open one; `read_as` makes it of words, `open_too` lets 不定 be one."""

    read_as: Callable[[str, datetime, WorkingCalendar], datetime]
    open_too: bool = False

    def read(self, content: Content, before: Any, around: Around) -> str:
        """The instant. Raises NotUnderstood."""
        words = typed(content) or ""
        if self.open_too and plain(words) in OPEN:
            return ""
        try:
            at = self.read_as(words, around.now, around.knowledge.rules.calendar)
        except NoMoment:
            instead = "，没有定就写“不定”" if self.open_too else ""
            raise NotUnderstood(f"没看懂这个时间。可以写：今天下午、明天、3月5日、3月5日 14:30{instead}。") from None
        since = around.answers.get("since")
        if self.open_too and (at <= around.now or (since and at <= datetime.fromisoformat(since))):
            raise NotUnderstood("请假的结束时间要在现在和开始时间之后，请再写一次。")
        return at.isoformat()

    def load(self, kept: Any, around: Around) -> datetime | None:
        """The instant; None: open. Raises NoAnswer."""
        try:
            return datetime.fromisoformat(kept) if kept else None
        except (TypeError, ValueError) as wrong:
            raise NoAnswer(kept) from wrong


class Colleague(Whole[int | None]):
    """One of the colleagues who were found when the dialog was opened, by number or name; or nobody."""

    def choices(self, around: Around) -> tuple[Choice, ...]:
        """The nearest colleagues, then nobody."""
        return (*(Choice(label) for label, _ in around.answers["colleagues"][:OFFERED]), Choice(NOBODY))

    def read(self, content: Content, before: Any, around: Around) -> int:
        """The colleague's id, 0 for nobody. Raises NotUnderstood."""
        words = typed(content) or ""
        choice = chosen(words, self.choices(around))
        if (choice is not None and choice.label == NOBODY) or (choice is None and plain(words) in NOTHING):
            return 0
        said = choice.label if choice is not None else words.strip()
        for label, id_ in around.answers["colleagues"]:
            if said in (label, label.partition("（")[0]):
                return int(id_)
        raise NotUnderstood(f"请回复数字，或写同事的姓名；没有人代班请回复“{NOBODY}”。")

    def load(self, kept: Any, around: Around) -> int | None:
        """The id; None: nobody. Raises NoAnswer."""
        if kept not in (0, *(id_ for _, id_ in around.answers["colleagues"])):
            raise NoAnswer(kept)
        return kept or None


def summary(leave: Any) -> str:
    """Who is away when, who stands in, and what becomes of the tasks."""
    knowledge, name = leave.around.knowledge, leave.answers["name"]
    until = moment(leave.until, knowledge) if leave.until else "不定（回来请发“销假”）"
    substitute = _substitute(leave)
    head = f"{name} {moment(leave.since, knowledge)} 到 {until} 请假，{f'{substitute}代班' if substitute else NOBODY}。"
    return "\n".join([head, *_consequences(leave.answers, substitute), "确认吗？"])


def _substitute(leave: Any) -> str:
    names: dict[int | None, str] = {id_: label.partition("（")[0] for label, id_ in leave.answers["colleagues"]}
    return names.get(leave.substitute, "")


def _consequences(answers: dict[str, Any], substitute: str) -> Sequence[str]:
    name, tasks = answers["name"], answers["tasks"]
    if tasks and substitute:
        held = f"手里没有办完的 {tasks} 件：期间的提醒发给{substitute}，{substitute}可以代办，案件仍在{name}名下。"
    elif tasks:
        held = f"手里没有办完的 {tasks} 件：期间的提醒发给本单位在岗的人，没有人在岗就发给值班室；时限不停。"
    else:
        held = f"手里没有要办的任务；期间的新任务派给{substitute or '别的在岗人员'}。"
    stood_for = "、".join(answers["stood_for"])
    covered = f"{name}正在替{stood_for}代班，期间由{substitute or '别的在岗人员'}接着。"
    return [held, *([covered] if stood_for else [])]


class TakeLeave(Confirmed):
    """When somebody is away and who stands in; opened by 请假 with the person and their colleagues filled in."""

    title = "请假"
    roles = STAFF
    in_menu = False

    since = Ask("从什么时候开始请假？可以写：现在、明天、3月5日 14:30。", Moment(begins))
    until = Ask("请到什么时候？写日期就是到那天结束；没有定请写“不定”。", Moment(ends, open_too=True))
    substitute = Ask("请谁代班？", Colleague())
    confirmed = Ask(summary, ConfirmOrEdit(EDITS))

    async def finish(self, desk: FrontDesk) -> Reply:
        """Enter it, and tell the substitute, the leaders and the person. Raises Refusal, naming the chain."""
        person = await desk.work.people.get(int(self.answers["person"]))
        if person is None or not person.active or self.since is None:
            raise Refusal("没有这位在岗人员，请重新发“请假”。")
        leave = await duty_desk(desk).take_leave(person, self.since, self.until, self.substitute)
        await _tell_of(desk, person, leave, _substitute(self))
        back = "提前回来" if leave.until else "回来后"
        return Reply(f"已登记请假：{person.name} {_when(leave, desk)}。{back}请发“销假”。")


@command("请假", usage=LEAVE, about="登记请假和代班人；领导、管理员可以替别人登记", roles=STAFF)
async def take_leave(desk: FrontDesk, name: Words = NO_WORDS) -> Reply:
    """Begin to enter a leave, one's own or of somebody whom one leads. Raises Refusal."""
    duty, person = duty_desk(desk), await _whose(desk, name, LEAVE)
    colleagues = await duty.colleagues(person)
    known = [one.name for one in colleagues]
    labels = [f"{one.name}（#{one.id}）" if known.count(one.name) > 1 else one.name for one in colleagues]
    held = await desk.work.cases.of_handler(person.id)
    stood_for = await desk.staffing.stood_for(person)
    desk.follow_up(
        "leave",
        {
            "person": person.id,
            "name": person.name,
            "colleagues": [[label, one.id] for label, one in zip(labels, colleagues, strict=True)],
            "tasks": len(held),
            "stood_for": [one.name for one in stood_for],
        },
    )
    return Reply(f"请假：{person.name}（{posts(person, desk.knowledge)}）。")


@command("销假", usage="销假 [姓名]", about="提前回来，或取消还没开始的请假", roles=STAFF)
async def end_leave(desk: FrontDesk, name: Words = NO_WORDS) -> Reply:
    """End a leave now, or take back the next one. Raises Refusal."""
    person = await _whose(desk, name, "销假 [姓名]")
    leave = await duty_desk(desk).end_leave(person)
    ids = [one for one in (person.id, leave.substitute) if one is not None]
    await tell(desk, f"leave:{leave.id}:ended", ids, f"【销假】{person.name}已销假，任务和提醒从现在起发给本人。")
    return Reply(f"已销假：{person.name} {_when(leave, desk)} 的请假到此为止。任务和提醒从现在起发给本人。")


@command("代班", usage="代班", about="您在替谁代班，以及谁在替您", roles=STAFF)
async def substitutes(desk: FrontDesk) -> Reply:
    """For whom one stands in now or soon, and one's own leaves."""
    duty = duty_desk(desk)
    now = [one.name for one in desk.stood_for]
    lines = [f"您正在代班：{'、'.join(now)}。他们的任务在“我的任务”里，可以代办。"] if now else []
    people = await desk.work.people.many([one.person for one in await duty.covered()])
    for leave in await duty.covered():
        lines.append(f"· {people[leave.person].name} {_when(leave, desk)} 请假，登记您代班")
    for leave in await duty.leaves(duty.person):
        found = await desk.work.people.get(leave.substitute) if leave.substitute is not None else None
        lines.append(f"· 您 {_when(leave, desk)} 请假，{f'{found.name}代班' if found else NOBODY}")
    return Reply("\n".join(lines) or "您没有替别人代班，自己也没有请假。", (Choice("请假"), Choice("值班表")))


async def _whose(desk: FrontDesk, name: str, usage: str) -> Person:
    duty = duty_desk(desk)
    return await one_named(desk, name, usage, duty.may_plan_for) if name.strip() else duty.person


async def _tell_of(desk: FrontDesk, person: Person, leave: Leave, substitute: str) -> None:
    key, when = f"leave:{leave.id}", _when(leave, desk)
    if leave.substitute is not None:
        words = f"【代班】{person.name} {when} 请假，由您代班。期间的任务和提醒发给您，发“我的任务”可以看到和代办。"
        await tell(desk, key, [leave.substitute], words)
    words = f"【请假】{person.name} {when} 请假，{f'{substitute}代班' if substitute else NOBODY}。"
    leaders = [one.id for post in person.posts for one in await desk.staffing.unit_leader(post.unit)]
    await tell(desk, key, [one for one in (*leaders, person.id) if one != leave.substitute], words)


def _when(leave: Leave, desk: FrontDesk) -> str:
    until = moment(leave.until, desk.knowledge) if leave.until else "不定"
    return f"{moment(leave.since, desk.knowledge)} 到 {until}"
