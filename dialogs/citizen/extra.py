"""The category's own questions, asked after the number is issued; all of them may be skipped."""

from collections.abc import Sequence
from typing import Any

from dialogs.engine.answers import FreeText
from dialogs.engine.around import Around
from dialogs.engine.dialog import Ask, Dialog
from dialogs.engine.front_desk import FrontDesk
from dialogs.engine.messages import Choice, Content, Reply

SKIP = frozenset({"0", "跳过", "不知道", "不清楚"})
ENOUGH = Choice("不答了")


class Optional(FreeText):
    """Words, or 0 for no answer (kept as '')."""

    def choices(self, around: Around) -> tuple[Choice, ...]:
        """The way out."""
        return (ENOUGH,)

    def read(self, content: Content, before: Any, around: Around) -> str:
        """The words, '' when skipped. Raises NotUnderstood."""
        words = super().read(content, before, around)
        return "" if words in SKIP else words


class ExtraQuestions(Dialog):
    """The questions that the catalogue has for a category; what is answered is added to the case."""

    title = "补充情况"

    def questions(self) -> Sequence[Ask[Any]]:
        """One for each of the category's; none any more once the person has had enough."""
        category = self.around.knowledge.rules.catalogue.get(self.answers.get("category"))
        if category is None or self.answers.get("enough"):
            return ()
        asked = category.extra_questions
        made = []
        for index, question in enumerate(asked):
            ask: Ask[str] = Ask(f"（{index + 1}/{len(asked)}，可选，跳过请回复 0）{question}", Optional(at_most=200))
            ask.name = f"q{index}"
            made.append(ask)
        return made

    def hear(self, content: Content) -> Ask[Any]:
        """As every dialog; 不答了 ends it."""
        ask = super().hear(content)
        if self.answers[ask.name] in ("1", ENOUGH.label):
            del self.answers[ask.name]
            self.answers["enough"] = True
        return ask

    async def finish(self, desk: FrontDesk) -> Reply:
        """Add the answers to the case as a supplement."""
        category = desk.knowledge.rules.catalogue[self.answers["category"]]
        pairs = [(question, self.answers.get(f"q{index}")) for index, question in enumerate(category.extra_questions)]
        lines = [f"{question} {answer}" for question, answer in pairs if answer]
        if not lines:
            return Reply(f"好的，案件 {self.answers['case']} 照常办理。")
        case = await desk.cases.supplement(self.answers["case"], "\n".join(lines))
        return Reply(f"谢谢，已补充到案件 {case.number}。")
