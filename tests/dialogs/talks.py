"""Stretches of conversation that many tests begin with."""

from dialogs.engine.messages import Content, Location
from tests.kit.phones import Phone
from tests.kit.town import Town, pin, reports

DARK = "村口的路灯不亮了"
HERE = Location(pin(), "东村村口")
DONE = "换了灯泡，晚上亮了"
KIND, WHERE, PHOTOS, PHONE, SURE = "这属于哪一类", "在哪里？", "有照片处理得更快", "要留一个回电号码吗", "确认提交吗？"


async def says(phone: Phone, *contents: Content | str) -> str:
    """Say one after another; the last answer."""
    answer = ""
    for content in contents:
        answer = await phone.says(content)
    return answer


def offered(phone: Phone) -> list[str]:
    """The labels of what the last answer offers."""
    return [choice.label for choice in phone.reply.choices]


async def asked_what(town: Town, name: str = "李") -> Phone:
    """Somebody who has opened a report."""
    phone = town.citizen(name)
    assert "什么问题" in await phone.says("上报")
    return phone


async def asked_which(town: Town, words: str = DARK, name: str = "李") -> Phone:
    """Somebody who has said what it is."""
    phone = await asked_what(town, name)
    assert KIND in await phone.says(words)
    return phone


async def asked_where(town: Town, name: str = "李") -> Phone:
    """Somebody who has chosen the category as well."""
    phone = await asked_which(town, name=name)
    assert WHERE in await phone.says("1")
    return phone


async def asked_to_confirm(town: Town, name: str = "李") -> Phone:
    """Somebody who has a whole report to submit."""
    phone = await asked_where(town, name)
    assert SURE in await says(phone, HERE, "0", "0")
    return phone


async def fed_back(town: Town, officer: Phone, name: str = "李") -> tuple[Phone, str]:
    """Somebody whose lamp was mended a minute ago, and was asked 办好了吗？; with the case's number."""
    phone = town.citizen(name)
    number = await reports(phone)
    town.clock.advance(minutes=1)
    await feeds_back(town, officer, number)
    assert "办好了吗？" in phone.heard[-1]
    return phone, number


async def feeds_back(town: Town, officer: Phone, number: str) -> None:
    """The officer tells the result, which arrives a minute later."""
    assert "已反馈" in await says(officer, f"反馈 {number} {DONE}", "0", "确认")
    town.clock.advance(minutes=1)
    await town.turn()
    town.clock.advance(minutes=1)
