"""Instants and shifts as people of the county write them: 明天下午, 3月5日 14:30, 3月5日至3月7日 8:00-18:00."""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import partial

from cases.calendar import WorkingCalendar
from dialogs.engine.words import even

DAY = timedelta(days=1)
LONG_PAST = timedelta(days=60)
"""A day without a year that would lie further back is meant of the next year."""
MOST_DAYS = 62
"""Days of one line of shifts: two months."""
NOON, MIDNIGHT = 12, 24
NEAR = {"今天": 0, "今日": 0, "今": 0, "明天": 1, "明日": 1, "明": 1, "后天": 2, "大后天": 3}
WEEKDAYS = "一二三四五六日"
MORNING, AFTERNOON = ("凌晨", "早上", "上午", "早"), ("中午", "下午", "傍晚", "晚上", "夜里", "晚")
LATE = ("晚上", "夜里", "晚")
_NEAR = "大后天|今天|今日|明天|明日|后天|今|明"
_DAY = (
    rf"(?:(?P<near>{_NEAR})|(?P<next>下?)(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天])"
    r"|(?:(?P<year>\d{4})[-/年])?(?P<month>\d{1,2})[-/月](?P<dom>\d{1,2})(?!\d)[日号]?)"
)
_TIME = r"(?P<hour>\d{1,2})(?::(?P<minute>\d{2})|[点时](?:(?P<half>半)|(?P<minutes>\d{1,2})分?)?)"
_PART = "|".join((*MORNING, *AFTERNOON))
DAY_ONLY = re.compile(_DAY)
WHOLE = re.compile(rf"{_DAY}? ?(?P<part>{_PART})?(?:{_TIME})?")
_CLOCK = r"\d{1,2}(?::\d{2}|[点时](?:半|\d{1,2}分?)?)?"
SPAN = re.compile(
    rf"(?P<day>.*?) ?(?:(?P<begins>{_CLOCK})(?:-|~|—|–|至|到)(?:次日|第二天)?(?P<ends>{_CLOCK})|(?P<all>全天))$"
)
BETWEEN = re.compile(r"至|到|~|—|–")


class NoMoment(ValueError):
    """The words name no instant; nothing is said of what would."""


def begins(words: str, now: datetime, calendar: WorkingCalendar) -> datetime:
    """The instant at which something begins that begins then: a day at midnight, a half day with its working period.

    Raises NoMoment.
    """
    return _moment(words, now, calendar, end=False)


def ends(words: str, now: datetime, calendar: WorkingCalendar) -> datetime:
    """The instant at which something ends that lasts until then: a day at its last midnight. Raises NoMoment."""
    return _moment(words, now, calendar, end=True)


def spans(words: str, now: datetime, calendar: WorkingCalendar) -> Sequence[tuple[datetime, datetime]]:
    """The beginnings and ends of shifts: a day or several, and from when to when, past midnight where the end is not
    behind the beginning. Raises NoMoment."""
    found = SPAN.fullmatch(_tight(words))
    if found is None:
        raise NoMoment(words)
    days = _days(found["day"], now, calendar)
    since, until = _clock(found["begins"] or "0:00"), _clock(found["ends"] or "24:00")
    over = DAY if until <= since else timedelta()
    at = partial(_at, calendar=calendar)
    return [(at(day, since), at(day, until + over)) for day in days]


def days_of(words: str, now: datetime, calendar: WorkingCalendar) -> tuple[datetime, datetime]:
    """From the first midnight of those days to the last. Raises NoMoment."""
    days = _days(_tight(words), now, calendar)
    return _at(days[0], timedelta(), calendar), _at(days[-1], DAY, calendar)


def _tight(words: str) -> str:
    """Without blanks, but for those that part two numbers."""
    return re.sub(r"(?<!\d)\s+|\s+(?!\d)", "", re.sub(r"\s+", " ", even(words)))


def _moment(words: str, now: datetime, calendar: WorkingCalendar, *, end: bool) -> datetime:
    said, today = _tight(words), now.astimezone(calendar.zone).date()
    if said in ("现在", "马上", "立即"):
        return now
    found = WHOLE.fullmatch(said)
    if not said or found is None:
        raise NoMoment(words)
    day = _day(found, today) if found["near"] or found["weekday"] or found["month"] else today
    if found["hour"]:
        return _at(day, _clock(said[found.start("hour") :], found["part"] or ""), calendar)
    if found["part"]:
        first, last = calendar.periods[0], calendar.periods[-1]
        period = first if found["part"] in MORNING else last
        return _at(day, _since_midnight(period[1] if end else period[0]), calendar)
    return _at(day, DAY if end else timedelta(), calendar)


def _days(words: str, now: datetime, calendar: WorkingCalendar) -> Sequence[date]:
    today = now.astimezone(calendar.zone).date()
    found = [DAY_ONLY.fullmatch(part) for part in BETWEEN.split(words, maxsplit=1)]
    days = [_day(one, today) for one in found if one is not None]
    if len(days) != len(found) or not 0 <= (days[-1] - days[0]).days < MOST_DAYS:
        raise NoMoment(words)
    return [days[0] + number * DAY for number in range((days[-1] - days[0]).days + 1)]


def _day(found: re.Match[str], today: date) -> date:
    if found["near"]:
        return today + NEAR[found["near"]] * DAY
    if found["weekday"]:
        wanted = WEEKDAYS.index(found["weekday"].replace("天", "日"))
        if found["next"]:
            return today + (7 - today.weekday() + wanted) * DAY
        return today + (wanted - today.weekday()) % 7 * DAY
    try:
        day = date(int(found["year"] or today.year), int(found["month"]), int(found["dom"]))
        return day.replace(year=day.year + 1) if not found["year"] and day < today - LONG_PAST else day
    except ValueError as wrong:
        raise NoMoment(found[0]) from wrong


def _clock(words: str, part: str = "") -> timedelta:
    """How long after midnight that is; `part` of the day says which half is meant."""
    numbers = [int(number) for number in re.findall(r"\d+", words)]
    hour, minute = numbers[0], 30 if words.endswith("半") else (*numbers, 0)[1]
    if (part in AFTERNOON and hour < NOON and (part, hour) != ("中午", NOON - 1)) or (part in LATE and hour == NOON):
        hour += NOON
    if hour > MIDNIGHT or minute > 59 or (hour == MIDNIGHT and minute):  # noqa: PLR2004
        raise NoMoment(words)
    return timedelta(hours=hour, minutes=minute)


def _since_midnight(at: time) -> timedelta:
    return timedelta(hours=at.hour, minutes=at.minute)


def _at(day: date, after: timedelta, calendar: WorkingCalendar) -> datetime:
    """So long after that local midnight, by the clock on the wall."""
    return (datetime.combine(day, time()) + after).replace(tzinfo=calendar.zone).astimezone(UTC)
