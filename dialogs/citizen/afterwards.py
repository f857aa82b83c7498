"""Short dialogs about a case that was reported: more about it, what is not done yet, and whether to withdraw it."""

from cases.record import State
from dialogs.engine.answers import FreeText, YesNo
from dialogs.engine.dialog import Ask, Dialog
from dialogs.engine.front_desk import FrontDesk
from dialogs.engine.messages import Reply
from dialogs.engine.photos import ask_for_photos

REVIEW = "申请复核"


class NotDone(Dialog):
    """What is not done yet; opened by 没办好 with the case's number filled in."""

    title = "没有办好"
    stopped = "好的，先不退回。办好了请回复“办好了”，没有办好请回复“没办好”。"
    in_menu = False

    words = Ask("哪里没有办好？请说一句，承办单位会看到。", FreeText(at_least=2))

    async def finish(self, desk: FrontDesk) -> Reply:
        """Back to the unit."""
        done = await desk.cases.not_done(str(self.answers["case"]), self.words)
        return Reply(f"案件 {done.number} 已退回，请承办单位重新办理，有结果马上告诉您。")


class Withdraw(Dialog):
    """Whether the reporter really withdraws; opened by 撤销 with the case's number and the reason filled in."""

    title = "撤销"
    stopped = "好的，没有撤回，案件照常办理。"
    in_menu = False

    confirmed = Ask("撤回以后不再办理，也不能恢复。确定撤回吗？", YesNo("确定撤回", "不撤回"))

    async def finish(self, desk: FrontDesk) -> Reply:
        """Withdraw; an urgent hazard goes on without its reporter."""
        if not self.confirmed:
            return Reply(self.stopped)
        done = await desk.cases.cancel(str(self.answers["case"]), str(self.answers.get("reason", "")))
        if done.state is State.CANCELLED:
            return Reply(f"案件 {done.number} 已撤回。")
        why = "涉及安全隐患" if done.priority == "P1" else "还有别的群众在等"
        return Reply(f"案件 {done.number} {why}，会继续处理，不再打扰您。")


class Supply(Dialog):
    """More about a case, or what was asked; opened by 补充 with the case's number and the questions filled in."""

    title = "补充说明"
    stopped = "好的，没有补充。要补充时请回复“补充”。"
    in_menu = False

    words = Ask(
        lambda dialog: dialog.answers.get("asked") or "请说说要补充什么？承办人会看到。",
        FreeText(at_least=1, at_most=500),
    )
    photos = ask_for_photos("有照片也可以发来；没有请回复 0。")

    async def finish(self, desk: FrontDesk) -> Reply:
        """Add it to the case."""
        photos = tuple(f"{desk.address.channel}:{media_id}" for media_id in self.photos)
        return await supplied(desk, str(self.answers["case"]), self.words, photos)


async def supplied(desk: FrontDesk, number: str, words: str, photos: tuple[str, ...]) -> Reply:
    """Add words and pictures to an own case, which goes on where it waited for them. Raises Refusal."""
    done = await desk.cases.supplement(number, words, photos)
    if any(event.action == "supply_info" for _, event in desk.cases.news):
        return Reply(f"谢谢，补充已收到，案件 {done.number} 继续办理。")
    return Reply(f"已补充到案件 {done.number}，承办人会看到。")


class OnceMore(Dialog):
    """What happened again, or why a refusal should be looked at again; `step` is the command that opened it."""

    title = "再次反映"
    stopped = "好的，没有提交。"
    in_menu = False

    words = Ask(
        lambda dialog: "为什么觉得应该受理？" if dialog.answers.get("step") == REVIEW else "现在是什么情况？",
        FreeText(at_least=2),
    )

    async def finish(self, desk: FrontDesk) -> Reply:
        """Do what was said."""
        return await once_more(desk, str(self.answers["case"]), str(self.answers.get("step", "")), self.words)


async def once_more(desk: FrontDesk, number: str, step: str, words: str) -> Reply:
    """What the command `step` does, with its words. Raises Refusal."""
    return await (reviewed if step == REVIEW else reported_again)(desk, number, words)


async def reported_again(desk: FrontDesk, number: str, words: str) -> Reply:
    """The matter is back: the same number is looked at again. Raises Refusal."""
    done = await desk.cases.report_again(number, words)
    return Reply(f"已收到，案件 {done.number} 正在重新审核，编号不变，有结果马上告诉您。")


async def reviewed(desk: FrontDesk, number: str, words: str) -> Reply:
    """Another acceptor looks at the refusal. Raises Refusal."""
    done = await desk.cases.ask_review(number, words)
    return Reply(f"已申请复核，案件 {done.number} 会由另一位受理员重新看，有结果马上告诉您。")
