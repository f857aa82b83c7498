"""The WeCom app's API: tokens, app messages, media."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web

from emulator.calls import body, error, uploaded, words_of
from emulator.desk import Desk
from emulator.media import content_type
from emulator.settings import WeComAccount

LONGEST_TEXT = 2048  # bytes; the rest is cut (developer.work.weixin.qq.com, path/90236)
REPEAT_SECONDS = 1800  # duplicate_check_interval when none is given


class WeComApi:
    """Everything below /wecom-api."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._said: dict[tuple[str, str], datetime] = {}
        self._sent = 0

    def routes(self) -> Iterable[web.RouteDef]:
        """The API's routes."""
        root = "/wecom-api/cgi-bin"
        return (
            web.get(f"{root}/gettoken", self.gettoken),
            web.post(f"{root}/message/send", self.send),
            web.get(f"{root}/media/get", self.get_media),
            web.post(f"{root}/media/upload", self.upload),
        )

    async def gettoken(self, request: web.Request) -> web.Response:
        """The app's token, the same while valid."""
        corp = [one for one in self._desk.settings.wecom if one.corp_id == request.query.get("corpid")]
        if not corp:
            return error(40013, "invalid corpid")
        account = next((one for one in corp if one.secret == request.query.get("corpsecret")), None)
        if account is None:
            return error(40001, "invalid credential")
        token, left = self._desk.wecom_tokens.give(account.name)
        return web.json_response({"errcode": 0, "errmsg": "ok", "access_token": token, "expires_in": left})

    async def send(self, request: web.Request) -> web.Response:
        """An app message to users by id, `|` between them; unknown ones are named with errcode 0."""
        account = self._account(request)
        if account is None:
            return error(40014, "invalid access_token")
        message = await body(request)
        if str(message.get("agentid")) != str(account.agent_id):
            return error(40056, "invalid agentid")
        kind, shown = self._shown(message)
        if not kind:
            return error(40008, "invalid message type")
        if not shown:
            return error(44004 if kind == "text" else 40007, "nothing to send")
        users = [user for user in str(message.get("touser", "")).split("|") if user]
        wrong = [user.lower() for user in users if not self._known(account, user)]
        if len(wrong) == len(users):
            return error(81013, "user & party & tag all invalid")
        if not self._repeated(account, message):
            self._push(account, [user for user in users if user.lower() not in wrong], kind, shown)
        self._sent += 1
        answer = {"errcode": 0, "errmsg": "ok", "msgid": f"msg-{self._sent}"}
        return web.json_response(answer | ({"invaliduser": "|".join(wrong)} if wrong else {}))

    def _repeated(self, account: WeComAccount, message: dict[str, Any]) -> bool:
        """Whether the whole request is one that came within its interval and is not to be shown again."""
        now, key = self._desk.now(), (account.name, json.dumps(message, sort_keys=True))
        interval = timedelta(seconds=int(message.get("duplicate_check_interval") or REPEAT_SECONDS))
        last = self._said.get(key)
        if message.get("enable_duplicate_check") == 1 and last is not None and now - last < interval:
            return True
        self._said[key] = now
        return False

    def _shown(self, message: dict[str, Any]) -> tuple[str, str]:
        """What a phone shows: text and its words, or image and its id; ('', '') for other kinds."""
        kind = message.get("msgtype")
        if kind in ("text", "markdown"):
            words = words_of(message, str(kind), "content").encode()[:LONGEST_TEXT]
            return "text", words.decode(errors="ignore")
        if kind == "textcard":
            return "text", "\n".join(words_of(message, "textcard", name) for name in ("title", "description"))
        if kind == "image":
            media_id = words_of(message, "image", "media_id")
            alive = self._desk.media.fetch(media_id, self._desk.now()) is not None
            return "image", media_id if alive else ""
        return "", ""

    def _known(self, account: WeComAccount, user: str) -> bool:
        extra = {one.lower() for one in self._desk.settings.wecom_extra_users}
        return self._desk.phone("wecom", account.name, user) is not None or user.lower() in extra

    def _push(self, account: WeComAccount, users: Sequence[str], kind: str, shown: str) -> None:
        for user in users:
            phone = self._desk.phone("wecom", account.name, user)
            if phone is not None and kind == "text":
                self._desk.show_words(phone, shown, push=True)
            elif phone is not None:
                self._desk.show(phone, "bot", "image", media=shown, push=True)

    async def get_media(self, request: web.Request) -> web.Response:
        """The bytes of a file, for three days."""
        if self._account(request) is None:
            return error(40014, "invalid access_token")
        content = self._desk.media.fetch(request.query.get("media_id", ""), self._desk.now())
        if content is None:
            return error(40007, "invalid media_id")
        return web.Response(body=content, content_type=content_type(content))

    async def upload(self, request: web.Request) -> web.Response:
        """Keep a file for three days."""
        if self._account(request) is None:
            return error(40014, "invalid access_token")
        content = await uploaded(request)
        if not content:
            return error(44001, "empty media data")
        now = self._desk.now()
        kept = {"type": request.query.get("type", "image"), "created_at": str(int(now.timestamp()))}
        media_id = self._desk.media.put(content, now)
        return web.json_response({"errcode": 0, "errmsg": "ok", "media_id": media_id} | kept)

    def _account(self, request: web.Request) -> WeComAccount | None:
        name = self._desk.wecom_tokens.account(request.query.get("access_token", ""))
        return next((one for one in self._desk.settings.wecom if one.name == name), None)
