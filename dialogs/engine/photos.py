"""Photos as an answer: several messages, until the person says that there are no more."""

from dataclasses import dataclass
from typing import Any

from dialogs.engine.answers import FULL_WIDTH, NONE, NoAnswer, NotUnderstood, typed
from dialogs.engine.around import Around
from dialogs.engine.dialog import Ask, Dialog
from dialogs.engine.messages import Choice, Content, Photo


@dataclass(frozen=True)
class Photos:
    """Up to `at_most` photos, one message each, until the person says that there are no more."""

    at_most: int = 9

    def choices(self, around: Around) -> tuple[Choice, ...]:
        """Nothing is offered; 0 ends it."""
        return ()

    def read(self, content: Content, before: Any, around: Around) -> dict[str, Any]:
        """{"ids": media ids, "done": whether that is all}. Raises NotUnderstood."""
        ids = list(before["ids"]) if before else []
        if isinstance(content, Photo):
            ids = [*ids, content.media_id] if content.media_id not in ids else ids
            done = len(ids) >= self.at_most or bool(before and before["done"])
            return {"ids": ids[: self.at_most], "done": done}
        if (typed(content) or "").translate(FULL_WIDTH) in NONE:
            return {"ids": ids, "done": True}
        raise NotUnderstood("请发送照片；没有照片请回复 0。")

    def load(self, kept: Any, around: Around) -> tuple[str, ...]:
        """The media ids."""
        if not isinstance(kept, dict) or not isinstance(kept.get("ids"), list):
            raise NoAnswer(kept)
        return tuple(kept["ids"])

    def unasked(self, content: Content, around: Around) -> bool:
        """A photo is a photo, whenever it comes."""
        return isinstance(content, Photo)


def ask_for_photos(question: str, at_most: int = 9) -> Ask[tuple[str, ...]]:
    """The question for photos: the first time in those words, then with how many came."""

    def words(dialog: Dialog) -> str:
        kept = dialog.answers.get(ask.name)
        count = len(kept["ids"]) if kept else 0
        return f"收到 {count} 张照片。还有就接着发，发完请回复 0。" if count else question

    ask = Ask(words, Photos(at_most), again=lambda kept: not kept["done"])
    return ask
