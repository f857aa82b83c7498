"""One-time codes."""

import pytest

from cases.codes import ALPHABET, LENGTH, digest, new_code


def test_a_code_is_eight_signs_that_nobody_mistakes() -> None:
    codes = {new_code() for _ in range(200)}
    assert len(codes) == 200
    assert all(len(code) == LENGTH == 8 and set(code) <= set(ALPHABET) for code in codes)
    assert not set("IO01") & set(ALPHABET)
    assert set("".join(codes)) == set(ALPHABET)


@pytest.mark.parametrize("typed", ["abcd2345", " ABCD 2345\n", "abcd-2345", "ＡＢＣＤ２３４５", "Ab cD　23 45"])
def test_every_way_of_typing_a_code_has_the_same_digest(typed: str) -> None:
    assert digest(typed) == digest("ABCD2345")


def test_the_digest_is_not_the_code_and_differs_from_code_to_code() -> None:
    kept = digest("ABCD2345")
    assert len(kept) == 64
    assert "ABCD2345" not in kept.upper()
    assert digest("ABCD2346") != kept
