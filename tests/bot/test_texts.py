"""Words and choices always fit into one message, lose nothing, and never become somebody else's links."""

import re
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.texts import MORE, clean, cut, fits, octets, split, split_reply, with_links, with_numbers
from dialogs.engine.messages import Choice, Reply

WORDS = st.text(st.sampled_from("灯不亮了。，！\n a<>/😀\x00，请处理"), max_size=1500)
LABELS = st.text(min_size=1, max_size=80)
CHOICES = st.lists(st.builds(Choice, LABELS, st.just("") | LABELS), max_size=30).map(tuple)
REPLIES = st.builds(Reply, WORDS, CHOICES)
TOUCHED = re.compile(r'<a href="weixin://bizmsgmenu\?msgmenucontent=([^&"]*)&msgmenuid=(\d+)">(\d+)\. ([^<]*)</a>')
SENTENCE = "路灯坏了三天，晚上很黑，老人出门不方便。"


def without_spaces(text: str) -> str:
    return re.sub(r"\s", "", text)


@given(WORDS)
def test_every_part_fits_and_only_white_space_is_lost(words: str) -> None:
    parts = split(words)
    assert all(fits(part) for part in parts)
    assert without_spaces("".join(parts)) == without_spaces(clean(words))


@given(REPLIES)
def test_a_reply_in_parts_keeps_its_words_and_its_choices_come_last(reply: Reply) -> None:
    parts = split_reply(reply)
    assert without_spaces("".join(part.text for part in parts)) == without_spaces(clean(reply.text))
    assert [part.choices for part in parts[:-1]] == [()] * (len(parts) - 1)
    assert parts[-1].choices == reply.choices


@given(REPLIES)
def test_whatever_is_said_is_rendered_within_the_platforms_limit(reply: Reply) -> None:
    assert octets(with_links(reply)) <= 2000
    assert octets(with_numbers(reply)) <= 2000
    for part in split_reply(reply):
        assert octets(with_links(part)) <= 2000
        assert octets(with_numbers(part)) <= 2000


@given(REPLIES)
def test_every_choice_keeps_its_number_however_little_room_there_is(reply: Reply) -> None:
    for rendered in (with_links(reply), with_numbers(reply)):
        for number in range(1, len(reply.choices) + 1):
            assert f"{number}." in rendered


@given(st.lists(st.text(max_size=20), max_size=5))
def test_a_persons_words_are_never_a_link(words: list[str]) -> None:
    said = '<a href="weixin://bizmsgmenu?msgmenucontent=x&msgmenuid=1">'.join(["", *words])
    assert "<a" not in with_links(Reply(said))
    assert "<a" not in with_numbers(Reply(said, (Choice(said or "x"),)))
    assert TOUCHED.sub("", with_links(Reply(said, (Choice("好", "好"),)))).count("<a") == 0


def test_a_label_cannot_close_its_link() -> None:
    rendered = with_links(Reply("", (Choice('</a><a href="x">y'),)))
    assert rendered.count("<a ") == rendered.count("</a>") == 1


@given(WORDS)
def test_cleaning_twice_changes_nothing(words: str) -> None:
    assert clean(clean(words)) == clean(words)


@pytest.mark.parametrize(
    ("words", "cleaned"),
    [
        ("水压 <3 公斤", "水压 <3 公斤"),
        ("a < b", "a < b"),
        ("<a href='x'>点这里</a>", "＜a href='x'>点这里＜/a>"),
        ("<!--", "＜!--"),
        ("灯\x00不\x0b亮\ud800", "灯不亮"),
    ],
)
def test_only_what_a_phone_could_take_for_a_tag_is_changed(words: str, cleaned: str) -> None:
    assert clean(words) == cleaned


def test_a_long_text_is_broken_at_a_sentence() -> None:
    parts = split(SENTENCE * 40)
    assert len(parts) > 1
    assert all(part.endswith("。") for part in parts)


def test_a_line_end_is_a_better_place_than_a_sentence() -> None:
    first, second = split("说" * 300 + "\n" + SENTENCE * 20)
    assert (first, second[:2]) == ("说" * 300, "路灯")


def test_words_without_any_break_are_broken_at_600_characters_or_2000_bytes() -> None:
    assert [len(part) for part in split("灯" * 1300)] == [600, 600, 100]
    assert [octets(part) for part in split("😀" * 600)] == [2000, 400]


def test_white_space_alone_is_one_empty_part() -> None:
    assert split("\n" * 3000) == [""]
    assert split("") == [""]


def test_a_short_text_stays_as_it_is() -> None:
    assert split("好的。\n  谢谢") == ["好的。\n  谢谢"]
    assert cut("好的") == "好的"


def test_a_text_that_had_to_be_cut_says_so() -> None:
    assert cut("灯" * 700) == "灯" * 599 + MORE
    assert cut("灯灯灯", 10, 7) == "灯" + MORE


def test_a_choice_is_a_link_that_says_its_words() -> None:
    rendered = with_links(Reply("请选择", (Choice("路灯不亮", "灯 & 杆"), Choice("井盖"))))
    first, *links = rendered.split("\n")
    assert first == "请选择"
    found = [TOUCHED.fullmatch(link) for link in links]
    assert [(unquote(one[1]), one[2], one[3], one[4]) for one in found if one] == [
        ("灯 & 杆", "1", "1", "路灯不亮"),
        ("井盖", "2", "2", "井盖"),
    ]


def test_choices_without_room_for_links_are_plain_numbers() -> None:
    lines = with_links(Reply("请选择", tuple(Choice("选" * 20, "说" * 30) for _ in range(9)))).split("\n")[1:]
    links = [line for line in lines if TOUCHED.fullmatch(line)]
    assert 0 < len(links) < 9
    assert lines[-1] == f"9. {'选' * 20}"


def test_wecom_numbers_its_choices_and_says_how_to_choose() -> None:
    reply = Reply("请选择", (Choice("路灯"), Choice("井盖")))
    assert with_numbers(reply) == "请选择\n1. 路灯\n2. 井盖\n回复数字选择"
    assert with_numbers(Reply("", reply.choices)) == "1. 路灯\n2. 井盖\n回复数字选择"
    assert with_links(Reply("", ())) == ""


def test_choices_that_do_not_fit_after_the_words_come_in_a_part_of_their_own() -> None:
    choices = tuple(Choice("选" * 10) for _ in range(20))
    parts = split_reply(Reply(SENTENCE * 29, choices))
    assert len(parts) == 2
    assert parts[-1].choices == choices
    assert fits(with_numbers(parts[-1]))


def test_choices_as_long_as_a_message_come_alone() -> None:
    choices = tuple(Choice("选" * 28) for _ in range(20))
    assert split_reply(Reply("请选择", choices)) == [Reply("请选择"), Reply("", choices)]
