"""What every callback checks before and after a platform's own part: size, query, freshness, patience."""

import asyncio
import hashlib
import json
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime

import aiohttp
from aiohttp import web
from aiohttp.http import HttpProcessingError

from bot.channel import Hear
from bot.envelope import NotGenuine, Unreadable
from bot.tally import Tally
from cases.faults import trace
from dialogs.engine.messages import Incoming, Left, Other, Reply

log = logging.getLogger(__name__)

MOST_BODY = 64 * 1024  # real callbacks are about 1 KB
BODY_SECONDS = 5.0
SKEW_SECONDS = 600
DELIVERIES = 3  # at 0, 5 and 10 s
REPEATS_UNTIL = 7.5  # seconds: by its age a delivery is the second or the third, even with a clock that is 2 s off
MOST_ID = 128
MOST_QUERY = 4096
NOT_KEPT = "系统繁忙，请稍后再发。"
UNANSWERED = 503  # anything but 200 makes the platform deliver again
REASON = web.ResponseKey("reason", str)
"""Under this key an answer that turns a request away carries why, for whoever counts; the platform sees the status."""


class TurnedAway(Exception):
    """The request is answered with `status` and nothing else; `reason` is a short code for the log."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


async def read_body(request: web.Request, seconds: float = BODY_SECONDS) -> bytes:
    """The body, at most 64 KiB of it as it arrives, announced or not, packed or not, within so many `seconds`.

    Raises TurnedAway 413, 408, 400.
    """
    if (request.content_length or 0) > MOST_BODY:
        raise TurnedAway(413, "size")
    try:
        if request.content.is_eof():  # all of it came with the head, as it nearly always does
            return _whole(request.content.read_nowait())
        body = bytearray()
        async with asyncio.timeout(seconds):
            async for piece in request.content.iter_any():
                body += piece
                if len(body) > MOST_BODY:
                    raise TurnedAway(413, "size")
    except TimeoutError:
        raise TurnedAway(408, "slow") from None
    except (aiohttp.ClientError, HttpProcessingError, web.RequestPayloadError):
        raise TurnedAway(400, "body") from None
    return bytes(body)


def _whole(body: bytes) -> bytes:
    """Raises TurnedAway 413."""
    if len(body) > MOST_BODY:
        raise TurnedAway(413, "size")
    return body


def read_query(request: web.Request, *names: str) -> Mapping[str, str]:
    """These parameters, each there once and of a sane length. Raises TurnedAway 400."""
    found: dict[str, str] = {}
    for name in names:
        values = request.query.getall(name, [])
        if len(values) != 1 or not 0 < len(values[0]) <= MOST_QUERY:
            raise TurnedAway(400, f"query {name}")
        found[name] = values[0]
    return found


def check_fresh(timestamp: str, now: datetime) -> None:
    """Raises TurnedAway: 400 if `timestamp` is not a number of seconds, 403 if it is 10 minutes off."""
    if not is_number(timestamp):
        raise TurnedAway(400, "timestamp")
    if abs(now.timestamp() - int(timestamp)) > SKEW_SECONDS:
        raise TurnedAway(403, "skew")


def is_number(text: str) -> bool:
    """Up to 12 plain digits."""
    return text.isascii() and text.isdigit() and len(text) <= 12  # noqa: PLR2004 - seconds until the year 33,000


def checked_user(fields: Mapping[str, str]) -> str:
    """Who sends. Raises TurnedAway 400 if what every message has is missing or absurd."""
    user = fields.get("FromUserName", "")
    if not 0 < len(user) <= MOST_ID or not user.isprintable():
        raise TurnedAway(400, "sender")
    if not fields.get("MsgType") or not is_number(fields.get("CreateTime", "")):
        raise TurnedAway(400, "message")
    return user


DEDUPE_FIELDS = ("FromUserName", "CreateTime")
EVENT_FIELDS = ("Event", "EventKey", "Ticket", "TaskId", "MsgID", "ChangeType", "Latitude", "Longitude")


def dedupe_key(account: str, fields: Mapping[str, str]) -> str:
    """The same for each delivery of a message, and different for others: 40 hex digits.

    MsgId alone collides between people and CreateTime alone between events of one second (field reports), so the key
    is made of the account, the sender, the second, and the message's id or all that tells events apart.
    """
    rest: Iterable[str] = ("MsgId",) if fields.get("MsgId") else EVENT_FIELDS
    parts = [account, *(fields.get(name, "") for name in (*DEDUPE_FIELDS, *rest))]
    return hashlib.sha256(json.dumps(parts).encode("utf-8", "replace")).hexdigest()[:40]


async def hear_out(hear: Hear, incoming: Incoming, sent_at: int, deliveries: Tally) -> Reply | None:
    """What to answer, None for the platform's empty acknowledgement.

    A message that could not be kept, or whose answer is not ready, is left unanswered while the platform will deliver
    it again (raises TurnedAway 503); the last time, what was not kept is said to be so.
    """
    last, silent = is_last(incoming, sent_at, deliveries), needs_no_answer(incoming)
    try:
        reply = await hear(replace(incoming, last=True) if last and not silent else incoming)
    except Exception as fault:  # StoreAway or a bug: the platform must not show 该公众号暂时无法提供服务
        ids = {"channel": incoming.sender.channel, "key": incoming.key}
        log.error("a message was not kept", extra={**ids, "fault": trace(fault)})
        leave_unanswered(last)
        return None if silent else Reply(NOT_KEPT)
    if reply is None and not is_quiet(incoming):
        leave_unanswered(last)
    return reply if reply is not None and (reply.text or reply.choices) else None


def is_last(incoming: Incoming, sent_at: int, deliveries: Tally) -> bool:
    """Count this delivery; whether the platform will make no other.

    The message's age decides where other nodes took some of them, or when the clock is wrong altogether.
    """
    age = abs(incoming.at.timestamp() - sent_at)
    return deliveries.add(incoming.key) >= DELIVERIES or age >= REPEATS_UNTIL


def needs_no_answer(incoming: Incoming) -> bool:
    """Whether nobody waits for words."""
    return isinstance(incoming.content, Left) or is_quiet(incoming)


def is_quiet(incoming: Incoming) -> bool:
    """Whether it says nothing and does nothing: nobody misses it, so the platform need not repeat it."""
    return isinstance(incoming.content, Other) and incoming.content.quiet


def leave_unanswered(last: bool) -> None:
    """Raises TurnedAway 503 unless it is the last delivery."""
    if not last:
        raise TurnedAway(UNANSWERED, "not in time")


Answer = Callable[[web.Request], Awaitable[web.Response]]


def guarded(channel: str, answer: Answer) -> Answer:
    """The same answer, with everything that turns a request away said by its status alone.

    A fault outside of hearing leaves the request unanswered too: the platform delivers it again.
    """

    async def guard(request: web.Request) -> web.Response:
        try:
            return await answer(request)
        except TurnedAway as away:
            status, reason = away.status, away.reason
        except NotGenuine as forged:
            status, reason = 403, str(forged)
        except Unreadable as unreadable:
            status, reason = 400, str(unreadable)
        except Exception as fault:
            log.error("a callback crashed", extra={"channel": channel, "fault": trace(fault)})
            return web.Response(status=UNANSWERED)
        log.warning("callback turned away", extra={"channel": channel, "status": status, "reason": reason})
        answer_without_words = web.Response(status=status)
        answer_without_words[REASON] = reason
        return answer_without_words

    return guard
