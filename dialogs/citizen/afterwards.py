"""Two short dialogs about a case that is under way: what is not done yet, and whether to withdraw it."""

from cases.record import State
from dialogs.engine.answers import FreeText, YesNo
from dialogs.engine.dialog import Ask, Dialog
from dialogs.engine.front_desk import FrontDesk
from dialogs.engine.messages import Reply


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
        return Reply(f"案件 {done.number} 涉及安全隐患，网格员会继续处理，不再打扰您。")
