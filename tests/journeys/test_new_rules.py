"""A county starts anew with other rules and another calendar while a case is open, over HTTP, on both stores."""

import json
import shutil
from pathlib import Path

from config.rulebook import PACKAGED
from tests.journeys.stage import stage

LAMP, LAMPS = "路灯不亮与灯杆倾斜", "0502"


def changed(folder: Path) -> Path:
    """Rules without street lamps, and a Thursday that is off by now."""
    rules = Path(shutil.copytree(PACKAGED, folder))
    for name in ("catalogue.csv", "keywords.csv"):
        rows = (rules / name).read_text(encoding="utf-8").splitlines()
        (rules / name).write_text("\n".join(row for row in rows if not row.startswith(LAMPS)), encoding="utf-8")
    calendar = rules / "calendar" / "2026.json"
    days = json.loads(calendar.read_text(encoding="utf-8"))
    calendar.write_text(json.dumps({**days, "off_days": [*days["off_days"], "2026-03-05"]}), encoding="utf-8")
    return rules


async def test_an_open_case_keeps_its_rules_and_is_dated_by_the_new_calendar(store_url: str, tmp_path: Path) -> None:
    environ = {"GRIDBELL_STORAGE__URL": store_url}
    async with stage(tmp_path, environ) as play:
        number = await play.files()
        assert "视为签收" in await play.clock("next")
        assert "答复期限：3月5日" in await play.says("citizen", number)
    environ["GRIDBELL_RULES__PATH"] = str(changed(tmp_path / "rules"))
    async with stage(tmp_path, environ) as play:
        assert f"提醒 {number}" in await play.clock("next")
        course = await play.says("citizen", number)
        assert LAMP in course
        assert "放假安排公布，期限重算" in course
        assert "答复期限：3月6日" in course
        await play.says("officer", "反馈 0001 灯泡换好了", "0", "确认")
        assert LAMP in await play.hears("citizen", "办好了吗")
