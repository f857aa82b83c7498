"""The category of a report: guessed from the words, found by two short menus, or said in one's own words."""

import pytest

from dialogs.citizen.one_category import BACK, TOPS
from tests.dialogs.talks import HERE, KIND, WHERE, asked_which, offered, says
from tests.kit.town import LAMP, Town

LITTER = "垃圾满溢与道路不洁"
DANGER = "其他突发险情"
NOTHING_KNOWN = "那个地方老是这样真烦人"


async def test_what_the_words_suggest_is_offered_first(town: Town) -> None:
    li = await asked_which(town)
    assert offered(li) == [LAMP, TOPS.label]
    assert WHERE in await li.says("1")


async def test_words_that_suggest_nothing_bring_the_tops(town: Town) -> None:
    li = await asked_which(town, NOTHING_KNOWN)
    assert offered(li)[:2] == ["公共安全隐患", "消防安全"]
    assert len(offered(li)) == 12


@pytest.mark.parametrize("words", ["2", "都不是，选大类", "都不是", "都不对。", "换一个", "选大类"])
async def test_none_of_the_guesses_leads_over_the_tops_to_a_leaf(town: Town, words: str) -> None:
    li = await asked_which(town)
    await li.says(words)
    assert "市容环境" in offered(li)
    await li.chooses("市容环境")
    assert offered(li)[-1] == BACK.label
    await li.chooses(LITTER)
    await says(li, HERE, "0")
    assert (await li.says("0")).startswith(f"请核对：\n{LITTER}，")


@pytest.mark.parametrize("words", ["返回", "换个大类", "都不是，换个大类", "都不是", "9"])
async def test_from_the_leaves_one_goes_back_to_the_tops(town: Town, words: str) -> None:
    li = await asked_which(town)
    await says(li, "都不是", "市容环境")
    assert KIND in await li.says(words)
    assert offered(li)[:2] == ["公共安全隐患", "消防安全"]


async def test_from_the_tops_one_goes_back_to_the_guesses_and_then_to_the_words(town: Town) -> None:
    li = await asked_which(town)
    await says(li, "都不是", "返回")
    assert offered(li) == [LAMP, TOPS.label]
    assert "什么问题" in await li.says("返回")


async def test_words_that_suggest_several_are_narrowed(town: Town) -> None:
    li = await asked_which(town, NOTHING_KNOWN)
    await li.says("垃圾和路灯")
    assert offered(li) == [LITTER, LAMP, TOPS.label]
    assert WHERE in await li.chooses(LAMP)
    assert KIND in await li.says("返回")


async def test_going_back_from_the_narrowed_ones_asks_anew(town: Town) -> None:
    li = await asked_which(town, NOTHING_KNOWN)
    await says(li, "垃圾和路灯", "返回")
    assert len(offered(li)) == 12


async def test_words_that_leave_no_doubt_choose_at_once(town: Town) -> None:
    li = await asked_which(town, NOTHING_KNOWN)
    assert WHERE in await li.says("路灯的灯杆歪了")


async def test_words_that_say_nothing_are_asked_for_again_and_then_a_person_is_offered(town: Town) -> None:
    li = await asked_which(town)
    assert (await li.says("唔")).startswith("请回复 1 到 2 中的一个数字，或换个说法。")
    await li.says("不晓得")
    assert offered(li) == [LAMP, TOPS.label, "转人工", "取消"]
    assert KIND in await li.says("2")


@pytest.mark.parametrize("words", ["找人工", "人工。", "人工服务", "转接人工", "人工客服", "转人工！"])
async def test_asking_for_a_person_here_calls_one_and_files_nothing(town: Town, words: str) -> None:
    li = await asked_which(town, NOTHING_KNOWN)
    assert "您的请求已记下（R1）" in await li.says(words)
    assert await li.says("查询") == "您还没有上报过案件。"
    assert KIND in await li.says("继续")


@pytest.mark.parametrize("words", ["有人受伤倒在那里了", "这里快倒了很害怕", "楼下冒烟了"])
async def test_danger_without_a_category_of_its_own_is_offered_first(town: Town, words: str) -> None:
    li = await asked_which(town, words)
    assert offered(li)[0] == DANGER


async def test_danger_goes_before_what_the_other_words_suggest(town: Town) -> None:
    li = await asked_which(town, "村口路灯不亮，有人触电")
    assert offered(li)[:2] == [DANGER, LAMP]


async def test_danger_with_a_category_of_its_own_needs_no_other(town: Town) -> None:
    li = await asked_which(town, "家里闻到煤气味")
    assert offered(li) == ["燃气泄漏与燃气管道破裂", TOPS.label]


async def test_danger_told_at_this_question_is_offered_too(town: Town) -> None:
    li = await asked_which(town)
    assert (await li.says("着火了快来人啊")).startswith("如有危险，请先拨打 119")
    assert offered(li)[0] == DANGER
    await says(li, "1", HERE, "0")
    assert "村口的路灯不亮了；着火了快来人啊" in await li.says("0")
