"""The page in a real browser: words, links, pictures, pushes and the clock."""

from pathlib import Path

from playwright.async_api import expect

from tests.emulator.town import town
from tests.kit.browser import IN_A_BROWSER, looking_at

SUMMARY = (
    "路灯照明，幸福路 12 号：\n“楼下路灯不亮，晚上看不清路。”\n确认提交吗？\n"
    '<a href="weixin://bizmsgmenu?msgmenucontent=%E6%98%AF&msgmenuid=c1">1. 确认</a>\n'
    '<a href="weixin://bizmsgmenu?msgmenucontent=%E4%BF%AE%E6%94%B9&msgmenuid=c2">2. 修改</a>'
)
pytestmark = IN_A_BROWSER


async def test_a_talk_a_link_a_picture_a_push_and_a_jump(tmp_path: Path) -> None:
    async with town() as place, looking_at(place.emulator.settings.public_url) as page:
        place.service.answer = lambda message: SUMMARY if message["MsgType"] == "image" else None
        await page.get_by_test_id("phone-citizen").get_by_test_id("chip").first.click()
        await page.get_by_test_id("input-citizen").fill("楼下<b>路灯</b>不亮")
        await page.get_by_test_id("input-citizen").press("Enter")
        messages = page.get_by_test_id("messages-citizen")
        await expect(messages).to_contain_text("楼下<b>路灯</b>不亮")
        await page.get_by_test_id("pin-citizen").click()
        await page.get_by_role("button", name="幸福路 12 号").click()
        await page.get_by_test_id("photo-citizen").click()
        await page.get_by_role("button", name="不亮的路灯").click()
        await page.get_by_role("button", name="1. 确认").click()
        await expect(messages.locator(".me .bubble").last).to_have_text("是")
        await place.emulator.settled()
        assert place.service.heard[-1]["bizmsgmenuid"] == "c1"
        await place.app_message("Wang", "【新任务】YX260901-0001 路灯照明\n幸福路 12 号，请在 2 小时内签收。")
        await expect(page.get_by_test_id("phone-officer").locator(".bell")).to_be_visible()
        await page.get_by_test_id("clock-next").click()
        await expect(page.get_by_test_id("clock")).to_have_text("9月1日 星期二 13:00")
        await expect(page.locator("#rang")).to_contain_text("已到：提醒 50 %")
        await expect(messages.locator(".me .bubble").last).to_be_in_viewport(ratio=1)
        await page.screenshot(path=tmp_path / "wide.png")
        assert await page.evaluate("document.documentElement.scrollWidth") == 1280


async def test_a_reload_shows_the_same_chat_and_rings_no_more(tmp_path: Path) -> None:
    async with town(history=tmp_path / "chat.jsonl") as place, looking_at(place.emulator.settings.public_url) as page:
        await place.app_message("Wang", "有新任务")
        await expect(page.get_by_test_id("messages-officer")).to_contain_text("有新任务")
        await page.reload()
        await expect(page.get_by_test_id("messages-officer").locator(".bubble")).to_have_count(1)
        await expect(page.get_by_test_id("phone-officer").locator(".bell")).to_be_hidden()


async def test_on_a_narrow_screen_one_phone_is_shown_and_tabs_ring(tmp_path: Path) -> None:
    async with town() as place, looking_at(place.emulator.settings.public_url, 390, 844) as page:
        place.service.answer = lambda message: SUMMARY if "Content" in message else None
        await page.get_by_test_id("input-citizen").fill("楼下路灯不亮，晚上看不清路")
        await page.get_by_test_id("send-citizen").click()
        await expect(page.get_by_role("button", name="1. 确认")).to_be_visible()
        await expect(page.get_by_test_id("phone-officer")).to_be_hidden()
        await place.app_message("Wang", "有新任务")
        tab = page.locator("#tabs").get_by_role("button", name="王网格员")
        await expect(tab).to_have_class("unread")
        await page.screenshot(path=tmp_path / "narrow.png")
        await tab.click()
        await expect(page.get_by_test_id("messages-officer")).to_contain_text("有新任务")
        await expect(tab).not_to_have_class("unread")
        assert await page.evaluate("document.documentElement.scrollWidth") == 390
