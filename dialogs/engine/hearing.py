"""How one message is heard: a talk and a content in, a talk and a reply or a wish out; pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from cases.errors import Refusal
from dialogs.engine.answers import NotUnderstood
from dialogs.engine.conversation import Running
from dialogs.engine.dialog import Dialog
from dialogs.engine.heard import Call, Human, Relay
from dialogs.engine.meaning import STAY, meant
from dialogs.engine.messages import Content, Joined, Kept, Other, Pressed, Reply, Text
from dialogs.engine.speaking import ANEW, CANCEL, GO_ON, HUMAN, MENU, Speaking, Step, put, unreadable
from dialogs.engine.words import chosen, even, parted, plain, typed

MISSED_BEFORE_OFFERING = 2
WHOLE_NUMBER = re.compile(r"[A-Za-z]{1,6}\d{6}-\d{4,}")
LAST_DIGITS = re.compile(r"\d{4,10}")
HELP = ("帮助", "help")
CALLS_A_PERSON = frozenset({"人工", "转人工", "找人工", "人工服务", "人工客服", "转接人工"})
WELCOMING = frozenset({"你好", "您好", "在吗", "有人吗", "hi", "hello", "嗨"})
LAPSED = "上次的填写已超过 24 小时，没有保留，请重新填写。"
NOTHING_OPEN = "现在没有正在填写的内容。要做什么，请回复“菜单”。"


@dataclass(frozen=True)
class Hearing(Speaking):
    """One message being heard."""

    def hear(self, content: Content, pushes: Sequence[Kept] = ()) -> Step:
        """Hear the content; `pushes` are sent messages whose choices are open."""
        match content:
            case Joined():
                return self.menu()
            case Other(_, quiet=True):
                return Step(self.talk)
            case Other():
                return self.aside(Reply("这种消息我还看不懂，请改用文字、照片或定位告诉我。", (MENU, HUMAN)))
            case Pressed(key):
                content = Text(key)
        meaning = meant(self.talk, content, pushes)
        if meaning.ask is not None:
            return self._offering(meaning.ask)
        step = self._step(meaning.content, pushes)
        return replace(step, used=meaning.used) if meaning.used else step

    def _step(self, content: Content, pushes: Sequence[Kept]) -> Step:
        words = even(typed(content) or "")
        fresh = self._with(self.talk.understood())
        return (
            fresh._everywhere(plain(words))
            or fresh._with_draft(words)
            or fresh._called(typed(content) or "")
            or fresh._by_number(words, WHOLE_NUMBER)
            or self._answer(content)
            or fresh._named(words)
            or fresh._relayed()
            or fresh._by_number(words, LAST_DIGITS)
            or fresh._friendly(plain(words))
            or fresh._begin_with(content, pushes)
            or self._lost(content)
        )

    def _everywhere(self, words: str) -> Step | None:
        if (helped := self._helped(words)) is not None:
            return helped
        match words:
            case "菜单":
                return self._with(self.talk.set_aside()).menu()
            case "取消":
                return self._cancel()
            case "返回":
                return self._back()
            case _ if words in CALLS_A_PERSON:
                return Step(replace(self.talk.set_aside(), relayed=self.now, offers=()), wish=Human())
        return None

    def _helped(self, words: str) -> Step | None:
        if not words.startswith(HELP):  # nearly always, and much sooner seen
            return None
        first, rest = parted(words)
        told = self.programme.explained(rest, self.caller) if rest else self.programme.help(self.caller)
        return self.aside(Reply(told, (MENU,))) if first in HELP and told else None

    def _with_draft(self, words: str) -> Step | None:
        if words not in (STAY.words, GO_ON.words, GO_ON.label, ANEW.words):
            return None
        running = self._dialog(self.talk.running)
        if words == ANEW.words:
            return self._anew()
        if running is not None:
            return self._next(running)
        for index, draft in enumerate(self.talk.drafts):
            dialog = self._dialog(draft)
            if dialog is not None:
                rest = self.talk.drafts[:index] + self.talk.drafts[index + 1 :]
                talk = replace(self.talk, running=draft, drafts=rest)
                return self._with(talk)._next(dialog, "好的，接着上次的填。")
        if self.talk.relayed and not self.talk.lapsed:
            return None
        return self._offering(Reply(LAPSED if self.talk.lapsed else NOTHING_OPEN, (MENU,)))

    def _anew(self) -> Step | None:
        """Begin again: the running dialog, which is kept as a draft, else the newest draft, which is not."""
        running, drafts = self.talk.running, self.talk.drafts
        if running is not None:
            return self._with(self.talk.set_aside()).open(running.dialog) if self._has_name(running) else None
        if not drafts or not self._has_name(drafts[0]):
            return None
        return self._with(replace(self.talk, drafts=drafts[1:])).open(drafts[0].dialog)

    def _has_name(self, running: Running) -> bool:
        """Whether people open it by a word; others follow a command, and cannot begin without what it filled in."""
        dialog = self._dialog(running)
        return dialog is not None and bool(dialog.opens_with)

    def _called(self, words: str) -> Step | None:
        called = self.programme.called_by(words, self.caller)
        if called is None:
            return None
        try:
            return Step(self.talk, wish=Call(called[0], called[0].read(called[1])))
        except Refusal as refusal:
            return self.aside(Reply(refusal.words))

    def _answer(self, content: Content) -> Step | None:
        """The running dialog's hearing. Words that open a dialog do so unless they are one of the choices here."""
        dialog = self._dialog(self.talk.running)
        if dialog is None or self._opens_another(dialog, typed(content) or ""):
            return None
        if (told := unreadable(content)) is not None:
            return self.aside(Reply(told))
        asked = dialog.open_question()
        try:
            answered = dialog.hear(content)
        except NotUnderstood as missed:
            return self._missed(dialog, missed.hint)
        unasked = asked is not None and answered.name != asked.name
        return self._with(self.talk.understood())._next(dialog, answered.note(dialog) if unasked else "")

    def _opens_another(self, dialog: Dialog, words: str) -> bool:
        opened = self.programme.opened_by(words, self.caller)
        if opened is None or opened[1]:
            return False
        question = dialog.put()
        return question is None or chosen(words, question.choices) is None

    def _missed(self, dialog: Dialog, hint: str) -> Step:
        talk = replace(self.talk, missed=self.talk.missed + 1, offers=())
        if talk.missed < MISSED_BEFORE_OFFERING:
            return Step(talk, put(dialog, hint))
        return self._with(talk)._offering(put(dialog, hint, (HUMAN, CANCEL)))

    def _named(self, words: str) -> Step | None:
        opened = self.programme.opened_by(words, self.caller)
        if opened is None:
            return None
        name, said = opened
        talk = self.talk.set_aside()
        if not said and talk.drafts and talk.drafts[0].dialog == name:
            return self._with(talk)._offering(Reply("继续上次的填写？", (GO_ON, ANEW)))
        return self._with(talk).open(name, said)

    def _by_number(self, words: str, pattern: re.Pattern[str]) -> Step | None:
        """A case number alone asks how that case stands; its last digits do while no question is open."""
        command = self.programme.by_number(self.caller)
        running = self.talk.running is not None and pattern is LAST_DIGITS
        if command is None or running or not pattern.fullmatch(words):
            return None
        return Step(self.talk, wish=Call(command, {"case": words.upper()}))

    def _relayed(self) -> Step | None:
        return Step(replace(self.talk, relayed=self.now, offers=()), wish=Relay()) if self.talk.relayed else None

    def _friendly(self, words: str) -> Step | None:
        if words in WELCOMING:
            return self.menu()
        friendly = self.programme.small_talks(words)
        return self._offering(Reply(friendly, (MENU,))) if friendly is not None else None

    def _begin_with(self, content: Content, pushes: Sequence[Kept]) -> Step | None:
        name = self.programme.begins(content, self.knowledge)
        if name is None or self.talk.running is not None:
            return None
        instead = self.programme.instead(content, pushes)
        if instead is not None:
            return self._offering(instead)
        return self.open(name, [content])

    def _lost(self, content: Content) -> Step:
        before = LAPSED if self.talk.lapsed else unreadable(content) or "抱歉，我没看懂。"
        step = self._with(replace(self.talk, missed=self.talk.missed + 1)).menu(before)
        choices = step.reply.choices if step.reply else ()
        if step.reply is None or step.talk.missed < MISSED_BEFORE_OFFERING or HUMAN.words in [c.words for c in choices]:
            return step
        return self._with(step.talk)._offering(Reply(step.reply.text, (*choices, HUMAN)))

    def _cancel(self) -> Step:
        running = self._dialog(self.talk.running)
        if running is None:
            return self._offering(Reply(NOTHING_OPEN, (MENU,)))
        if running.stopped:
            return self._with(replace(self.talk, running=None))._offering(Reply(running.stopped, (MENU,)))
        reply = Reply("好的，已停下，没有提交。24 小时内回复“继续”可以接着填。", (GO_ON, MENU))
        return self._with(self.talk.set_aside())._offering(reply)

    def _back(self) -> Step:
        dialog = self._dialog(self.talk.running)
        if dialog is None:
            return self._offering(Reply("已经在最外面了。要做什么，请回复“菜单”。", (MENU,)))
        if not dialog.go_back():
            return Step(self.talk, put(dialog, "已经是第一个问题了。"))
        return self._next(dialog)
