"""写明理由：命令还缺的那句话，问到了就接着办。"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from cases.errors import Refusal
from dialogs.admin import decisions, handing, refusals, watching
from dialogs.admin.cases import check
from dialogs.engine.answers import FreeText
from dialogs.engine.command import MOST_WORDS, Words
from dialogs.engine.dialog import Ask, Dialog
from dialogs.engine.front_desk import FrontDesk
from dialogs.engine.messages import Reply

WHY = "请写一句理由，相关的人会看到。"


@dataclass(frozen=True)
class Step:
    """What is done once the words are there, and the question that asks for them."""

    run: Callable[..., Awaitable[Reply]]
    question: str = WHY


STEPS: Mapping[str, Step] = {
    "退单": Step(decisions.decide_return),
    "延期": Step(decisions.decide_extension, "为什么不同意延期？承办人会看到。"),
    "改类": Step(decisions.decide_correction, "为什么不同意改类？提出的人会看到。"),
    "改位置": Step(decisions.decide_correction, "为什么不同意改位置？提出的人会看到。"),
    "复核": Step(decisions.decline, "为什么不同意？提出的人会看到。"),
    "核查": Step(check.run, "不通过要写明理由：哪里没有办好？承办人会看到。"),
    "作废": Step(refusals.void.run, "为什么作废：是测试、空白还是广告？"),
    "答复": Step(refusals.answer.run, "依据哪一条、怎么答复？先写依据的名称，空一格，再写答复，群众会看到。"),
    "转出": Step(refusals.transfer_out.run, "对方的编号是多少？后面空一格可以再写说明。"),
    "被退回": Step(refusals.bounce.run, "对方为什么退回？"),
    "撤回派遣": Step(handing.withdraw.run, "为什么撤回派遣？原来的承办人会看到。"),
    "裁定": Step(handing.rule.run, "为什么由它办？请写裁定的理由，相关单位会看到。"),
    "督办": Step(watching.supervise.run, "为什么督办？承办人和分管领导会看到。"),
    "维持": Step(watching.uphold.run, "怎么向群众说明？这些话群众会看到。"),
}


class Reason(Dialog):
    """The words that a command of the office still lacks; opened by it with all else filled in."""

    title = "写明理由"
    stopped = "好的，没有办理。"
    in_menu = False

    words = Ask(lambda reason: reason.step.question, FreeText(at_least=2, at_most=MOST_WORDS))

    @property
    def step(self) -> Step:
        """What the words are for; a step of an earlier release is asked for like any other and refused at the end."""
        return STEPS.get(str(self.answers.get("step")), Step(_gone))

    async def finish(self, desk: FrontDesk) -> Reply:
        """Take the step. Raises Refusal."""
        arguments: dict[str, Any] = dict(self.answers.get("arguments", {}))
        return await self.step.run(desk, **arguments, words=Words(self.words))


async def _gone(*_: object, **__: object) -> Reply:
    raise Refusal("这一步已经变了，请重新发一次命令。发送“帮助”查看能说的话。")
