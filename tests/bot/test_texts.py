"""Words and choices always fit into one message, lose nothing, and never become somebody else's links."""

import re
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.texts import (
    CHOOSE_BY_NUMBER,
    MORE,
    clean,
    cut,
    fits,
    numbered,
    octets,
    split,
    split_reply,
    with_links,
    with_numbers,
)
from dialogs.citizen.one_category import OneCategory
from dialogs.citizen.report import ReportProblem
from dialogs.engine.messages import Choice, Reply
from dialogs.engine.speaking import CANCEL, HUMAN
from tests.dialogs.knowledge import KNOWLEDGE, around

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
    tail = [*numbered(reply.choices), CHOOSE_BY_NUMBER] if reply.choices else []
    whole = "\n".join([clean(reply.text), *tail])
    assert without_spaces("".join(map(with_numbers, parts))) == without_spaces(whole)
    assert all(part.choices == () for part in parts[:-1])
    assert parts[-1].choices in (reply.choices, ())


@given(REPLIES)
def test_whatever_is_said_is_rendered_within_the_platforms_limits(reply: Reply) -> None:
    for part in (reply, *split_reply(reply)):
        for rendered in (with_links(part), with_numbers(part)):
            assert len(rendered) <= 600
            assert octets(rendered) <= 2000


def categories_offered(before: str = "", more: tuple[Choice, ...] = ()) -> list[Reply]:
    """The question for the category with the tops, and with the leaves of each top."""
    tops = ["", *(code for code, _ in KNOWLEDGE.rules.catalogue.tops())]
    question = f"{before}{ReportProblem.category.question}"
    menus = [OneCategory().choices(around({"category": {"top": top}})) for top in tops]
    return [Reply(question, (*menu, *more)) for menu in menus]


@pytest.mark.parametrize(
    "menus",
    [categories_offered(), categories_offered("请回复 1 到 12 中的一个数字，或换个说法。\n", (HUMAN, CANCEL))],
    ids=["asked", "asked again"],
)
def test_every_menu_of_the_catalogue_is_one_message(menus: list[Reply]) -> None:
    assert len(menus) > 12
    for menu in menus:
        assert split_reply(menu) == [menu]
        for rendered in (with_links(menu), with_numbers(menu)):
            assert fits(rendered)
            assert all(f"{number}. {choice.label}" in rendered for number, choice in enumerate(menu.choices, 1))


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


def test_links_write_chinese_characters_as_they_are_and_encode_the_rest() -> None:
    rendered = with_links(Reply("", (Choice("签收", "签收 YX260303-0001"), Choice("&", '“是”&"<😀'))))
    assert [said for said, *_ in TOUCHED.findall(rendered)] == [
        "签收%20YX260303-0001",
        "%E2%80%9C是%E2%80%9D%26%22%3C%F0%9F%98%80",
    ]


def test_a_link_says_words_and_never_a_number_which_would_mean_something_else_later() -> None:
    rendered = with_links(Reply("确认提交吗？", (Choice("确认"), Choice("改描述"))))
    assert [said for said, *_ in TOUCHED.findall(rendered)] == ["确认", "改描述"]


def test_choices_are_all_links_or_all_plain_numbers() -> None:
    eight, nine = (Reply("请选择", tuple(Choice("选项") for _ in range(count))) for count in (8, 9))
    assert len(TOUCHED.findall(with_links(eight))) == 8
    assert with_links(nine) == with_numbers(nine)


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


def test_words_are_not_cut_into_small_pieces_for_the_sake_of_choices() -> None:
    choices = tuple(Choice("选" * 10) for _ in range(30))
    parts = split_reply(Reply(SENTENCE * 29, choices))
    assert parts == [Reply(SENTENCE * 29), Reply("", choices)]


def test_choices_as_long_as_a_message_come_alone_and_whole() -> None:
    choices = tuple(Choice("选" * 28) for _ in range(18))
    words, menu = split_reply(Reply("请选择其中的一个类别。", choices))
    assert (words, menu) == (Reply("请选择其中的一个类别。"), Reply("", choices))
    assert with_links(menu).split("\n") == [*numbered(choices), CHOOSE_BY_NUMBER]


def test_choices_too_many_for_one_message_go_on_in_the_next_and_keep_their_names() -> None:
    villages = tuple(Choice(f"下河西第{number}村民委员会") for number in range(1, 81))
    first, second, third = map(with_numbers, split_reply(Reply("在哪里？", villages)))
    assert first.startswith("在哪里？\n1. 下河西第1村民委员会\n")
    assert [line for text in (first, second, third) for line in text.split("\n")][1:-1] == numbered(villages)
    assert third.endswith(f"\n{CHOOSE_BY_NUMBER}")
