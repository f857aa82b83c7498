"""ID numbers are blotted out before anything is kept."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.places import Pin
from dialogs.engine.masking import BLOT, candidates, mask, mask_words
from dialogs.engine.messages import Content, Location, Photo, Pressed, Text, Voice

# Made up: the area code of no place (999999), so nobody's number.
NUMBER = "99999919900307231"
WEIGHTS = [2**power % 11 for power in range(17, 0, -1)]


def with_check(seventeen: str) -> str:
    """Complete a number by ISO 7064 MOD 11-2, written here the other way round: the weighted sum is 1 modulo 11."""
    total = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, seventeen, strict=True))
    check = (1 - total) % 11
    return seventeen + ("X" if check == 10 else str(check))


VALID = with_check(NUMBER)
WRONG = VALID[:-1] + ("1" if VALID[-1] != "1" else "2")
PAUSES = ("  ", "\n", "\r\n", ".", "–", " — ", "，", "\u200b")
STANDARD = "11010519491231002X"
"""The example in GB 11643 itself."""


def test_a_valid_number_is_blotted_out_and_the_words_around_it_stay() -> None:
    assert mask_words(f"我叫李四，身份证{VALID}，路灯坏了") == f"我叫李四，身份证{BLOT}，路灯坏了"


@pytest.mark.parametrize(
    "written",
    [
        VALID,
        VALID.lower(),
        " ".join((VALID[:6], VALID[6:10], VALID[10:14], VALID[14:])),
        "-".join((VALID[:6], VALID[6:14], VALID[14:])),
        *(apart.join((VALID[:6], VALID[6:14], VALID[14:])) for apart in PAUSES),
        "\u3000".join(VALID),
        VALID.translate({ord("0") + n: ord("０") + n for n in range(10)}),
        f"号{VALID}号",
    ],
)
def test_it_is_found_however_it_is_typed(written: str) -> None:
    assert BLOT in mask_words(written)
    assert VALID[6:14] not in mask_words(written)


def test_a_check_character_x_is_found_in_all_its_forms() -> None:
    with_x = next(
        with_check(f"999999199003{day:02}{order:03}")
        for day in range(1, 29)
        for order in range(1, 1000)
        if with_check(f"999999199003{day:02}{order:03}").endswith("X")
    )
    for letter in "xXｘＸ":
        assert mask_words(with_x[:-1] + letter) == BLOT


@pytest.mark.parametrize(
    ("words", "masked"),
    [
        (f"{STANDARD}13812345678", f"{BLOT}13812345678"),
        (f"13812345678{STANDARD}", f"13812345678{BLOT}"),
        (f"1 {STANDARD}", f"1 {BLOT}"),
        (f"3-{STANDARD}", f"3-{BLOT}"),
        (f"1.{STANDARD}\n2.{VALID}", f"1.{BLOT}\n2.{BLOT}"),
        (f"张三 2 {STANDARD}", f"张三 2 {BLOT}"),
        (f"{STANDARD}{STANDARD}", f"{BLOT}{BLOT}"),
        (f"{VALID}{VALID}", f"{BLOT}{BLOT}"),
        (f"{VALID}\n{STANDARD}", f"{BLOT}\n{BLOT}"),
        (f"1{VALID}", f"1{BLOT}"),
        (f"{VALID}1", f"{BLOT}1"),
    ],
)
def test_it_is_found_whatever_stands_right_beside_it(words: str, masked: str) -> None:
    assert mask_words(words) == masked


@pytest.mark.parametrize(
    "words",
    [
        "QH260303-0001",
        "电话 13800000000",
        WRONG,
        f"20{WRONG}",
        f"{WRONG}35",
        with_check("99999919901307231"),
        with_check("99999919900230231"),
        with_check("99999921000307231"),
        with_check("99999918491231231"),
        "20260303123456789012",
        "QH260303-0001，QH260303-0002，QH260304-0015",
        "13800000000 13900000000 2026-03-03 18:00",
        "116.397128, 39.916527",
        "9" * 300,
        "",
    ],
)
def test_other_numbers_stay(words: str) -> None:
    assert mask_words(words) == words


def test_of_two_numbers_that_overlap_nothing_is_left() -> None:
    first = next(one for area in range(990000, 1000000) if (one := with_check(f"{area}19900101200")).endswith("1"))
    both = first[:8] + with_check(f"{first[8:]}0101123")
    assert mask_words(f"号{both}号") == f"号{BLOT}号"


@pytest.mark.parametrize("words", ["1" * 10_000, "19900101" * 1250, "1 \n" * 3333, f"{'1 ' * 17}{' ' * 9000}1"])
def test_each_digit_begins_at_most_one_number_of_eighteen_so_the_work_grows_with_the_length(words: str) -> None:
    found = list(candidates(words))
    assert len({one.start() for one in found}) == len(found) <= len(words)
    assert {len(re.sub(r"\s", "", one[1])) for one in found} == {18}
    assert sum(len(one[1]) for one in found) <= 18 * len(words)


def test_two_numbers_in_one_message_are_both_blotted_out() -> None:
    other = with_check("99999920011224002")
    assert mask_words(f"{VALID}和{other}") == f"{BLOT}和{BLOT}"


def test_what_a_voice_says_and_a_pins_label_are_masked_too() -> None:
    pin = Pin(36.7, 119.1)
    assert mask(Voice("m1", VALID)) == Voice("m1", BLOT)
    assert mask(Location(pin, f"{VALID}家")) == Location(pin, f"{BLOT}家")
    assert mask(Text(VALID)) == Text(BLOT)


@pytest.mark.parametrize("content", [Text("路灯坏了"), Voice("m1"), Photo("m2"), Pressed("menu"), Location(Pin(1, 2))])
def test_content_without_a_number_is_handed_back_as_it_is(content: Content) -> None:
    assert mask(content) is content


@given(st.text())
def test_any_words_survive_masking_twice(words: str) -> None:
    once = mask_words(words)
    assert mask_words(once) == once
