"""A platform's API over aiohttp: one token, one refresh when it fails, and every error code said as NotSent.

wechatpy's builders make the messages' bodies (`Posting`), but its client does not send them: it is synchronous, and a
platform that goes on answering 40001 makes it fetch tokens until the recursion limit.
"""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import aiohttp

from bot.channel import File, NotSent
from bot.tokens import Token, TokenStore

T = TypeVar("T")

CHINA = ZoneInfo("Asia/Shanghai")
QUOTA_RETURNS = time(0, 5)  # daily quotas start anew at midnight; 5 minutes for their clocks and ours
HTTP_TIMEOUT = 10.0
MOST_MEDIA_BYTES = 20 * 1024 * 1024  # WeCom's largest file
SOON = 5.0
MINUTE = 60.0
MENDING = 600.0  # until an admin has mended the account
HTTP_OK = 200
HTTP_BROKEN = 500
EXTENSIONS = {"image/jpeg": "jpg", "image/png": "png", "image/gif": "gif", "video/mp4": "mp4", "audio/amr": "amr"}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an error code means for the message: see NotSent; `tomorrow` waits for 00:05 in China."""

    again: float | None = None
    held: bool = False
    account: bool = False
    tomorrow: bool = False


PERMANENT = Verdict()
BUSY = Verdict(again=SOON)
CROWDED = Verdict(again=MINUTE, account=True)
HELD = Verdict(held=True)
ACCOUNT = Verdict(again=MENDING, account=True)
TOMORROW = Verdict(account=True, tomorrow=True)


@dataclass(frozen=True, slots=True)
class Request:
    """One call: `path` below the API's base."""

    method: str
    path: str
    params: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a platform gives tokens and what its codes mean; a code that is not listed is permanent.

    `token_request` takes whether to force a new token (only where `can_force`).
    """

    token_request: Callable[[bool], Request]
    can_force: bool
    stale: frozenset[int]
    verdicts: Mapping[int, Verdict]


class Refused(Exception):
    """The platform answered with this errcode."""

    def __init__(self, code: int) -> None:
        super().__init__(str(code))
        self.code = code


def next_quota(now: datetime) -> float:
    """Seconds from `now` (aware) until 00:05 of the next day in China."""
    local = now.astimezone(CHINA)
    return (datetime.combine(local.date() + timedelta(days=1), QUOTA_RETURNS, CHINA) - local).total_seconds()


class PlatformApi:
    """One account's API. `identity` names the account in the token store; `base` is the API's root address.

    A call that has not ended after `timeout` seconds is given up.
    """

    def __init__(
        self,
        identity: str,
        base: str,
        dialect: Dialect,
        tokens: TokenStore,
        clock: Callable[[], datetime],
        *,
        timeout: float = HTTP_TIMEOUT,
    ) -> None:
        self._identity = identity
        self._base = base.rstrip("/")
        self._dialect = dialect
        self._tokens = tokens
        self._clock = clock
        self._timeout = aiohttp.ClientTimeout(total=timeout)
        self._session: aiohttp.ClientSession | None = None

    async def post(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Post JSON with the account's token. Raises NotSent."""
        return await self._with_token(lambda token: self._json(Request("POST", path, {"access_token": token}, body)))

    async def upload(self, path: str, kind: str, file: File) -> str:
        """Upload a temporary file (kept 3 days there); its media id. Raises NotSent.

        A fault of the account's that this call meets says nothing about texts: uploads have a quota of their own.
        """

        async def attempt(token: str) -> dict[str, Any]:
            form = aiohttp.FormData()
            name = f"{kind}.{EXTENSIONS.get(file.content_type, 'bin')}"
            form.add_field("media", file.content, filename=name, content_type=file.content_type)
            return await self._json(Request("POST", path, {"access_token": token, "type": kind}), form)

        answer = await self._with_token(attempt, pictures=True)
        media = answer.get("media_id")
        if not isinstance(media, str) or not media:
            raise NotSent("no-media-id", again=SOON)
        return media

    async def download(self, path: str, media_id: str) -> File:
        """Fetch a file of at most 20 MB. Raises NotSent."""
        return await self._with_token(
            lambda token: self._file(Request("GET", path, {"access_token": token, "media_id": media_id}))
        )

    async def download_from(self, address: str) -> File:
        """Fetch what the platform said lies at that address, by https unless it is below the base. Raises NotSent."""
        path = address.removeprefix(self._base)
        if path.startswith("http://"):
            path = "https://" + path.removeprefix("http://")
        try:
            return await self._file(Request("GET", path))
        except Refused as refused:
            raise self._verdict(refused.code) from None

    async def new_token(self, *, force: bool = False) -> Token:
        """Ask for a token, past the store. Raises NotSent."""
        try:
            answer = await self._json(self._dialect.token_request(force))
            return Token(str(answer["access_token"]), float(answer["expires_in"]))
        except Refused as refused:
            raise self._token_verdict(refused.code) from None
        except (KeyError, TypeError, ValueError):
            raise NotSent("no-token", again=MINUTE) from None

    async def close(self) -> None:
        """Give back connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _ask(self, failing: str | None) -> Token:
        token = await self.new_token()
        if token.value != failing or not self._dialect.can_force or not await self._tokens.may_force(self._identity):
            return token
        return await self.new_token(force=True)

    async def _with_token(self, attempt: Callable[[str], Awaitable[T]], *, pictures: bool = False) -> T:
        """Make the call; if its token failed, once more with another one, and never a third time. `pictures`: only they
        are concerned by what the platform says."""
        token = await self._tokens.get(self._identity, self._ask)
        try:
            return await attempt(token)
        except Refused as refused:
            if refused.code not in self._dialect.stale:
                raise self._verdict(refused.code, pictures) from None
            code = refused.code
        newer = await self._tokens.get(self._identity, self._ask, failing=token)
        if newer == token:
            raise self._verdict(code)
        try:
            return await attempt(newer)
        except Refused as refused:
            raise self._verdict(refused.code, pictures) from None

    def _token_verdict(self, code: int) -> NotSent:
        """No token: whatever is not said to pass by itself is a fault of the account, 40001 (bad secret) too."""
        verdict = self._dialect.verdicts.get(code, PERMANENT)
        return self._said(code, ACCOUNT if code in self._dialect.stale or verdict == PERMANENT else verdict)

    def _verdict(self, code: int, pictures: bool = False) -> NotSent:
        stale = code in self._dialect.stale
        return self._said(code, CROWDED if stale else self._dialect.verdicts.get(code, PERMANENT), pictures)

    def _said(self, code: int, verdict: Verdict, pictures: bool = False) -> NotSent:
        again = next_quota(self._clock()) if verdict.tomorrow else verdict.again
        account = verdict.account
        return NotSent(str(code), again=again, held=verdict.held, account=account, pictures=account and pictures)

    async def _json(self, request: Request, form: aiohttp.FormData | None = None) -> dict[str, Any]:
        return answer_of(await self._file(request, form))

    async def _file(self, request: Request, form: aiohttp.FormData | None = None) -> File:
        """The answer's bytes. Addresses carry tokens, so no error of aiohttp is let out or chained."""
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=self._timeout)
        body: bytes | aiohttp.FormData | None = form
        headers: dict[str, str] = {}
        if request.body is not None:  # 40033: the platform does not take \uXXXX
            body = json.dumps(request.body, ensure_ascii=False).encode("utf-8", "replace")
            headers["Content-Type"] = "application/json"
        address = request.path if request.path.startswith("https://") else self._base + request.path
        try:
            async with self._session.request(
                request.method, address, params=request.params, data=body, headers=headers, allow_redirects=False
            ) as response:
                return await whole(response)
        except TimeoutError:
            raise NotSent("timeout", again=SOON) from None
        except (aiohttp.ClientError, OSError):
            raise NotSent("unreachable", again=SOON) from None


class Posting:
    """The client that wechatpy's request builders are given: they make path and body, our own API makes the call.

    Their methods return what `post` returns: a coroutine for the platform's answer, which raises NotSent.
    """

    def __init__(self, api: PlatformApi) -> None:
        self._api = api

    def post(self, path: str, *, data: Mapping[str, Any]) -> Awaitable[dict[str, Any]]:
        """Post the body to that path below /cgi-bin."""
        return self._api.post(f"/cgi-bin/{path}", data)


async def whole(response: aiohttp.ClientResponse) -> File:
    """The body within bounds. Raises NotSent for other answers than 200, Refused for an errcode in JSON."""
    if response.status != HTTP_OK:
        raise NotSent(f"http-{response.status}", again=SOON if response.status >= HTTP_BROKEN else MINUTE)
    content = bytearray()
    async for piece in response.content.iter_chunked(64 * 1024):
        content += piece
        if len(content) > MOST_MEDIA_BYTES:
            raise NotSent("too-big")
    file = File(bytes(content), response.content_type)
    if speaks(file):
        answer_of(file)
    return file


def speaks(file: File) -> bool:
    """Whether it is words of the platform's instead of a person's file: types are named loosely, but no photo,
    recording or video begins with a brace."""
    return file.content_type in {"application/json", "text/plain"} or file.content.startswith(b"{")


def answer_of(file: File) -> dict[str, Any]:
    """The answer as JSON, whatever type it claims (text/plain is common). Raises Refused, NotSent."""
    try:
        answer = json.loads(file.content)
        code = int(answer.get("errcode", 0))
    except (ValueError, TypeError, AttributeError, RecursionError):
        raise NotSent("unreadable", again=SOON) from None
    if code:
        raise Refused(code)
    return dict(answer)
