"""Words found in sentences."""

from cases.triage.word_index import WordIndex


def test_every_word_in_the_text_is_found_in_the_order_of_the_list() -> None:
    index = WordIndex(["路灯", "灯", "井盖", "路", "灯杆"])
    assert index.within("井盖和路灯都坏了") == ["路灯", "灯", "井盖", "路"]


def test_a_word_is_found_once_however_often_it_is_listed_or_said() -> None:
    assert WordIndex(["灯", "灯"]).within("灯灯灯") == ["灯"]


def test_nothing_is_found_where_only_the_first_sign_fits_or_nothing_is_said() -> None:
    index = WordIndex(["路灯", ""])
    assert list(index.within("路不平")) == []
    assert list(index.within("")) == []
