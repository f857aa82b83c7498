"""The WeChat service account's API: tokens, customer-service messages, media."""

from collections.abc import Iterable
from typing import Any

from aiohttp import web

from emulator.calls import body, error, uploaded, words_of
from emulator.desk import Desk
from emulator.media import content_type
from emulator.settings import Phone
from emulator.windows import following, refusal

LONGEST_TEXT = 2048  # bytes; the platform names no figure, user tests found this one
REFUSALS = {
    45015: "response out of time limit or subscription is canceled",
    45047: "out of response count limit",
}


class WeChatApi:
    """Everything below /wechat-api."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self) -> Iterable[web.RouteDef]:
        """The API's routes."""
        root = "/wechat-api/cgi-bin"
        return (
            web.post(f"{root}/stable_token", self.stable_token),
            web.post(f"{root}/message/custom/send", self.send),
            web.get(f"{root}/media/get", self.get_media),
            web.post(f"{root}/media/upload", self.upload),
        )

    async def stable_token(self, request: web.Request) -> web.Response:
        """The account's token: the same while valid, a new one with force_refresh."""
        asked = await body(request)
        accounts = {account.app_id: account for account in self._desk.settings.wechat}
        account = accounts.get(str(asked.get("appid")))
        if account is None:
            return error(40013, "invalid appid")
        if asked.get("secret") != account.app_secret:
            return error(40125, "invalid appsecret")
        if asked.get("grant_type") != "client_credential":
            return error(40002, "invalid grant_type")
        force = asked.get("force_refresh") is True
        token, left = self._desk.wechat_tokens.give(account.name, anew=force)
        return web.json_response({"access_token": token, "expires_in": left})

    async def send(self, request: web.Request) -> web.Response:
        """A customer-service message: text or image, within the window."""
        account = self._account(request)
        if account is None:
            return error(40001, "invalid credential, access_token is invalid or not latest")
        message = await body(request)
        phone = self._desk.phone("wechat", account, str(message.get("touser", "")))
        if phone is None:
            return error(40003, "invalid openid")
        entries = self._desk.history.of(phone.id)
        if not following(entries):
            return error(43004, "require subscribe")
        if shut := refusal(entries, self._desk.now()):
            return error(shut, REFUSALS[shut])
        return self._show(phone, message)

    def _show(self, phone: Phone, message: dict[str, Any]) -> web.Response:
        kind = message.get("msgtype")
        if kind == "text":
            words = words_of(message, "text", "content")
            if not words:
                return error(44004, "empty content")
            if len(words.encode()) > LONGEST_TEXT:
                return error(45002, "content size out of limit")
            self._desk.show_words(phone, words, push=True)
        elif kind == "image":
            media_id = words_of(message, "image", "media_id")
            if self._desk.media.fetch(media_id, self._desk.now()) is None:
                return error(40007, "invalid media_id")
            self._desk.show(phone, "bot", "image", media=media_id, push=True)
        else:
            return error(40008, "invalid message type")
        return error(0, "ok")

    async def get_media(self, request: web.Request) -> web.Response:
        """The bytes of a file, for three days."""
        if self._account(request) is None:
            return error(40001, "invalid credential, access_token is invalid or not latest")
        content = self._desk.media.fetch(request.query.get("media_id", ""), self._desk.now())
        if content is None:
            return error(40007, "invalid media_id")
        return web.Response(body=content, content_type=content_type(content))

    async def upload(self, request: web.Request) -> web.Response:
        """Keep a file for three days."""
        if self._account(request) is None:
            return error(40001, "invalid credential, access_token is invalid or not latest")
        content = await uploaded(request)
        if not content:
            return error(41005, "media data missing")
        now = self._desk.now()
        media_id, kind = self._desk.media.put(content, now), request.query.get("type", "image")
        return web.json_response({"type": kind, "media_id": media_id, "created_at": int(now.timestamp())})

    def _account(self, request: web.Request) -> str | None:
        return self._desk.wechat_tokens.account(request.query.get("access_token", ""))
