"""同意还是不同意：退单、延期、改类、改位置由派遣员或受理员定，重大的处理由第二个人复核。"""

from collections.abc import Sequence

from cases.case import Case
from cases.errors import Refusal
from cases.overlay import EXTEND, Proposal
from dialogs.admin.cases import acting
from dialogs.admin.missing import ask_words
from dialogs.admin.steps import next_steps
from dialogs.engine.command import NO_WORDS, CaseNumber, Words, command
from dialogs.engine.front_desk import FrontDesk
from dialogs.engine.messages import Reply
from dialogs.engine.words import parted
from dialogs.phrases import unit_name, until
from dialogs.proposals import DECIDED_BY, NAMES, NO, YES, choices, said_of, what

SECOND = ("reject", "void", "uphold", "correct_category", "correct_place", EXTEND)


async def decide_return(desk: FrontDesk, case: CaseNumber, yes: bool, words: Words = NO_WORDS) -> Reply:
    """退单 同意|不同意: back to be dispatched anew, or back to the unit; either way with the reason. Raises Refusal."""
    if not words:
        return await ask_words(desk, "退单", case, "grant_return" if yes else "refuse_return", yes=yes)
    if yes:
        done = await desk.cases.grant_return(case, words)
        return Reply(f"已同意退单，{done.number} 请重新派遣。", await next_steps(desk, done))
    done = await desk.cases.refuse_return(case, words)
    unit = unit_name(done.lead_unit, desk.knowledge)
    text = f"已不同意退单，{done.number} 由{unit}继续办理。{until(done, desk.knowledge)}"
    return Reply(text, await next_steps(desk, done))


async def decide_extension(desk: FrontDesk, case: CaseNumber, yes: bool, words: Words = NO_WORDS) -> Reply:
    """延期 同意|不同意; a yes without words gives the citizen the reason that the unit gave. Raises Refusal."""
    if not yes and not words:
        return await ask_words(desk, "延期", case, "refuse_extend", yes=False)
    if not yes:
        done = await desk.cases.refuse_extend(case, words)
        return Reply(
            f"已不同意延期，{done.number} 的期限不变。{until(done, desk.knowledge)}", await next_steps(desk, done)
        )
    done = await desk.cases.approve_extend(case, words or await _reason_given(desk, case))
    return Reply(f"已同意延期，已告诉群众和承办人。{until(done, desk.knowledge)}", await next_steps(desk, done))


async def decide_correction(
    desk: FrontDesk, case: CaseNumber, action: str, yes: bool, words: Words = NO_WORDS
) -> Reply:
    """改类 or 改位置 同意|不同意: what a worker proposed. Raises Refusal."""
    if not yes and not words:
        return await ask_words(desk, DECIDED_BY[action], case, action, action=action, yes=False)
    return await _decide(desk, case, action, yes=yes, words=words)


@command(
    "复核",
    usage="复核 <编号> 同意|不同意 [理由]",
    about="第二个人复核不予受理、作废、维持等处理",
    roles=acting(*SECOND),
)
async def second(desk: FrontDesk, case: CaseNumber, verdict: str = "", words: Words = NO_WORDS) -> Reply:
    """Decide what somebody else proposed; without a verdict what is proposed, with both choices. Raises Refusal."""
    found = await desk.cases.find(case, mine=False)
    meant, reason = _meant(found.overlay.proposals, words)
    if not meant:
        raise Refusal(f"{found.number} 没有等复核的处理。发送“案件 {found.number}”看经过，发送“待办”看还有哪些等您。")
    if verdict not in (YES, NO) or len(meant) > 1:
        return await _put(desk, found, meant)
    action = meant[0].action
    if verdict == NO and not reason:
        return await ask_words(desk, "复核", case, action, verdict=NO, name=NAMES[action])
    return await _decide(desk, case, action, yes=verdict == YES, words=reason)


async def decline(desk: FrontDesk, case: CaseNumber, verdict: str, name: str, words: Words) -> Reply:
    """复核 不同意 once the reason is there: `name` says of which proposal. Raises Refusal."""
    return await second.run(desk, case, verdict, Words(f"{name} {words}"))


async def outcome(desk: FrontDesk, case: Case, action: str, done: str) -> Reply:
    """What came of an action that may need a second person: `done`, or that it waits and for whom."""
    proposal = next((one for one in case.overlay.proposals if one.action == action), None)
    if proposal is None:
        return Reply(done, await next_steps(desk, case))
    who = [one.name for one in await desk.cases.who_may_decide(case, proposal)]
    told = f"已通知{'、'.join(who)}。" if who else "现在没有能复核的人在岗，请联系值班室。"
    text = f"{case.number} {what(case, proposal, desk.knowledge)}：要第二个人复核才生效，{told}"
    return Reply(text, await next_steps(desk, case))


async def _decide(desk: FrontDesk, case: CaseNumber, action: str, *, yes: bool, words: str) -> Reply:
    done = await desk.cases.decide(case, yes, words, action=action)
    verdict = (
        f"已同意，{done.number} 已{NAMES[action]}。" if yes else f"已不同意{NAMES[action]}，{done.number} 照旧办理。"
    )
    return Reply(f"{verdict}提出的人会收到通知。", await next_steps(desk, done))


async def _put(desk: FrontDesk, case: Case, meant: Sequence[Proposal]) -> Reply:
    people = await desk.work.people.many([one.by for one in meant])
    names = {id_: person.name for id_, person in people.items()}
    lines = [said_of(case, one, desk.knowledge, names.get(one.by, "同事")) for one in meant]
    offered = [choice for one in meant for choice in choices(case, one)]
    return Reply("\n".join([f"案件 {case.number} 等复核：", *lines, "同意吗？"]), tuple(offered))


def _meant(open_: Sequence[Proposal], words: str) -> tuple[Sequence[Proposal], Words]:
    """The proposals that are meant, and the reason: the first word may name one of several."""
    first, rest = parted(words)
    named = [one for one in open_ if NAMES[one.action] == first]
    return (named, Words(rest)) if named else (open_, Words(words))


async def _reason_given(desk: FrontDesk, case: CaseNumber) -> str:
    """Why the unit asked for more time."""
    found = await desk.cases.find(case, mine=False)
    asked = [one.seq for one in found.overlay.proposals if one.action == EXTEND]
    timeline = await desk.cases.timeline(found.number) if asked else ()
    return next((event.words or "" for event in timeline if event.seq in asked), "")
