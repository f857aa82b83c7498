"""What a person can do on a phone, turned into the platforms' messages and events."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import ClientSession

from emulator.callbacks import Callbacks
from emulator.desk import Desk
from emulator.settings import Phone
from emulator.windows import following

VOICE = b"#!AMR\n" + bytes(64)
VIDEO = b"\x00\x00\x00\x18ftypmp42" + bytes(64)


class BadGesture(Exception):
    """The page asked for something no phone can do; the words are for the page."""


Sending = Callable[[], Awaitable[None]]


class Gestures:
    """Shows what the person did and gives back the calls to the service, to be made in order."""

    def __init__(self, desk: Desk, callbacks: Callbacks) -> None:
        self._desk = desk
        self._callbacks = callbacks

    def make(self, session: ClientSession, phone: Phone, wish: dict[str, Any]) -> list[Sending]:
        """Read one wish (`text`, `touch`, `location`, `photo`, `upload`, `follow`, …). Raises BadGesture."""
        if wish.get("follow") or wish.get("unfollow"):
            return [self._follow(session, phone, bool(wish.get("follow")))]
        if isinstance(wish.get("menu"), str):
            self._desk.show(phone, "me", "menu", text=f"[菜单] {wish['menu']}", grant="click")
            return [lambda: self._callbacks.event(session, phone, "CLICK", wish["menu"])]
        kind, fields, shown = self._read(phone, wish)
        sendings: list[Sending] = []
        if phone.platform == "wechat" and not following(self._desk.history.of(phone.id)):
            sendings.append(self._follow(session, phone, True))
        grant = "click" if "touch" in wish else "message"
        self._desk.show(phone, "me", str(shown.pop("kind")), **shown, grant=grant)
        return [*sendings, lambda: self._callbacks.message(session, phone, kind, fields)]

    def _follow(self, session: ClientSession, phone: Phone, joins: bool) -> Sending:
        words = "已关注" if joins else "已取消关注"
        self._desk.show(phone, "note", "follow" if joins else "unfollow", text=words, grant="click" if joins else "")
        event = "subscribe" if joins else "unsubscribe"
        return lambda: self._callbacks.event(session, phone, event)

    def _read(self, phone: Phone, wish: dict[str, Any]) -> tuple[str, dict[str, str], dict[str, Any]]:
        """MsgType, its fields, and what the phone shows."""
        match wish:
            case {"text": str(words)} if words.strip():
                return "text", {"Content": words}, {"kind": "text", "text": words}
            case {"touch": {"content": str(words), "menuid": str(menuid)}} if words:
                fields = {"Content": words} | ({"bizmsgmenuid": menuid} if menuid else {})
                return "text", fields, {"kind": "text", "text": words}
            case {"location": {"lat": float() | int() as lat, "lng": float() | int() as lng, **rest}}:
                label = str(rest.get("label", ""))
                fields = {"Location_X": f"{lat:.6f}", "Location_Y": f"{lng:.6f}", "Scale": "16", "Label": label}
                return "location", fields, {"kind": "location", "text": label, "lat": lat, "lng": lng}
            case {"photo": str(name)}:
                return self._picture(self._sample(phone, name))
            case {"upload": bytes(content)} if content:
                return self._picture(content)
        return self._oddity(wish)

    def _oddity(self, wish: dict[str, Any]) -> tuple[str, dict[str, str], dict[str, Any]]:
        match wish:
            case {"voice": True}:
                media = self._desk.media.put(VOICE, self._desk.now())
                fields = {"MediaId": media, "MediaId16K": media, "Format": "amr"}
                return "voice", fields, {"kind": "text", "text": "[语音] 3″"}
            case {"video": True}:
                media = self._desk.media.put(VIDEO, self._desk.now())
                return "video", {"MediaId": media, "ThumbMediaId": media}, {"kind": "text", "text": "[视频]"}
            case {"link": {"title": str(title), "url": str(url)}}:
                fields = {"Title": title, "Description": "", "Url": url}
                return "link", fields, {"kind": "text", "text": f"[链接] {title}"}
            case {"sticker": True}:
                words = "【收到不支持的消息类型，暂无法显示】"
                return "text", {"Content": words}, {"kind": "text", "text": "[动画表情]"}
        raise BadGesture("手机不会这个动作")

    def _sample(self, phone: Phone, name: str) -> bytes:
        for sample in phone.photos:
            if sample.label == name:
                return sample.content()
        raise BadGesture("没有这张照片")

    def _picture(self, content: bytes) -> tuple[str, dict[str, str], dict[str, Any]]:
        media = self._desk.media.put(content, self._desk.now())
        fields = {"PicUrl": f"{self._desk.settings.public_url}/media/{media}", "MediaId": media}
        return "image", fields, {"kind": "image", "media": media}
