"""Two officers press the same button at two nodes: one has the task, the other is told who and what to do now."""

import asyncio
from pathlib import Path

from tests.journeys.nodes import county
from tests.journeys.stage import PIN, Phones

GRID = "990101001001001"


async def joins(phones: Phones, phone: str, name: str) -> None:
    """From now on that phone is a new officer's of the first grid."""
    assert "已添加" in await phones.says("admin", f"人员 添加 {name} 网格员 {GRID}")
    told = await phones.says("admin", f"人员 绑定码 {name}")
    code = told.partition("绑定码：")[2].splitlines()[0]
    assert "绑定成功" in await phones.says(phone, f"绑定 {code}")


async def test_of_two_officers_at_two_nodes_the_first_has_the_task(
    postgres_url: str, valkey_url: str, tmp_path: Path
) -> None:
    storage = {"URL": postgres_url, "REDIS_URL": valkey_url, "MEDIA": str(tmp_path / "media")}
    async with county(tmp_path, {f"GRIDBELL_STORAGE__{name}": value for name, value in storage.items()}, 2) as place:
        says = place.phones.says
        await joins(place.phones, "department", "李强")
        await says("citizen", "上报", "村口的路灯不亮了", "1", PIN, "0", "0", "确认", "不答了")
        pressed = await asyncio.gather(says("officer", "签收 0001"), says("department", "签收 0001"))
        signed, told = sorted(pressed, key=lambda answer: "已签收" not in answer)
        assert "已签收 YX" in signed
        assert "以先到的为准" in told
        assert "现在是“办理中”" in told
        first, second = ("officer", "department") if pressed[0] == signed else ("department", "officer")
        assert {"officer": "王海", "department": "李强"}[first] in told
        assert "您已在" in await says(first, "签收 0001")
        assert "已反馈" in await says(first, "反馈 0001 灯泡换好了", "0", "确认")
        assert "以先到的为准" in await says(second, "反馈 0001 灯泡换好了")
