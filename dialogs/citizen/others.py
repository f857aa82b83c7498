"""催办、我也遇到、不再关注、拆单、再次反映、申请复核：案件办理中和结束以后还能说的话。"""

from cases.case import Case
from cases.lifecycle import allowed
from cases.people import Role
from cases.record import State
from dialogs.citizen.afterwards import REVIEW, once_more
from dialogs.citizen.mine import OPEN, one_of_mine
from dialogs.engine.command import NO_NUMBER, NO_WORDS, CaseNumber, Words, command
from dialogs.engine.front_desk import FrontDesk
from dialogs.engine.messages import Choice, Reply
from dialogs.phrases import stage, title, unit_name

NONE_OPEN = "您没有正在办理的案件。要催别的案件，请写上编号：催办 编号"
NONE_MERGED = "您没有合并办理的案件。要看进度，请回复“查询”。"
NONE_ARCHIVED = "您没有已归档的案件。有新问题，请回复“上报”。"
NONE_REJECTED = "您没有不予受理的案件。要看进度，请回复“查询”。"
AGAIN = "再次反映"


@command("催办", usage="催办 [编号] [想说的话]", about="催一催，24 小时内一次，承办人和分管领导都会收到")
async def urge(desk: FrontDesk, case: CaseNumber = NO_NUMBER, words: Words = NO_WORDS) -> Reply:
    """Urge: one's own case, one that is followed, or as staff one that is seen. Raises Refusal."""
    number: str = case
    if not number:
        found = await one_of_mine(desk, case, "催办", NONE_OPEN, OPEN - {State.CLOSED}, words=words)
        if isinstance(found, Reply):
            return found
        number = found.number
    done = await desk.cases.urge(number, words)
    return Reply(f"已催办案件 {done.number}，承办人和分管领导都会收到。24 小时内不用再催，有进展马上告诉您。")


@command("我也遇到", usage="我也遇到 <编号>", about="别人反映的也是您遇到的：有进展和结果也告诉您")
async def follow(desk: FrontDesk, case: CaseNumber) -> Reply:
    """Hear of a case that somebody else reported; who it was and what they said is told to nobody. Raises Refusal."""
    done = await desk.cases.follow(case)
    about = f"{title(done, desk.knowledge)}，{unit_name(done.place.unit, desk.knowledge)}"
    return Reply(
        f"记下了，您也遇到 {done.number}（{about}）。现在“{stage(done)}”，有进展和结果也会告诉您。",
        (Choice("不再关注", f"不再关注 {done.number}"),),
    )


@command("不再关注", usage="不再关注 <编号>", about="不再接收“我也遇到”的案件的消息")
async def unfollow(desk: FrontDesk, case: CaseNumber) -> Reply:
    """Hear of it no more. Raises Refusal."""
    done = await desk.cases.unfollow(case)
    return Reply(f"好的，不再告诉您 {done.number} 的进展。")


@command("拆单", usage="拆单 [编号] [哪里不同]", about="合并办理的不是同一件事：单独办理")
async def split(desk: FrontDesk, case: CaseNumber = NO_NUMBER, words: Words = NO_WORDS) -> Reply:
    """It is not the same matter: it goes back to an acceptor as a case of its own. Raises Refusal."""
    number: str = case
    if not number:
        found = await one_of_mine(desk, case, "拆单", NONE_MERGED, {State.MERGED}, words=words)
        if isinstance(found, Reply):
            return found
        number = found.number
    done = await desk.cases.split(number, words)
    return Reply(f"案件 {done.number} 已单独办理，等受理员受理，编号不变。")


@command("再次反映", usage="再次反映 [编号] [现在的情况]", about="归档 90 天内又出现了：编号不变，重新审核")
async def report_again(desk: FrontDesk, case: CaseNumber = NO_NUMBER, words: Words = NO_WORDS) -> Reply:
    """The matter of an archived case is back. Raises Refusal before anything is asked in vain."""
    found = await one_of_mine(desk, case, AGAIN, NONE_ARCHIVED, {State.ARCHIVED}, words=words)
    return found if isinstance(found, Reply) else await _once_more(desk, found, AGAIN, "report_again", words)


@command("申请复核", usage="申请复核 [编号] [理由]", about="不同意“不予受理”：请另一位受理员重新看，一次")
async def ask_review(desk: FrontDesk, case: CaseNumber = NO_NUMBER, words: Words = NO_WORDS) -> Reply:
    """Another look at a refusal. Raises Refusal before anything is asked in vain."""
    found = await one_of_mine(desk, case, REVIEW, NONE_REJECTED, {State.REJECTED}, words=words)
    return found if isinstance(found, Reply) else await _once_more(desk, found, REVIEW, "ask_review", words)


async def _once_more(desk: FrontDesk, case: Case, step: str, action: str, words: str) -> Reply:
    """Do it with the words, or ask for them, if the case is one of which it may be said."""
    if words:
        return await once_more(desk, case.number, step, words)
    allowed(case.state, action, Role.CITIZEN)
    desk.follow_up("once_more", {"case": case.number, "step": step})
    return Reply(f"案件 {case.number}：{title(case, desk.knowledge)}。")
