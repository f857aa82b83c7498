"""The category's own questions, asked after the number is issued; all of them may be skipped."""

from collections.abc import Sequence
from typing import Any

from dialogs.engine.answers import FreeText
from dialogs.engine.around import Around
from dialogs.engine.dialog import Ask, Dialog
from dialogs.engine.front_desk import FrontDesk
from dialogs.engine.messages import Content, Photo, Reply
from dialogs.engine.words import NOTHING, plain, typed

SKIP = NOTHING | {"不知道", "不清楚"}
ENOUGH = frozenset({
    "不答了", "不回答", "谢谢", "谢谢你", "谢谢您", "多谢", "好的谢谢", "没事了", "好的没事了", "好的,没事了", "结束",
})  # fmt: skip


class Optional(FreeText):
    """Words, or 0 for no answer (kept as '')."""

    def read(self, content: Content, before: Any, around: Around) -> str:
        """The words, '' when skipped. Raises NotUnderstood."""
        words = super().read(content, before, around)
        return "" if plain(words) in SKIP else words


class ExtraQuestions(Dialog):
    """The questions that the catalogue has for a category; what is answered is added to the case.

    `answers` hold the case's number, the category's code and the version of the rules that it is of, photos that came
    meanwhile, and `enough` once the person has had enough of questions.
    """

    title = "补充情况"
    stopped = "好的，案件照常办理。随时回复编号可查进度。"

    def questions(self) -> Sequence[Ask[Any]]:
        """One for each of the category's; none any more once the person has had enough."""
        if self.answers.get("enough"):
            return ()
        asked = self._asked()
        made = []
        for index, question in enumerate(asked):
            head = f"（{index + 1}/{len(asked)}，可选）{question}\n跳过请回复 0，不想答了请回复“不答了”。"
            ask: Ask[str] = Ask(head, Optional(at_most=200))
            ask.name = f"q{index}"
            made.append(ask)
        return made

    def hear(self, content: Content) -> Ask[Any]:
        """As every dialog; 不答了 ends it, and a photo is kept for the case."""
        asked = self.open_question()
        if isinstance(content, Photo) and asked is not None:
            photos = [*self.answers.get("photos", ()), content.media_id]
            self.answers["photos"] = list(dict.fromkeys(photos))
            kept: Ask[str] = Ask("", Optional(), noted="照片收到，会加到案件里。")
            kept.name = "photos"
            return kept
        if asked is not None and plain(typed(content) or "") in ENOUGH:
            self.answers["enough"] = True
            return asked
        return super().hear(content)

    def _asked(self) -> Sequence[str]:
        rules = self.around.knowledge.rules.as_of(self.answers.get("rules", ""))
        category = rules.catalogue.get(self.answers.get("category"))
        return category.extra_questions if category is not None else ()

    async def finish(self, desk: FrontDesk) -> Reply:
        """Add the answers to the case as a supplement."""
        number = str(self.answers["case"])
        pairs = [(question, self.answers.get(f"q{index}")) for index, question in enumerate(self._asked())]
        lines = [f"{question} {answer}" for question, answer in pairs if answer]
        photos = tuple(f"{desk.address.channel}:{media_id}" for media_id in self.answers.get("photos", ()))
        if not lines and not photos:
            return Reply(f"好的，案件 {number} 照常办理。")
        case = await desk.cases.supplement(number, "\n".join(lines), photos)
        return Reply(f"谢谢，已补充到案件 {case.number}。")
