"""ID numbers are blotted out before anything is kept."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.places import Pin
from dialogs.engine.masking import BLOT, mask, mask_words
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


def test_a_valid_number_is_blotted_out_and_the_words_around_it_stay() -> None:
    assert mask_words(f"我叫李四，身份证{VALID}，路灯坏了") == f"我叫李四，身份证{BLOT}，路灯坏了"


@pytest.mark.parametrize(
    "written",
    [
        VALID,
        VALID.lower(),
        " ".join((VALID[:6], VALID[6:10], VALID[10:14], VALID[14:])),
        "-".join((VALID[:6], VALID[6:14], VALID[14:])),
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
    "words",
    [
        "QH260303-0001",
        "电话 13800000000",
        VALID[:-1] + ("1" if VALID[-1] != "1" else "2"),
        with_check("99999919901307231"),
        with_check("99999919900230231"),
        f"1{VALID}",
        f"{VALID}1",
        "",
    ],
)
def test_other_numbers_stay(words: str) -> None:
    assert mask_words(words) == words


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
