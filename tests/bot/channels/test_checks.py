"""What is not proven to come from the platform is turned away, in a fixed order, before it can cost anything."""

import asyncio
import gzip
import logging
from collections.abc import AsyncIterator, Callable

import pytest
from aiohttp import web

from bot.callback import MOST_BODY, SKEW_SECONDS, TurnedAway, read_body
from dialogs.engine.messages import Text
from tests.bot.channels.accounts import HELLO, NONCE, PLAIN, SEALED, SIDES, WECOM, Query, Side, sha1
from tests.bot.channels.door import Answered, Door

Change = Callable[[Query, bytes], tuple[Query, bytes]]


def without(*names: str) -> Change:
    return lambda query, body: ({name: query[name] for name in query if name not in names}, body)


def having(**values: str) -> Change:
    return lambda query, body: ({**query, **values}, body)


def saying(body: bytes) -> Change:
    return lambda query, _: (query, body)


def both(*changes: Change) -> Change:
    def change(query: Query, body: bytes) -> tuple[Query, bytes]:
        for one in changes:
            query, body = one(query, body)
        return query, body

    return change


def reason_in(caplog: pytest.LogCaptureFixture) -> str:
    return str([record.__dict__["reason"] for record in caplog.records if record.name == "bot.callback"][-1])


async def turned_away(door: Door, change: Change) -> int:
    answered = await door.post(*change(*door.callback(HELLO)))
    assert door.listener.heard == []
    assert answered.body == b""
    return answered.status


BIG = saying(b"x" * (MOST_BODY + 1))
STALE = having(timestamp="1000000000")
FORGED = having(signature="0" * 40, msg_signature="0" * 40)
SHARED = [
    (both(BIG, without("timestamp"), FORGED), 413, "size"),
    (both(without("timestamp"), FORGED), 400, "query timestamp"),
    (both(without("nonce"), FORGED), 400, "query nonce"),
    (both(having(nonce=""), FORGED), 400, "query nonce"),
    (both(having(nonce="9" * 4097), FORGED), 400, "query nonce"),
    (both(having(timestamp="soon"), FORGED), 400, "timestamp"),
    (both(having(timestamp="１７７２５１０４００"), FORGED), 400, "timestamp"),
    (both(having(timestamp="-1772510400"), FORGED), 400, "timestamp"),
    (both(STALE, FORGED, saying(b"no xml")), 403, "skew"),
]
WECHAT = [
    (both(without("signature"), FORGED, without("signature")), 400, "query signature"),
    (both(FORGED, saying(b"no xml")), 403, "signature"),
    (both(having(nonce="other"), saying(b"no xml")), 403, "signature"),
]
KEYED = [
    (both(without("encrypt_type"), saying(b"no xml")), 403, "not encrypted"),
    (both(having(encrypt_type="raw"), saying(b"no xml")), 403, "not encrypted"),
    (both(without("msg_signature"), saying(b"no xml")), 403, "not encrypted"),
    (both(having(msg_signature=""), saying(b"no xml")), 400, "query msg_signature"),
    (saying(b"no xml"), 400, "syntax"),
    (saying(b"<xml><Encrypt>no base64</Encrypt></xml>"), 403, "message signature"),
    (saying(b"<xml><MsgType>text</MsgType></xml>"), 403, "message signature"),
    (having(msg_signature="0" * 40), 403, "message signature"),
]
WECOMS = [
    (without("msg_signature"), 400, "query msg_signature"),
    (saying(b"no xml"), 400, "syntax"),
    (saying(b"<xml><Encrypt>no base64</Encrypt></xml>"), 403, "message signature"),
    (FORGED, 403, "message signature"),
]
PLAINS = [
    (saying(b"no xml"), 400, "syntax"),
    (having(encrypt_type="aes"), 403, "encrypted, but no key is set"),
]
ROWS = {"wechat sealed": SHARED + WECHAT + KEYED, "wechat plain": SHARED + WECHAT + PLAINS, "wecom": SHARED + WECOMS}
CASES = [pytest.param(account, *row, id=f"{account}: {row[2]}") for account, rows in ROWS.items() for row in rows]


@pytest.mark.parametrize(("account", "change", "status", "reason"), CASES)
async def test_the_first_thing_wrong_decides(
    account: str, change: Change, status: int, reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with Door(SIDES[account]) as door:
        assert await turned_away(door, change) == status
    assert reason_in(caplog) == reason


async def test_a_genuine_message_passes_all_checks(door: Door) -> None:
    assert (await door.say(HELLO)).status == 200
    assert len(door.listener.heard) == 1


@pytest.mark.parametrize(("skew", "status"), [(SKEW_SECONDS, 200), (SKEW_SECONDS + 1, 403)])
@pytest.mark.parametrize("direction", [1, -1])
async def test_ten_minutes_of_skew_are_allowed_and_no_more(door: Door, skew: int, status: int, direction: int) -> None:
    query, body = door.callback(HELLO)
    door.clock.advance(direction * skew)
    assert (await door.post(query, body)).status == status


@pytest.mark.parametrize("parameter", ["timestamp", "nonce"])
async def test_a_parameter_given_twice_is_refused(door: Door, parameter: str) -> None:
    query, body = door.callback(HELLO)
    pairs = [*query.items(), (parameter, query[parameter])]
    answered = await door.post("&".join(f"{name}={value}" for name, value in pairs), body)
    assert (answered.status, door.listener.heard) == (400, [])


@pytest.mark.parametrize("missing", ["MsgType", "CreateTime", "FromUserName"])
async def test_a_proven_message_without_what_all_messages_have_is_refused(door: Door, missing: str) -> None:
    query, body = door.callback({**HELLO, missing: ""})
    assert (await door.post(query, body)).status == 400
    assert door.listener.heard == []


@pytest.mark.parametrize("sender", ["l" * 129, "li\x85wang", "li\nwang"])
async def test_a_sender_with_an_absurd_name_is_refused(door: Door, sender: str) -> None:
    assert (await door.say({**HELLO, "FromUserName": sender})).status == 400


@pytest.mark.parametrize("side", [SEALED, WECOM], ids=["wechat", "wecom"])
async def test_a_message_sealed_for_another_receiver_is_refused(side: Side, caplog: pytest.LogCaptureFixture) -> None:
    async with Door(side) as door:
        other = Side(side.kind, side.path, "wx0000000000000000")
        answered = await door.post(*other.callback(other.xml(HELLO, door.clock), door.clock))
        assert (answered.status, door.listener.heard) == (403, [])
    assert reason_in(caplog) == "receiver"


@pytest.mark.parametrize("fields", [{"AgentID": "1000003"}, {"ToUserName": "ww0000000000000000"}])
async def test_a_message_for_another_app_of_the_corporation_is_refused(fields: dict[str, str]) -> None:
    async with Door(WECOM) as door:
        assert (await door.say({**HELLO, "AgentID": "1000002", **fields})).status == 403
        assert (await door.say({**HELLO, "AgentID": "1000002"})).status == 200


async def test_a_plain_message_with_a_captured_signature_is_refused_where_a_key_is_set() -> None:
    async with Door(SEALED) as door:
        query, body = PLAIN.callback(PLAIN.xml(HELLO, door.clock), door.clock)
        assert (await door.post(query, body)).status == 403
        assert (await door.post({**query, "encrypt_type": "aes", "msg_signature": "0" * 40}, body)).status == 403
        assert door.listener.heard == []


async def test_of_a_message_both_plain_and_sealed_only_the_sealed_part_is_read() -> None:
    async with Door(SEALED) as door:
        query, body = door.callback(HELLO)
        forged = b"<FromUserName>wang</FromUserName><MsgType>text</MsgType><Content>forged</Content></xml>"
        assert (await door.post(query, body.replace(b"</xml>", forged))).status == 200
        (heard,) = door.listener.heard
    assert (heard.sender.user, heard.content) == ("li", Text(HELLO["Content"]))


async def test_a_body_without_announced_length_is_counted_as_it_arrives(door: Door) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(3):
            yield b"x" * (MOST_BODY // 2)

    query, _ = door.callback(HELLO)
    assert (await door.post(query, pieces())).status == 413


async def raw(door: Door, head: str, body: bytes = b"") -> bytes:
    """The status line that answers these bytes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", door.port)
    writer.write(f"POST {door.side.path} HTTP/1.1\r\nHost: gridbell\r\n{head}\r\n\r\n".encode() + body)
    line = await reader.readline()
    writer.close()
    await writer.wait_closed()
    return line


async def test_an_announced_size_is_refused_before_any_of_it_is_read(door: Door) -> None:
    assert b" 413 " in await raw(door, f"Content-Length: {MOST_BODY + 1}")


async def test_a_packed_bomb_is_counted_unpacked(door: Door) -> None:
    bomb = gzip.compress(b"x" * 5_000_000)
    assert b" 413 " in await raw(door, f"Content-Encoding: gzip\r\nContent-Length: {len(bomb)}", bomb)


async def test_a_body_that_is_not_what_it_says_is_refused(door: Door) -> None:
    assert b" 400 " in await raw(door, "Content-Encoding: gzip\r\nContent-Length: 7", b"no gzip")
    assert b" 400 " in await raw(door, "Transfer-Encoding: chunked", b"zz\r\nhello\r\n")


async def test_a_body_that_does_not_come_is_not_waited_for() -> None:
    seen: list[TurnedAway] = []

    async def impatient(request: web.Request) -> web.Response:
        with pytest.raises(TurnedAway) as away:
            await read_body(request, seconds=0.01)
        seen.append(away.value)
        return web.Response(status=away.value.status)

    app = web.Application()
    app.router.add_post("/", impatient)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    reader, writer = await asyncio.open_connection("127.0.0.1", runner.addresses[0][1])
    writer.write(b"POST / HTTP/1.1\r\nHost: gridbell\r\nContent-Length: 100\r\n\r\nhalf")
    assert b" 408 " in await reader.readline()
    writer.close()
    await writer.wait_closed()
    await runner.cleanup()
    assert [away.reason for away in seen] == ["slow"]


async def test_only_the_platforms_two_methods_are_served(door: Door) -> None:
    for method in ("HEAD", "PUT", "DELETE"):
        reader, writer = await asyncio.open_connection("127.0.0.1", door.port)
        writer.write(f"{method} {door.side.path} HTTP/1.1\r\nHost: gridbell\r\nConnection: close\r\n\r\n".encode())
        assert b" 405 " in await reader.readline()
        writer.close()
        await writer.wait_closed()


async def test_another_accounts_address_is_nobodys(door: Door) -> None:
    assert (await door.get(door.side.handshake(door.clock), door.side.path + "2")).status == 404


async def asked(door: Door, change: Change) -> Answered:
    query, _ = change(door.side.handshake(door.clock), b"")
    return await door.get(query)


async def test_the_address_is_proven_ours_by_the_bare_words_that_were_sent(door: Door) -> None:
    answered = await asked(door, having())
    assert (answered.status, answered.body, answered.content_type) == (200, b"1616140317555161061", "text/plain")


@pytest.mark.parametrize(
    ("change", "status"),
    [
        (without("echostr"), 400),
        (without("timestamp"), 400),
        (without("signature", "msg_signature"), 400),
        (STALE, 403),
        (having(nonce="other"), 403),
        (FORGED, 403),
    ],
)
async def test_the_address_is_proven_to_nobody_else(door: Door, change: Change, status: int) -> None:
    answered = await asked(door, change)
    assert (answered.status, answered.body) == (status, b"")


async def test_words_that_are_not_unicode_prove_nothing_and_break_nothing() -> None:
    async with Door(PLAIN) as door:
        stamp = str(int(door.clock().timestamp()))
        query = f"signature={sha1('callback-token', stamp, NONCE)}&timestamp={stamp}&nonce={NONCE}&echostr=%FF%C3"
        assert (await door.get(query)).status == 200


async def test_the_log_tells_why_and_nothing_of_the_message(door: Door, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    query, body = door.callback(HELLO)
    await door.post({**query, "nonce": "other"}, body)
    logged = " ".join(str(record.__dict__) for record in caplog.records if record.name.startswith("bot"))
    assert "callback turned away" in logged
    assert not any(secret in logged for secret in ("路灯", "callback-token", "li'", query["timestamp"]))
