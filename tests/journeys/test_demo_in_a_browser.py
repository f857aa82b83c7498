"""The demo as a newcomer sees it: from the citizen's first word to the rating, and through the clock."""

from pathlib import Path

from playwright.async_api import Page, expect

from tests.journeys.stage import Stage, stage
from tests.kit.browser import IN_A_BROWSER, looking_at

pytestmark = IN_A_BROWSER


class Screen:
    """Four phones under somebody's fingers."""

    def __init__(self, page: Page) -> None:
        self.page = page

    async def types(self, phone: str, words: str, expected: str) -> None:
        """Type and send; then the phone shows the expected words in its last answer."""
        await self.page.get_by_test_id(f"input-{phone}").fill(words)
        await self.page.get_by_test_id(f"send-{phone}").click()
        await self.answers(phone, expected)

    async def touches(self, phone: str, label: str, expected: str) -> None:
        """Touch the newest link of that label."""
        await self.page.get_by_test_id(f"messages-{phone}").get_by_role("button", name=label).last.click()
        await self.answers(phone, expected)

    async def picks(self, phone: str, sheet: str, label: str, expected: str) -> None:
        """Open the sheet of pins or photos and send one."""
        await self.page.get_by_test_id(f"{sheet}-{phone}").click()
        await self.page.get_by_test_id(f"phone-{phone}").get_by_role("button", name=label).click()
        await self.answers(phone, expected)

    async def answers(self, phone: str, expected: str) -> None:
        """Wait for the last words on the phone that are no picture."""
        words = self.page.get_by_test_id(f"messages-{phone}").locator(".row.bot .bubble:not(.picture)")
        await expect(words.last).to_contain_text(expected)

    async def rings(self, phone: str, expected: str) -> None:
        """Wait for a push with these words; the phone's bell shows it."""
        pushed = self.page.get_by_test_id(f"messages-{phone}").locator(".push", has_text=expected)
        await expect(pushed.last).to_be_visible()
        await expect(self.page.get_by_test_id(f"phone-{phone}").locator(".bell")).to_be_visible()

    async def passes(self, rang: str) -> None:
        """Press 下一个时限; the line below the clock says what rang."""
        await self.page.get_by_test_id("clock-next").click()
        await expect(self.page.locator("#rang")).to_contain_text(rang)


async def reports(screen: Screen) -> None:
    """李婶 reports the street lamp in a few messages."""
    await screen.types("citizen", "村口的路灯坏了，晚上看不见路", "这属于哪一类")
    await screen.touches("citizen", "1. 路灯", "在哪里")
    await screen.picks("citizen", "pin", "桥头村老槐树下", "照片")
    await screen.picks("citizen", "photo", "不亮的路灯", "收到 1 张照片")
    await screen.types("citizen", "0", "回电号码")
    await screen.types("citizen", "0", "确认提交吗")
    await screen.types("citizen", "1", "编号 YX260303-")
    await screen.types("citizen", "不答了", "照常办理")


def address(play: Stage) -> str:
    """Where the page is."""
    return play.show.emulator.settings.public_url


async def test_from_the_first_word_to_the_rating(tmp_path: Path) -> None:
    async with stage(tmp_path) as play, looking_at(address(play)) as page:
        screen = Screen(page)
        await reports(screen)
        await screen.rings("officer", "【新任务】YX260303-0001")
        await expect(page.get_by_test_id("messages-officer").locator(".push img")).to_have_count(1)
        await screen.types("officer", "1", "已签收 YX260303-0001")
        await screen.types("officer", "反馈 0001 灯泡换好了，试过亮了", "办理后的照片")
        await screen.picks("officer", "photo", "修好的路灯", "收到 1 张照片")
        await screen.types("officer", "0", "确认反馈吗")
        await screen.types("officer", "1", "已反馈")
        await screen.rings("admin", "【待核查】")
        await screen.rings("citizen", "灯泡换好了，试过亮了")
        await screen.touches("citizen", "1. 办好了", "满意吗")
        await screen.touches("citizen", "5. 很好", "解决了吗")
        await screen.touches("citizen", "1. 已解决", "还有什么想说的")
        await screen.types("citizen", "谢谢王师傅", "已归档")
        await screen.rings("officer", "已归档")


async def test_a_department_helps(tmp_path: Path) -> None:
    async with stage(tmp_path) as play, looking_at(address(play)) as page:
        screen = Screen(page)
        await reports(screen)
        await screen.rings("officer", "【新任务】YX260303-0001")
        await screen.types("officer", "1", "已签收 YX260303-0001")
        await screen.types("officer", "协办", "请哪个单位协办")
        await screen.types("officer", "1", "请他们办什么")
        await screen.types("officer", "派一辆升降车", "已请城市管理局协办 YX260303-0001")
        await screen.rings("department", "派一辆升降车")
        await expect(page.get_by_test_id("messages-department").locator(".push img")).to_have_count(1)
        await screen.types("department", "1", "协办办得怎样")
        await screen.types("department", "车到了，灯已换", "协办任务完成")
        await screen.rings("officer", "车到了，灯已换")


async def test_through_the_clock(tmp_path: Path) -> None:
    async with stage(tmp_path) as play, looking_at(address(play)) as page:
        screen = Screen(page)
        await expect(page.get_by_test_id("clock")).to_have_text("3月3日 星期二 09:00")
        await reports(screen)
        await screen.passes("视为签收 YX260303-0001")
        for rang, told in (("提醒", "【提醒】"), ("警示", "【警示】"), ("超期，上报一级", "【超期】")):
            await screen.passes(f"{rang} YX260303-0001")
            await screen.rings("officer", told)
        await expect(page.get_by_test_id("clock")).to_have_text("3月5日 星期四 09:00")
