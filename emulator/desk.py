"""What both platforms share inside the emulator: settings, clock, chats, media, tokens."""

from datetime import UTC, datetime
from typing import Any

from emulator.history import Entry, History
from emulator.media import MediaShelf
from emulator.settings import EmulatorSettings, Phone
from emulator.tokens import Tokens
from emulator.words import segments


class Desk:
    """The emulator's memory."""

    def __init__(self, settings: EmulatorSettings) -> None:
        path = settings.history_path
        self.settings = settings
        self.history = History(path)
        self.media = MediaShelf(path.parent / f"{path.stem}-media" if path else None)
        self.wechat_tokens = Tokens()
        self.wecom_tokens = Tokens()
        self.phones = {phone.id: phone for phone in settings.phones}

    def now(self) -> datetime:
        """The demo's instant, or the real one."""
        return self.settings.clock.now() if self.settings.clock else datetime.now(UTC)

    def phone(self, platform: str, account: str, user: str) -> Phone | None:
        """The phone that holds that user, WeCom ids without regard to case."""
        wanted = (platform, account, user.lower())
        for phone in self.settings.phones:
            if (phone.platform, phone.account, phone.user.lower()) == wanted:
                return phone
        return None

    def show(self, phone: Phone, side: str, kind: str, **details: Any) -> Entry:
        """Put an entry on a phone, at the instant of now."""
        return self.history.add(phone.id, side, kind, self.now().isoformat(), **details)

    def show_words(self, phone: Phone, words: str, *, push: bool) -> Entry:
        """Put the service's words on a phone; WeChat shows links, WeCom shows the text as it is."""
        pieces = segments(words) if phone.platform == "wechat" else [{"text": words}]
        return self.show(phone, "bot", "text", text=words, pieces=pieces, push=push)
