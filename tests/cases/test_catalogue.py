"""Finding one's way in the catalogue."""

from datetime import timedelta

import pytest

from cases.catalogue import Catalogue, Category

HOUR = timedelta(hours=1)


def leaf(code: str, top: str, name: str) -> Category:
    return Category(code, top, name, "P3", "working", HOUR, HOUR, HOUR)


LAMP, ROAD, NOISE = leaf("0502", "市政设施", "路灯"), leaf("0503", "市政设施", "道路"), leaf("0601", "生态环境", "噪声")
CATALOGUE = Catalogue((LAMP, NOISE, ROAD))


def test_a_category_is_found_by_its_code() -> None:
    assert CATALOGUE["0502"] is LAMP
    assert CATALOGUE.get("0601") is NOISE
    assert "0503" in CATALOGUE
    with pytest.raises(KeyError):
        CATALOGUE["9999"]


@pytest.mark.parametrize("code", ["9999", "", None])
def test_what_is_not_there_is_nothing(code: str | None) -> None:
    assert CATALOGUE.get(code) is None
    assert code not in CATALOGUE


def test_tops_come_once_in_the_order_of_the_file_with_all_their_leaves() -> None:
    assert CATALOGUE.tops() == [("05", "市政设施"), ("06", "生态环境")]
    assert CATALOGUE.under("05") == [LAMP, ROAD]
    assert CATALOGUE.under("07") == []


def test_all_categories_keep_their_order() -> None:
    assert list(CATALOGUE) == [LAMP, NOISE, ROAD]
    assert len(CATALOGUE) == 3
    assert LAMP.title == "路灯"
