"""Photos as an answer: several messages, until the person says that there are no more."""

from dataclasses import dataclass
from typing import Any

from dialogs.engine.answers import NoAnswer, NotUnderstood
from dialogs.engine.around import Around
from dialogs.engine.dialog import Ask, Dialog
from dialogs.engine.messages import Choice, Content, Photo
from dialogs.engine.words import NOTHING, plain, typed


@dataclass(frozen=True)
class Photos:
    """Up to `at_most` photos, one message each, until the person says that there are no more.

    Kept as {"ids": media ids, "done": whether that is all}.
    """

    at_most: int = 9

    def choices(self, around: Around) -> tuple[Choice, ...]:
        """Nothing is offered; 0 ends it."""
        return ()

    def read(self, content: Content, before: Any, around: Around) -> dict[str, Any]:
        """What is kept with this photo, or with the word that ends it. Raises NotUnderstood."""
        ids = list(before["ids"]) if before else []
        if isinstance(content, Photo):
            if content.media_id not in ids and len(ids) >= self.at_most:
                raise NotUnderstood(f"最多 {self.at_most} 张，已经收满了，这张没有留下。")
            ids = [*dict.fromkeys((*ids, content.media_id))]
            return {"ids": ids, "done": len(ids) >= self.at_most or bool(before and before["done"])}
        if plain(typed(content) or "") in NOTHING:
            return {"ids": ids, "done": True}
        raise NotUnderstood("请发送照片；没有照片请回复 0。")

    def load(self, kept: Any, around: Around) -> tuple[str, ...]:
        """The media ids."""
        if not self.fits(kept, around):
            raise NoAnswer(kept)
        return tuple(kept["ids"])

    def fits(self, kept: Any, around: Around) -> bool:
        """Ids, and whether they are all."""
        return (
            isinstance(kept, dict)
            and isinstance(kept.get("ids"), list)
            and all(isinstance(media, str) for media in kept["ids"])
            and isinstance(kept.get("done"), bool)
        )

    def back(self, kept: Any, around: Around) -> Any:
        """The photos stay; more may come."""
        return {**kept, "done": False}

    def unasked(self, content: Content, around: Around) -> bool:
        """A photo is a photo, whenever it comes."""
        return isinstance(content, Photo)


def ask_for_photos(question: str, at_most: int = 9) -> Ask[tuple[str, ...]]:
    """The question for photos: the first time in those words, then with how many came."""

    def count(dialog: Dialog) -> int:
        kept = dialog.answers.get(ask.name)
        return len(kept["ids"]) if kept else 0

    def words(dialog: Dialog) -> str:
        return f"收到 {count(dialog)} 张照片。还有就接着发，发完请回复 0。" if count(dialog) else question

    ask = Ask(
        words,
        Photos(at_most),
        again=lambda kept: not kept["done"],
        noted=lambda dialog: f"收到 {count(dialog)} 张照片。",
    )
    return ask
