"""The page's own calls: state, events, history, clock, uploads."""

import asyncio
import json
from pathlib import Path
from typing import Any

from aiohttp import ClientResponse

from tests.emulator.town import Town, town


async def _news(response: ClientResponse, count: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    async with asyncio.timeout(5):
        while len(found) < count:
            line = await response.content.readline()
            if line.startswith(b"data: "):
                found.append(json.loads(line[6:]))
    return found


async def _state(place: Town) -> dict[str, Any]:
    found: dict[str, Any] = await (await place.browser.get("/phones")).json()
    return found


async def test_the_state_tells_of_phones_and_never_of_secrets() -> None:
    async with town() as place:
        state = await _state(place)
        assert [phone["owner"] for phone in state["phones"]] == ["李婶", "王网格员", "赵主任"]
        assert state["clock"]["words"] == "9月1日 星期二 09:00"
        for secret in ("tok", "s1", "s2"):
            assert f'"{secret}"' not in json.dumps(state)


async def test_open_pages_hear_of_typing_words_and_pushes_as_they_happen() -> None:
    async with town() as place:
        place.service.answer = lambda message: "好的" if "Content" in message else None
        async with place.browser.get("/phones/events") as page:
            await place.say("officer", text="待办")
            await place.app_message("Wang", "有新任务")
            clock, mine, on, theirs, off, push = await _news(page, 6)
            assert (clock["type"], on["on"], off["on"]) == ("clock", True, False)
            assert [news["entry"]["text"] for news in (mine, theirs, push)] == ["待办", "好的", "有新任务"]
            assert [news["entry"].get("push") for news in (mine, theirs, push)] == [None, False, True]


async def test_a_page_that_comes_back_hears_what_it_missed() -> None:
    async with town() as place:
        for words in ("一", "二", "三"):
            await place.app_message("Wang", words)
        async with place.browser.get("/phones/events?after=1") as page:
            missed = await _news(page, 2)
            assert [news["entry"]["text"] for news in missed] == ["二", "三"]


async def test_chats_windows_and_pictures_outlive_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "chat.jsonl"
    async with town(history=path) as place:
        await place.say("citizen", photo="不亮的路灯")
        media = place.service.heard[-1]["MediaId"]
    with path.open("a", encoding="utf-8") as file:
        file.write('{"seq": 9, "torn')
    async with town(history=path) as place:
        assert await place.push(await place.wechat_token(), "收到照片") == 0
        assert (await place.browser.get(f"/media/{media}")).content_type == "image/jpeg"
    async with town(history=path) as place:
        assert place.shown("citizen") == ["已关注", "image", "收到照片"]
        assert [entry["seq"] for entry in (await _state(place))["entries"]] == [1, 2, 3]


async def test_the_clock_jumps_and_says_what_rang() -> None:
    async with town() as place:
        found = await place.call("/clock", jump="next")
        assert found["rang"].startswith("已到：提醒 50 %")
        assert found["clock"]["words"] == "9月1日 星期二 13:00"
        assert (await place.call("/clock", jump="hour"))["clock"]["words"] == "9月1日 星期二 14:00"
        assert (await place.call("/clock", jump="day"))["clock"]["words"] == "9月2日 星期三 14:00"
        assert (await place.browser.post("/clock", json={"jump": "back"})).status == 400


async def test_a_chosen_file_is_sent_only_when_it_is_a_picture() -> None:
    async with town() as place:
        assert (await place.browser.post("/phones/officer/upload", data=b"text")).status == 400
        assert (await place.browser.post("/phones/officer/upload", data=b"\x89PNG mine")).status == 202
        await place.emulator.settled()
        assert [message["MsgType"] for message in place.service.heard] == ["image"]


async def test_files_that_do_not_exist_are_not_found() -> None:
    async with town() as place:
        for path in ("/media/m1_x", "/media/..%2Fsettings.py", "/phones/citizen/photos/9", "/phones/admin/photos/x"):
            assert (await place.browser.get(path)).status == 404


async def test_the_page_allows_nothing_from_elsewhere() -> None:
    async with town() as place:
        page = await place.browser.get("/")
        assert "default-src 'self'" in page.headers["Content-Security-Policy"]
        for name in ("phones.js", "phones.css", "bell.svg"):
            assert (await place.browser.get(f"/page/{name}")).status == 200
            assert f"/page/{name}" in await page.text()
