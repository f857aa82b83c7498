"""The WeCom app's API keeps the platform's rules."""

from aiohttp import FormData

from tests.emulator.town import town


async def test_a_wrong_secret_gets_no_token() -> None:
    async with town() as place:
        for query, errcode in (("corpid=corp&corpsecret=wrong", 40001), ("corpid=none&corpsecret=s2", 40013)):
            answer = await place.browser.get(f"/wecom-api/cgi-bin/gettoken?{query}")
            assert (await answer.json())["errcode"] == errcode
        assert await place.wecom_token() == await place.wecom_token()


async def test_unknown_receivers_are_named_although_it_went_well() -> None:
    async with town() as place:
        found = await place.app_message("wang|Ghost|Sun", "有新任务")
        assert (found["errcode"], found["invaliduser"]) == (0, "ghost")
        assert place.shown("officer") == ["有新任务"]
        assert (await place.app_message("Ghost", "在吗"))["errcode"] == 81013
        assert (await place.app_message("", "在吗"))["errcode"] == 81013


async def test_a_repeated_text_is_shown_once_when_asked_so() -> None:
    async with town() as place:
        for _ in range(2):
            assert (await place.app_message("Wang", "催办", enable_duplicate_check=1))["errcode"] == 0
        assert place.shown("officer") == ["催办"]
        await place.clock.advance(1)
        await place.app_message("Wang", "催办", enable_duplicate_check=1)
        await place.app_message("Wang", "催办")
        assert place.shown("officer") == ["催办"] * 3


async def test_only_a_request_that_is_the_same_throughout_is_a_repeated_one() -> None:
    async with town() as place:
        for interval in (1200, 1201, 1200):
            await place.app_message("Wang", "在吗", enable_duplicate_check=1, duplicate_check_interval=interval)
        assert place.shown("officer") == ["在吗"] * 2


async def test_a_long_text_is_cut_at_2048_bytes_between_characters() -> None:
    async with town() as place:
        await place.app_message("Wang", "长" * 700)
        assert place.shown("officer") == ["长" * 682]


async def test_wrong_agents_tokens_kinds_and_empty_words_are_refused() -> None:
    async with town() as place:
        assert (await place.app_message("Wang", "好", agentid=8))["errcode"] == 40056
        assert (await place.app_message("Wang", "好", msgtype="dance"))["errcode"] == 40008
        assert (await place.app_message("Wang", ""))["errcode"] == 44004
        found = await place.call("/wecom-api/cgi-bin/message/send?access_token=old", touser="Wang")
        assert found["errcode"] == 40014


async def test_an_uploaded_picture_is_shown_and_a_markdown_is_text() -> None:
    async with town() as place:
        token, form = await place.wecom_token(), FormData()
        form.add_field("media", b"\x89PNG picture", filename="a.png")
        upload = f"/wecom-api/cgi-bin/media/upload?type=image&access_token={token}"
        media = (await (await place.browser.post(upload, data=form)).json())["media_id"]
        found = await place.app_message("Wang", "", msgtype="image", image={"media_id": media})
        assert found["errcode"] == 0
        await place.app_message("Wang", "", msgtype="markdown", markdown={"content": "**好**"})
        assert place.shown("officer") == ["image", "**好**"]
        fetch = f"/wecom-api/cgi-bin/media/get?access_token={token}&media_id={media}"
        assert (await place.browser.get(fetch)).content_type == "image/png"
