"""What lies over a case, line by line for its file: secrecy, pauses, assists, proposals, hands, and who else waits."""

from collections.abc import Iterator, Mapping, Sequence

from cases.case import Case
from cases.events import Event
from cases.overlay import Assist, Secrecy
from cases.people import Person
from cases.record import State
from dialogs.admin.course import hands_of, named
from dialogs.engine.around import Knowledge
from dialogs.engine.front_desk import FrontDesk
from dialogs.phrases import moment, unit_name
from dialogs.proposals import said_of

SECRECY = {Secrecy.MASKED: "保密：承办人看不到上报人", Secrecy.SEALED: "保密：只有受理员能看到上报人"}
SHOWN = 10
"""Merged cases that are named; of more the number is said."""


async def circumstances(
    desk: FrontDesk, case: Case, timeline: Sequence[Event], people: Mapping[int, Person]
) -> Sequence[str]:
    """The lines; none for the case over which nothing lies. Nobody who reported or follows is named."""
    hands = hands_of(timeline, people, desk.knowledge)
    return [
        *_time(case, desk.knowledge),
        *_parties(case, people, desk.knowledge),
        *(_assist(one, desk.knowledge) for one in case.overlay.assists),
        *(["经手：" + " → ".join(hands)] if len(hands) > 1 else []),
        *await _company(desk, case),
        *(f"等复核：{said_of(case, one, desk.knowledge, named(people, one.by))}" for one in case.overlay.proposals),
    ]


def _time(case: Case, knowledge: Knowledge) -> Iterator[str]:
    """Pauses, returns under review, extensions, and when it was urged."""
    kept = case.overlay
    if case.is_paused and kept.resume_at is not None:
        until = moment(kept.resume_at, knowledge)
        waits = "群众补充，最迟" if case.state is State.NEED_INFO else "时限暂停，恢复时间"
        yield f"{waits}：{until}"
    if kept.ruling_due_at is not None:
        yield f"退单审核期限：{moment(kept.ruling_due_at, knowledge)}"
    if kept.extensions:
        yield f"已延期 {kept.extensions} 次"
    if kept.urged_at is not None:
        yield f"最近催办：{moment(kept.urged_at, knowledge)}"


def _parties(case: Case, people: Mapping[int, Person], knowledge: Knowledge) -> Iterator[str]:
    """Who must not know, who returned it, who mediates, who is kept away."""
    kept = case.overlay
    if kept.secrecy in SECRECY:
        yield SECRECY[kept.secrecy]
    if kept.returned_by:
        yield f"退过单：{'、'.join(unit_name(unit, knowledge) for unit in kept.returned_by)}"
    if kept.mediator is not None:
        yield f"调解员：{named(people, kept.mediator)}"
    about = [unit_name(one, knowledge) for one in kept.about_units] + [named(people, one) for one in kept.about_people]
    if any(about):
        yield f"回避：{'、'.join(filter(None, about))}"
    if kept.joint:
        yield "跨乡镇联合办理"


def _assist(one: Assist, knowledge: Knowledge) -> str:
    if one.waived:
        stands = "不用答复"
    elif one.answered_at is not None:
        stands = f"{moment(one.answered_at, knowledge)} 已答复"
    else:
        stands = f"请在 {moment(one.due_at, knowledge)} 前答复"
    return f"协办：{unit_name(one.unit, knowledge)}，{stands}"


async def _company(desk: FrontDesk, case: Case) -> Sequence[str]:
    """Who else waits for it: the case it was merged into, those merged into it, and how many follow it."""
    lines = [f"已并入：{case.parent}"] if case.parent is not None else []
    merged = [one.number for one in await desk.work.cases.merged_into(case.number)]
    if merged:
        more = f" 等 {len(merged)} 件" if len(merged) > SHOWN else ""
        lines.append(f"并入本件：{'、'.join(merged[:SHOWN])}{more}")
    followers = len(await desk.work.cases.followers(case.number))
    return [*lines, *([f"还有 {followers} 人也遇到"] if followers else [])]
