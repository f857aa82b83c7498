"""The place of a report: a pin, words, three short menus, or an address that names no unit."""

import pytest

from cases.people import Level, Unit
from cases.places import Pin
from cases.triage.coordinates import wgs84_to_gcj02
from cases.triage.place import GridMap
from dialogs.engine.around import Knowledge
from dialogs.engine.messages import Location
from tests.dialogs.talks import KIND, PHOTOS, WHERE, asked_to_confirm, asked_where, offered, says
from tests.kit.phones import Phone
from tests.kit.town import EMPTY_GRID, GRID, OTHER_TOWN, RULES, SIDE, SOUTH, TOWN, UNITS, VILLAGE, WEST, Town, pin

UNSURE = "说不清是哪个"
ADDRESS = "幸福路12号门口"


async def submitted(town: Town, phone: Phone) -> tuple[str, str]:
    """Goes on to the end: the unit and the words of the place."""
    assert "编号" in await says(phone, "0", "0", "确认")
    place = (await town.case("YX260303-0001")).place
    return place.unit, place.words


async def test_three_menus_lead_to_the_grid(town: Town) -> None:
    li = await asked_where(town)
    assert offered(li) == ["柳河镇", "青石镇"]
    assert (await li.says("1")).startswith("柳河镇的哪个村（社区）？")
    assert offered(li) == ["东村", UNSURE]
    assert (await li.says("1")).startswith("东村的哪个网格？")
    assert offered(li) == ["第一网格", "第二网格", UNSURE]
    assert PHOTOS in await li.says("2")
    assert await submitted(town, li) == (EMPTY_GRID, "柳河镇东村第二网格")


async def test_one_goes_back_menu_by_menu(town: Town) -> None:
    li = await asked_where(town)
    await says(li, "1", "1")
    assert (await li.says("返回")).startswith("柳河镇的哪个村")
    assert WHERE in await li.says("返回")
    assert KIND in await li.says("返回")


@pytest.mark.parametrize(
    ("words", "unit"), [("第一网格", GRID), ("东村2号网格", EMPTY_GRID), ("在东村第一网格的桥边", GRID)]
)
async def test_words_that_name_a_grid_are_the_place(town: Town, words: str, unit: str) -> None:
    li = await asked_where(town)
    assert PHOTOS in await li.says(words)
    assert await submitted(town, li) == (unit, words)


async def test_words_that_name_a_village_are_kept_while_the_grid_is_asked(town: Town) -> None:
    li = await asked_where(town)
    assert (await li.says("东村口老槐树下")).startswith("东村的哪个网格？")
    await li.says("1")
    assert await submitted(town, li) == (GRID, "东村口老槐树下（第一网格）")


@pytest.mark.parametrize("words", [UNSURE, "3", "不知道", "说不清楚。"])
async def test_whoever_cannot_say_the_grid_leaves_it_at_the_village(town: Town, words: str) -> None:
    li = await asked_where(town)
    await li.says("东村口老槐树下")
    assert PHOTOS in await li.says(words)
    assert await submitted(town, li) == (VILLAGE, "东村口老槐树下")


async def test_a_name_that_several_bear_is_asked_with_their_paths(town: Town) -> None:
    namesake = Unit("990101002001", "东村", Level.VILLAGE, OTHER_TOWN)
    await town.store.put_grids([], [*UNITS, namesake])
    async with town.store.work(readonly=True) as work:
        places = GridMap(await work.people.units(), await work.people.grids())
    town.reception.knowledge = Knowledge(RULES, places)
    li = await asked_where(town)
    assert (await li.says("东村老桥头")).startswith("“东村老桥头”有几处，是哪一处？")
    assert offered(li) == ["柳河镇东村", "青石镇东村"]
    assert PHOTOS in await li.says("2")
    assert await submitted(town, li) == ("990101002001", "东村老桥头")


async def test_an_address_that_names_no_unit_is_completed_by_a_town(town: Town) -> None:
    li = await asked_where(town)
    assert (await li.says(ADDRESS)).startswith("地址记下了。在哪个乡镇（街道）？")
    assert UNSURE not in offered(li)
    await says(li, "柳河镇", UNSURE)
    assert await submitted(town, li) == (TOWN, f"柳河镇{ADDRESS}")


async def test_an_address_outlives_a_village_named_in_words(town: Town) -> None:
    li = await asked_where(town)
    await says(li, ADDRESS, "东村", "1")
    assert await submitted(town, li) == (GRID, f"东村{ADDRESS}（第一网格）")


async def test_an_address_outlives_a_pin(town: Town) -> None:
    li = await asked_where(town)
    await says(li, ADDRESS, Location(pin()))
    assert await submitted(town, li) == (GRID, ADDRESS)


async def test_an_address_is_forgotten_by_going_back(town: Town) -> None:
    li = await asked_where(town)
    await says(li, ADDRESS, "返回")
    assert WHERE in await li.says("不知道")


async def test_nobody_has_to_know_the_place_but_it_is_asked_for(town: Town) -> None:
    li = await asked_where(town)
    assert (await li.says("不知道")).startswith("没有找到这个地方。请发送定位，或从下面选择乡镇、村、网格。")
    await li.says("不知道。")
    assert offered(li) == ["柳河镇", "青石镇", "转人工", "取消"]


async def test_digits_alone_are_no_address(town: Town) -> None:
    li = await asked_where(town)
    assert (await li.says("55555")).startswith("没有找到这个地方。")


async def test_a_pin_keeps_the_platforms_words_for_it(town: Town) -> None:
    li = await asked_where(town)
    assert PHOTOS in await li.says(Location(pin(EMPTY_GRID), "老槐树小卖部"))
    assert await submitted(town, li) == (EMPTY_GRID, "老槐树小卖部")
    assert (await town.case("YX260303-0001")).place.pin == pin(EMPTY_GRID)


async def test_a_pin_without_words_is_near_its_grid(town: Town) -> None:
    li = await asked_where(town)
    await li.says(Location(pin()))
    assert await submitted(town, li) == (GRID, "柳河镇东村第一网格附近")


async def test_a_pin_outside_the_county_is_told_and_the_old_place_stays(town: Town) -> None:
    li = await asked_to_confirm(town)
    outside = Location(Pin(28.9, 116.5), "外县")
    assert (await says(li, "4", outside)).startswith("这个位置不在云溪县范围内。")
    assert "，东村村口\n" in await li.says("返回")


async def test_a_pin_on_a_border_belongs_to_one_grid(town: Town) -> None:
    li = await asked_where(town)
    await li.says(Location(Pin(*wgs84_to_gcj02(SOUTH + SIDE / 2, WEST + SIDE)), "界碑"))
    unit, words = await submitted(town, li)
    assert (unit in (GRID, EMPTY_GRID), words) == (True, "界碑")
