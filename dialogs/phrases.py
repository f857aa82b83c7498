"""Phrases that notices and commands share: an instant, a limit, a place with its map, a case in one line."""

from datetime import datetime, timedelta
from urllib.parse import quote

from cases.case import Case
from cases.lifecycle import STAGES
from cases.people import Level
from cases.places import Pin
from cases.triage.coordinates import wgs84_to_gcj02
from dialogs.engine.around import Knowledge

MAP = "https://apis.map.qq.com/uri/v1/marker"
"""Tencent's link to a marked point; it takes GCJ-02."""
WORKING_DAY = timedelta(hours=8)
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
LIGHTS = {"": "正常", "blue": "蓝灯", "yellow": "黄灯", "red": "红灯"}
QUOTED = 120
"""Characters of a description in a push; the whole of it is in 案件 <号>."""


def moment(at: datetime, knowledge: Knowledge) -> str:
    """The instant as people of the county say it, such as 3月3日 18:00."""
    local = at.astimezone(knowledge.rules.county.zone)
    return f"{local.month}月{local.day}日 {local.hour:02}:{local.minute:02}"


def until(case: Case, knowledge: Knowledge) -> str:
    """Until when the unit is to be done with the case; '' without a limit."""
    return f"请在 {moment(case.handle_due_at, knowledge)} 前办结。" if case.handle_due_at else ""


def day(at: datetime, knowledge: Knowledge, now: datetime) -> str:
    """The day of the instant, such as 3月3日, with the year where that is not this one."""
    zone = knowledge.rules.county.zone
    local = at.astimezone(zone)
    year = "" if local.year == now.astimezone(zone).year else f"{local.year}年"
    return f"{year}{local.month}月{local.day}日"


def title(case: Case, knowledge: Knowledge) -> str:
    """What the case is about: its category's name."""
    category = knowledge.rules_of(case).catalogue.get(case.category)
    return category.title if category else "其他"


def reported(case: Case, knowledge: Knowledge) -> str:
    """The case as its reporter is told of it: what it is about, and its number."""
    return f"您反映的“{title(case, knowledge)}”（{case.number}）"


def unit_name(code: str | None, knowledge: Knowledge) -> str:
    """The unit's name; an area below a town with that of its town or village, since grids are named alike."""
    unit = knowledge.units.get(code)
    if unit is None:
        return "值班室"
    above = knowledge.units.get(unit.parent)
    if unit.department or unit.level >= Level.TOWN or above is None or unit.name.startswith(above.name):
        return unit.name
    return f"{above.name}{unit.name}"


def where(case: Case, knowledge: Knowledge) -> str:
    """The place in the reporter's words; once these are erased, the unit."""
    return case.place.words or unit_name(case.place.unit, knowledge)


def line(case: Case, knowledge: Knowledge) -> str:
    """The case in one line: number, category, place."""
    return f"{case.number} {title(case, knowledge)}，{where(case, knowledge)}"


def quoted(words: str, most: int = QUOTED) -> str:
    """Somebody's words in quotation marks, cut to `most` characters."""
    return f"“{words}”" if len(words) <= most else f"“{words[:most]}…”"


def sentence(words: str) -> str:
    """The words with one full stop at the end."""
    return f"{words.strip().rstrip('。.')}。"


def map_link(pin: Pin, words: str) -> str:
    """A link that opens the point in a map; a WGS-84 pin is converted first."""
    latitude, longitude = pin.latitude, pin.longitude
    if pin.crs == "wgs84":
        latitude, longitude = wgs84_to_gcj02(latitude, longitude)
    marker = f"coord:{latitude:.6f},{longitude:.6f};title:{words}"
    return f"{MAP}?marker={quote(marker, safe=':,;')}&referer=gridbell"


def spell(amount: timedelta, day: timedelta) -> str:
    """An amount of time in days of `day` (8 working hours, or 24), hours and minutes, at least one minute."""
    days, rest = divmod(amount, day)
    hours, rest = divmod(rest, HOUR)
    minutes = rest // MINUTE
    parts = [f"{days} 个工作日" if day == WORKING_DAY else f"{days} 天"] if days else []
    parts += [f"{hours} 小时"] if hours else []
    parts += [f"{minutes} 分钟"] if minutes and not days else []
    return " ".join(parts) or "不到 1 分钟"


def left(case: Case, knowledge: Knowledge, now: datetime) -> str:
    """How much of the running limit is left, or how far it is passed, in the case's own time; '' without a limit."""
    due = case.clock_due_at
    if due is None:
        return ""
    rules = knowledge.rules_of(case)
    begin, end = min(now, due), max(now, due)
    whole = case.continuous(rules) or case.clock == "rate"
    amount = end - begin if whole else rules.calendar.between(begin, end)
    if not amount:
        return "已到期"
    words = spell(amount, DAY if whole else WORKING_DAY)
    return f"已超 {words}" if now > due else f"还剩 {words}"


def clock_line(case: Case, knowledge: Knowledge, now: datetime) -> str:
    """The time light with what is left and until when; '' where no limit runs."""
    if case.clock_due_at is None:
        return ""
    light = LIGHTS.get(case.light, case.light)
    return f"{light}，{left(case, knowledge, now)}（{moment(case.clock_due_at, knowledge)} 到期）"


def stage(case: Case) -> str:
    """What staff call the state the case is in."""
    return STAGES[case.state].zh
