"""案件：一个案件的全部情况和经过，给工作人员看，不显示是谁上报的。"""

from collections.abc import Mapping, Sequence

from cases.case import Case
from cases.events import Event
from cases.overlay import Secrecy
from cases.owners import WORKERS
from cases.people import Person, Role
from cases.supervision import Supervision
from dialogs.admin.circumstances import circumstances
from dialogs.admin.course import course_line, leader_of, mentioned, named
from dialogs.admin.steps import next_steps
from dialogs.engine.around import Knowledge
from dialogs.engine.command import CaseNumber, command
from dialogs.engine.front_desk import FrontDesk
from dialogs.engine.messages import Reply
from dialogs.phrases import clock_line, map_link, moment, stage, title, unit_name

STAFF = frozenset(Role) - {Role.CITIZEN, Role.BOT}
ACTIVE = STAFF - {Role.AUDITOR}
"""An auditor reads what happened, and nothing else."""
LISTED = frozenset({"listed", "list_supervise", "supervise"})
CALLING_BACK = {Secrecy.MASKED: (Role.ACCEPTOR, Role.DISPATCHER), Secrecy.SEALED: (Role.ACCEPTOR,)}
"""Who may read the number of a reporter who is kept secret."""
STEPS = 8
"""What can be pressed under a file, at most."""


@command("案件", usage="案件 <编号>", about="一个案件的情况和经过", roles=STAFF)
async def case_file(desk: FrontDesk, case: CaseNumber) -> Reply:
    """One case for staff within whose units it lies. Raises Refusal, the same whether it is unknown or elsewhere."""
    found = await desk.cases.find(case, mine=False)
    timeline = await desk.work.cases.timeline(found.number)
    people = await desk.work.people.many([*mentioned(found, timeline), *(one.by for one in found.overlay.proposals)])
    lines = [*_head(found, desk.knowledge), *_state(found, people, desk, _leader(timeline, people))]
    lines += await circumstances(desk, found, timeline, people)
    phone = _phone(found, desk)
    lines += [f"群众电话：{phone}（只用于这个案件的联系）"] if phone else []
    lines += ["经过：", *(course_line(event, found, people, desk.knowledge) for event in timeline)]
    return Reply("\n".join(lines), await next_steps(desk, found, STEPS, here=True))


def _head(case: Case, knowledge: Knowledge) -> Sequence[str]:
    """What and where, in the reporter's words."""
    category = knowledge.rules_of(case).catalogue.get(case.category)
    top = f"{category.top} / " if category else ""
    lines = [
        f"案件 {case.number}：{stage(case)}",
        f"类别：{top}{title(case, knowledge)}（{case.priority}）",
        "，".join(filter(None, [f"地点：{unit_name(case.place.unit, knowledge)}", case.place.words])),
    ]
    if case.place.pin is not None:
        lines.append(f"地图：{map_link(case.place.pin, case.number)}")
    said = f"群众说：“{case.description}”" if case.description else "群众的原话已按规定删除。"
    return [*lines, said, f"照片：{len(case.photos)} 张"]


def _leader(timeline: Sequence[Event], people: Mapping[int, Person]) -> str:
    """In whose name it was listed last, ready to be read behind 挂牌督办."""
    found = next((event for event in reversed(timeline) if event.action in LISTED), None)
    return leader_of(found, people) if found is not None else ""


def _state(case: Case, people: Mapping[int, Person], desk: FrontDesk, leader: str) -> Sequence[str]:
    """Who has it, and how it stands with time."""
    knowledge = desk.knowledge
    holder = unit_name(case.lead_unit or case.owner_unit, knowledge)
    lines = [f"承办：{' '.join(filter(None, [holder, named(people, case.handler)]))}"]
    clock = clock_line(case, knowledge, desk.now)
    lines += [f"时限灯：{clock}"] if clock else []
    for name, at in (("办结期限", case.handle_due_at), ("答复群众期限", case.citizen_due_at)):
        lines += [f"{name}：{moment(at, knowledge)}"] if at is not None else []
    level = case.supervision
    lines.append(f"督办：{level.zh if level else '无'}{leader if level is Supervision.LISTED else ''}")
    again = [f"返工 {case.rework_count} 次"] if case.rework_count else []
    again += [f"重办 {case.reopen_count} 次"] if case.reopen_count else []
    return [*lines, *(["，".join(again)] if again else [])]


def _phone(case: Case, desk: FrontDesk) -> str | None:
    """The number to call back on, while the case is open: for the handler alone, but where the reporter is kept from
    those who handle it for the centre."""
    person = desk.person
    if person is None or not case.is_open:
        return None
    mine = case.handler in [one.id for one in (person, *desk.stood_for)]
    centre = CALLING_BACK.get(case.overlay.secrecy)
    able = mine if centre is None else not mine and _is_of_the_centre(case, desk, centre)
    return case.reporter.phone if able else None


def _is_of_the_centre(case: Case, desk: FrontDesk, roles: Sequence[Role]) -> bool:
    """Whether this person holds one of the roles over the case, and does not work in the unit that handles it."""
    scope = desk.cases.scope
    works = any(post.unit == case.lead_unit and post.role in WORKERS for post in scope.posts)
    return not works and any(post.role in roles and scope.acts(case, post) for post in scope.posts)
