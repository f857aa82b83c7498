"""The fetching of files: kept whole, in their place, for as long as the platform has them."""

import asyncio
import hashlib
import logging
from datetime import timedelta

import pytest

from bot.channel import File, NotSent
from bot.media import FETCH_SECONDS, LEASE
from dialogs.engine.deliveries import KeptFile
from dialogs.engine.ports import Conversation, MediaWish, Turn
from tests.bot.pictures import SECRETS, photo
from tests.bot.postroom import NINE, WANG, PostRoom
from tests.storage.talk import keep, said

AMR = b"#!AMR\n" + bytes(64)
MP4 = b"\x00\x00\x00\x18ftypmp42" + bytes(64)


async def wish(room: PostRoom, media_id: str = "lamp", kind: str = "photo", channel: str = "wecom:main") -> str:
    """Somebody sent a file; its key."""
    key = f"{channel}:{media_id}"
    wishes = (MediaWish(key, channel, media_id, kind),)
    incoming = said("照片", key=media_id, who=WANG, at=room.clock.now)
    await keep(room.store, Turn(incoming, Conversation(WANG), None, (), wishes))
    return key


async def known(room: PostRoom, key: str) -> KeptFile:
    row = await room.store.media.get(key)
    assert row is not None
    return row


async def test_a_photo_is_kept_in_the_folder_of_its_month_without_its_secrets(room: PostRoom) -> None:
    key = await wish(room)
    room.wecom.files["lamp"] = File(photo(orientation=6), "image/jpeg")
    assert await room.fetcher.run_once() == 1
    row = await known(room, key)
    name = hashlib.sha256(key.encode()).hexdigest()[:40]
    assert row == KeptFile(key, "kept", f"26/03/{name}.jpg", "image/jpeg")
    content = (room.folder / row.path).read_bytes()
    assert content.startswith(b"\xff\xd8\xff")
    assert not any(secret in content for secret in SECRETS)
    assert [path for path in room.folder.rglob("*") if path.is_file()] == [room.folder / row.path]
    assert await room.fetcher.run_once() == 0
    assert room.wecom.asked == 1


@pytest.mark.parametrize(
    ("kind", "content", "content_type", "ending"),
    [
        ("voice", AMR, "audio/amr", "amr"),
        ("voice", b"OggS" + bytes(40), "audio/ogg", "ogg"),
        ("voice", b"ID3" + bytes(40), "audio/mpeg", "mp3"),
        ("voice", b"\x02#!SILK_V3" + bytes(40), "audio/silk", "silk"),
        ("video", MP4, "video/mp4", "mp4"),
        ("photo", photo("PNG"), "image/png", "png"),
    ],
)
async def test_a_file_is_named_after_what_it_is_whatever_the_platform_calls_it(
    room: PostRoom, kind: str, content: bytes, content_type: str, ending: str
) -> None:
    key = await wish(room, kind=kind)
    room.wecom.files["lamp"] = File(content, "application/octet-stream")
    assert await room.fetcher.run_once() == 1
    row = await known(room, key)
    assert (row.state, row.content_type) == ("kept", content_type)
    assert row.path.endswith(f".{ending}")
    if kind != "photo":
        assert (room.folder / row.path).read_bytes() == content


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("photo", b"<html>expired</html>"),
        ("photo", AMR),
        ("voice", b"MZ" + bytes(40)),
        ("video", b"<html>expired</html>"),
        ("voice", AMR + bytes(20 * 1024 * 1024)),
    ],
    ids=["page for photo", "voice for photo", "program for voice", "page for video", "voice above 20 MB"],
)
async def test_what_can_not_be_kept_is_lost_and_writes_nothing(room: PostRoom, kind: str, content: bytes) -> None:
    key = await wish(room, kind=kind)
    room.wecom.files["lamp"] = File(content, "image/jpeg")
    assert await room.fetcher.run_once() == 0
    assert (await known(room, key)).state == "lost"
    assert list(room.folder.rglob("*")) == []
    assert await room.fetcher.run_once() == 0
    assert room.wecom.asked == 1


async def test_a_file_the_platform_has_no_more_is_lost_at_once(room: PostRoom) -> None:
    key = await wish(room)
    assert await room.fetcher.run_once() == 0
    assert (await known(room, key)).state == "lost"


async def test_a_platform_in_trouble_is_asked_again_with_growing_pauses(room: PostRoom) -> None:
    key = await wish(room)
    room.wecom.files["lamp"] = File(photo(), "image/jpeg")
    room.wecom.faults = [NotSent("http-502", again=5.0), RuntimeError("a bug"), NotSent("timeout", again=5.0)]
    for seconds, kept in [(0, 0), (7.4, 0), (0.1, 0), (74.9, 0), (0.1, 0), (64.9, 0), (0.1, 1)]:
        room.clock.forward(seconds=seconds)
        assert await room.fetcher.run_once() == kept
    assert room.wecom.asked == 4
    assert (await known(room, key)).state == "kept"


async def test_after_three_days_a_file_is_given_up(room: PostRoom) -> None:
    key = await wish(room)
    for _ in range(4 * 24):
        room.wecom.faults = [NotSent("unreachable", again=5.0)]
        await room.fetcher.run_once()
        room.clock.forward(hours=1)
    assert (await known(room, key)).state == "lost"
    assert 3 * 24 - 2 <= room.wecom.asked <= 3 * 24 + 2


async def test_a_channel_that_is_not_set_up_is_waited_for(room: PostRoom) -> None:
    key = await wish(room, channel="wecom:gone")
    assert await room.fetcher.run_once() == 0
    assert (await known(room, key)).state == "wished"


async def test_one_broken_file_does_not_stop_the_others(room: PostRoom) -> None:
    for number in range(6):
        await wish(room, f"lamp{number}")
        if number != 2:
            room.wecom.files[f"lamp{number}"] = File(photo(), "image/jpeg")
    assert await room.fetcher.run_once() == 5
    assert room.wecom.most_at_once <= 4


async def test_a_full_disk_loses_no_file(room: PostRoom, caplog: pytest.LogCaptureFixture) -> None:
    key = await wish(room)
    room.wecom.files["lamp"] = File(photo(), "image/jpeg")
    room.folder.parent.mkdir(exist_ok=True)
    room.folder.write_text("a file where the folder should be")
    assert await room.fetcher.run_once() == 0
    assert (await known(room, key)).state == "wished"
    assert "a file could not be kept" in caplog.text


async def test_a_fetcher_that_slept_through_its_lease_keeps_nothing(room: PostRoom) -> None:
    await wish(room)
    old, *_ = await room.store.media.claim(NINE, limit=1, lease=0.0)
    room.wecom.files["lamp"] = File(photo(), "image/jpeg")
    assert await room.fetcher.run_once() == 1
    assert not await room.store.media.lost(old, "too late")
    assert (await known(room, old.key)).state == "kept"


async def test_the_log_names_no_media_id(room: PostRoom, caplog: pytest.LogCaptureFixture) -> None:
    await wish(room, "o6_bmjrPTlm6_2sgVt7hMZOPfL2M")
    with caplog.at_level(logging.INFO):
        await room.fetcher.run_once()
    lines = [record.__dict__ for record in caplog.records if record.name == "bot.media"]
    assert [line["reason"] for line in lines] == ["40007"]
    assert "o6_bmjrPTlm6" not in str(lines)


async def test_stopping_ends_a_run_with_the_files_it_has(room: PostRoom) -> None:
    for number in range(6):
        await wish(room, f"lamp{number}")
        room.wecom.files[f"lamp{number}"] = File(photo(), "image/jpeg")
    room.wecom.gate.clear()
    run = asyncio.create_task(room.fetcher.run_once())
    async with asyncio.timeout(5):
        await room.wecom.entered.wait()
    room.fetcher.stop()
    room.wecom.gate.set()
    assert await run == 4


def test_fetching_ends_before_its_lease_does() -> None:
    assert timedelta(seconds=FETCH_SECONDS) < timedelta(seconds=LEASE)
