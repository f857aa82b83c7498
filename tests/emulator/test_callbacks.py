"""Callbacks are signed, encrypted, repeated; answers are verified and shown."""

from typing import Any

from tests.emulator.town import START, town


async def test_the_first_word_follows_the_account_and_is_answered() -> None:
    async with town() as place:
        place.service.answer = lambda message: f"听到：{message['Content']}" if "Content" in message else None
        await place.say("citizen", text="路灯]]>坏了")
        follow, words = place.service.heard
        assert (follow["Event"], follow["FromUserName"]) == ("subscribe", "oLi")
        assert (words["Content"], words["CreateTime"]) == ("路灯]]>坏了", str(int(START.timestamp())))
        assert place.shown("citizen") == ["已关注", "路灯]]>坏了", "听到：路灯]]>坏了"]


async def test_every_gesture_reaches_the_service() -> None:
    async with town() as place:
        await place.say("citizen", follow=True)
        await place.say("citizen", touch={"content": "是", "menuid": "m1"})
        await place.say("citizen", location={"lat": 31.23, "lng": 121.47, "label": "幸福路"})
        await place.say("citizen", photo="不亮的路灯")
        for oddity in ({"voice": True}, {"video": True}, {"sticker": True}, {"menu": "report"}):
            await place.say("citizen", **oddity)
        await place.say("citizen", link={"title": "新闻", "url": "https://example.org/"})
        await place.say("citizen", unfollow=True)
        kinds = [message.get("Event", message["MsgType"]) for message in place.service.heard]
        assert kinds == [
            *("subscribe", "text", "location", "image", "voice", "video", "text", "CLICK", "link", "unsubscribe")
        ]
        touch, pin, photo = place.service.heard[1:4]
        assert (touch["bizmsgmenuid"], pin["Location_X"], pin["Label"]) == ("m1", "31.230000", "幸福路")
        picture = await place.browser.session.get(photo["PicUrl"])
        assert (picture.content_type, (await picture.read())[:3]) == ("image/jpeg", b"\xff\xd8\xff")


async def test_a_service_that_fails_twice_hears_the_same_message_three_times() -> None:
    async with town(deadline=0.05) as place:
        await place.say("citizen", follow=True)
        answers = iter((500, 502, "好的"))
        place.service.answer = lambda _message: next(answers)
        await place.say("citizen", text="在吗")
        ids = [message["MsgId"] for message in place.service.heard[1:]]
        assert len(ids) == 3
        assert len(set(ids)) == 1
        assert place.shown("citizen")[-3:] == [*("服务未答复，平台将重试 2/3", "服务未答复，平台将重试 3/3", "好的")]


async def test_after_three_silences_the_platform_apologises() -> None:
    async with town(deadline=0.05) as place:
        place.service.answer = lambda _message: 503
        await place.say("citizen", follow=True)
        await place.say("officer", text="待办")
        assert len(place.service.heard) == 6
        assert place.shown("citizen")[-1] == "该公众号暂时无法提供服务，请稍后再试"
        assert place.shown("officer")[-1] == "服务三次未答复，平台不再重试"


async def test_an_answer_that_is_no_reply_is_never_shown() -> None:
    async with town() as place:
        await place.say("citizen", follow=True)
        for raw in ('{"text": "hi"}', "<xml><Content>plain</Content></xml>", "Success!"):
            place.service.raw = raw
            await place.say("citizen", text="在吗")
            assert place.shown("citizen")[-1] == "该公众号暂时无法提供服务，请稍后再试"


async def test_an_empty_answer_and_success_show_nothing() -> None:
    async with town() as place:
        await place.say("citizen", follow=True)
        for raw in ("", "success"):
            place.service.raw = raw
            await place.say("citizen", text="在吗")
        assert place.shown("citizen") == ["已关注", "在吗", "在吗"]


async def test_wecom_messages_carry_the_agent_and_their_answer_is_shown() -> None:
    async with town() as place:
        place.service.answer = lambda message: f"{message['ToUserName']} {message['AgentID']}"
        await place.say("officer", text="待办")
        assert place.service.heard[0]["FromUserName"] == "Wang"
        assert place.shown("officer") == ["待办", "corp 7"]


async def test_events_of_one_standing_second_are_told_apart() -> None:
    async with town() as place:
        for wish in ({"follow": True}, {"unfollow": True}, {"follow": True}):
            await place.say("citizen", **wish)
        assert len({message["CreateTime"] for message in place.service.heard}) == 3


async def test_who_has_left_sees_no_answer() -> None:
    async with town() as place:
        place.service.answer = lambda _message: "再见"
        await place.say("citizen", follow=True)
        await place.say("citizen", unfollow=True)
        assert place.shown("citizen") == ["已关注", "再见", "已取消关注"]


async def test_a_gesture_no_phone_can_make_is_refused() -> None:
    async with town() as place:
        wishes: list[dict[str, Any]] = [{}, {"text": "  "}, {"photo": "没有"}, {"location": {"lat": "a", "lng": 1}}]
        for wish in wishes:
            assert await place.say("citizen", **wish) == 400
        assert await place.say("nobody", text="在吗") == 404
        assert place.service.heard == []
