"""The service account's API keeps the platform's rules."""

import pytest
from aiohttp import ClientError, FormData

from tests.emulator.town import Town, town


async def test_the_token_stays_until_a_new_one_is_forced() -> None:
    async with town() as place:
        first = await place.wechat_token()
        assert await place.wechat_token() == first
        second = await place.wechat_token(force_refresh=True)
        assert second != first
        assert await place.push(first, "旧令牌") == 40001


async def test_wrong_credentials_are_named() -> None:
    async with town() as place:
        path, asked = "/wechat-api/cgi-bin/stable_token", {"grant_type": "client_credential", "appid": "wxapp"}
        assert (await place.call(path, **asked, secret="wrong"))["errcode"] == 40125
        assert (await place.call(path, appid="wxnone"))["errcode"] == 40013
        assert (await place.call(path, appid="wxapp", secret="s1"))["errcode"] == 40002


async def _follower(place: Town) -> str:
    await place.say("citizen", text="在吗")
    return await place.wechat_token()


async def test_a_message_opens_the_window_for_five_and_48_hours() -> None:
    async with town() as place:
        token = await _follower(place)
        await place.clock.advance(1)
        assert [await place.push(token, f"第 {n} 条") for n in range(6)] == [0, 0, 0, 0, 0, 45047]
        await place.say("citizen", text="还在")
        await place.clock.advance(49)
        assert await place.push(token, "太晚了") == 45015
        assert place.shown("citizen")[-1] == "还在"


async def test_a_touched_link_opens_the_window_for_three_and_a_minute() -> None:
    async with town() as place:
        await place.say("citizen", follow=True)
        await place.say("citizen", touch={"content": "是", "menuid": ""})
        token = await place.wechat_token()
        assert [await place.push(token, "好") for _ in range(4)] == [0, 0, 0, 45047]
        await place.clock.advance(1)
        assert await place.push(token, "好") == 45015


async def test_nobody_is_reached_who_does_not_follow() -> None:
    async with town() as place:
        token = await _follower(place)
        assert await place.push(token, "你好", to="oNobody") == 40003
        await place.say("citizen", unfollow=True)
        assert await place.push(token, "你好") == 43004


async def test_texts_are_measured_and_kinds_are_checked() -> None:
    async with town() as place:
        token = await _follower(place)
        assert await place.push(token, "长" * 683) == 45002
        assert await place.push(token, "") == 44004
        path = f"/wechat-api/cgi-bin/message/custom/send?access_token={token}"
        assert (await place.call(path, touser="oLi", msgtype="music"))["errcode"] == 40008
        lost = await place.call(path, touser="oLi", msgtype="image", image={"media_id": "m1_none"})
        assert lost["errcode"] == 40007


async def test_a_picture_is_uploaded_sent_fetched_and_gone_after_three_days() -> None:
    async with town() as place:
        token = await _follower(place)
        form = FormData()
        form.add_field("media", b"\x89PNG picture", filename="a.png", content_type="image/png")
        upload = f"/wechat-api/cgi-bin/media/upload?type=image&access_token={token}"
        media = (await (await place.browser.post(upload, data=form)).json())["media_id"]
        path = f"/wechat-api/cgi-bin/message/custom/send?access_token={token}"
        assert (await place.call(path, touser="oLi", msgtype="image", image={"media_id": media}))["errcode"] == 0
        assert place.shown("citizen")[-1] == "image"
        fetch = f"/wechat-api/cgi-bin/media/get?access_token={token}&media_id={media}"
        assert await (await place.browser.get(fetch)).read() == b"\x89PNG picture"
        await place.clock.advance(73)
        assert (await (await place.browser.get(fetch)).json())["errcode"] == 40007


async def test_faults_come_on_order_and_only_so_often() -> None:
    async with town() as place:
        token, path = await _follower(place), "/cgi-bin/message/custom/send"
        place.emulator.faults.answer(path, 45009, times=2)
        assert [await place.push(token, "好") for _ in range(3)] == [45009, 45009, 0]
        place.emulator.faults.drop(path)
        with pytest.raises(ClientError):
            await place.push(token, "断")
        assert await place.push(token, "通") == 0
        assert place.emulator.faults.calls.count(path) == 5
        assert "断" not in place.shown("citizen")


async def test_a_revoked_token_is_refused() -> None:
    async with town() as place:
        token = await _follower(place)
        place.emulator.desk.wechat_tokens.revoke("county")
        assert await place.push(token, "好") == 40001
        assert await place.wechat_token() != token
