"""Courtesies and what cannot be read: always a useful answer, and never a report."""

import pytest

from dialogs.engine.hearing import WELCOMING
from dialogs.engine.messages import Content, Joined, Other, Pressed, Video, Voice
from dialogs.programme import SMALL_TALK
from tests.dialogs.ear import Ear

WELCOME = "您好，这里是云溪县网格服务。"
STOPS = ("", "。", "！", "~", " ", "…")


@pytest.mark.parametrize("words", sorted(SMALL_TALK))
def test_courtesies_are_returned(words: str) -> None:
    for stop in STOPS:
        li = Ear()
        assert li.says(words + stop) == SMALL_TALK[words]
        assert (li.choices, li.running, li.wish) == (["菜单"], "", None)


@pytest.mark.parametrize("words", [*sorted(WELCOMING), "Hi", "HELLO", "ｈｉ"])
def test_greetings_bring_the_menu(words: str) -> None:
    for stop in STOPS:
        li = Ear()
        assert li.says(words + stop).startswith(WELCOME)
        assert (li.choices, li.running) == (["我要上报", "查进度", "找人工"], "")


@pytest.mark.parametrize(
    ("content", "answer"),
    [
        (Voice("v"), "语音没有识别出文字，请打字说明。"),
        (Video("v"), "视频我看不了，请发照片或打字说明。"),
        (Other("sticker"), "这种消息我还看不懂，请改用文字、照片或定位告诉我。"),
        (Joined(), WELCOME),
        ("#@!", "抱歉，我没看懂。"),
        (" ", "抱歉，我没看懂。"),
        ("今天天气", "抱歉，我没看懂。"),
        (Pressed("菜单"), WELCOME),
    ],
)
def test_whatever_comes_there_is_an_answer_with_a_way_on(content: Content | str, answer: str) -> None:
    li = Ear()
    assert li.says(content).startswith(answer)
    assert li.choices
    assert li.running == ""


def test_who_is_not_understood_twice_is_offered_a_person_once() -> None:
    li = Ear()
    for _ in range(3):
        li.says("今天天气")
        assert [choice.words for choice in li.reply.choices].count("人工") == 1
