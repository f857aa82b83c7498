"""不予受理、作废、答复、转出、被退回：不交给单位办理的案件怎么收尾，对方退回了怎么接着办。"""

from dialogs.admin.cases import acting
from dialogs.admin.decisions import outcome
from dialogs.admin.missing import ask_words, offer, which
from dialogs.admin.steps import next_steps
from dialogs.engine.command import NO_WORDS, CaseNumber, Words, command
from dialogs.engine.front_desk import FrontDesk
from dialogs.engine.messages import Reply
from dialogs.engine.words import parted


@command(
    "不予受理",
    usage="不予受理 <编号> <原因> [说明]",
    about="不归这里管的案件，告诉群众原因和途径",
    roles=acting("reject"),
)
async def reject(desk: FrontDesk, case: CaseNumber, reason: str = "", words: Words = NO_WORDS) -> Reply:
    """Refuse a case for a listed reason; urgent and accepted ones wait for a second person. Raises Refusal."""
    reasons = desk.knowledge.rules.reasons.reject
    if reason not in reasons:
        found = await desk.cases.ready(case, "reject")
        question = which(reason, "原因", "为什么不予受理？群众会看到原因和可以走的途径。")
        return offer(question, f"不予受理 {found.number}", reasons, words)
    done = await desk.cases.reject(case, reason, words)
    return await outcome(desk, done, "reject", f"{done.number} 不予受理（{reason}），已告诉群众原因和途径。")


@command("作废", usage="作废 <编号> <理由>", about="测试、空白或广告，经第二个人复核后作废", roles=acting("void"))
async def void(desk: FrontDesk, case: CaseNumber, words: Words = NO_WORDS) -> Reply:
    """Propose that a case is none at all. Raises Refusal."""
    if not words:
        return await ask_words(desk, "作废", case, "void")
    done = await desk.cases.void(case, words)
    return await outcome(desk, done, "void", f"{done.number} 已作废。")


@command("答复", usage="答复 <编号> <依据> <内容>", about="直接答复咨询，写明依据的知识条目", roles=acting("answer"))
async def answer(desk: FrontDesk, case: CaseNumber, words: Words = NO_WORDS) -> Reply:
    """Answer a consultation: the knowledge item first, then what the citizen reads. Raises Refusal."""
    source, text = parted(words)
    if not text:
        return await ask_words(desk, "答复", case, "answer")
    done = await desk.cases.answer(case, text, source)
    return Reply(f"{done.number} 已答复并办结，正在请群众评价。", await next_steps(desk, done))


@command(
    "转出",
    usage="转出 <编号> <渠道> <对方编号> [说明]",
    about="转给 12345、110、法院等别的渠道",
    roles=acting("transfer_out"),
)
async def transfer_out(desk: FrontDesk, case: CaseNumber, channel: str = "", words: Words = NO_WORDS) -> Reply:
    """Hand a case to another channel, with the number it has there. Raises Refusal."""
    channels = desk.knowledge.rules.reasons.channels
    if channel not in channels:
        found = await desk.cases.ready(case, "transfer_out")
        return offer(which(channel, "渠道", "转到哪里？"), f"转出 {found.number}", channels, words)
    if not words:
        return await ask_words(desk, "转出", case, "transfer_out", channel=channel)
    outside_number, said = parted(words)
    done = await desk.cases.transfer_out(case, channel, outside_number, said)
    text = f"{done.number} 已转{channel}，编号 {outside_number}，已告诉群众。对方不办请发：被退回 {done.number} 理由"
    return Reply(text, await next_steps(desk, done))


@command("被退回", usage="被退回 <编号> <理由>", about="别的渠道不办，接回来重新受理", roles=acting("bounce"))
async def bounce(desk: FrontDesk, case: CaseNumber, words: Words = NO_WORDS) -> Reply:
    """Take a case back from a channel that refused it; the citizen is not asked again. Raises Refusal."""
    if not words:
        return await ask_words(desk, "被退回", case, "bounce")
    done = await desk.cases.bounce(case, words)
    return Reply(f"{done.number} 已接回，重新待受理。群众不用再说一遍。", await next_steps(desk, done))
