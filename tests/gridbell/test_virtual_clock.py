"""The demo's clock runs, jumps, and goes on where it was."""

from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from gridbell.virtual_clock import START, VirtualClock

HOUR = timedelta(hours=1)


class Ticks:
    """Seconds that pass when told to."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def test_it_starts_on_a_tuesday_at_nine_and_runs(tmp_path: Path) -> None:
    ticks = Ticks()
    clock = VirtualClock(tmp_path / "clock.json", ticks)
    assert f"{clock.now().astimezone(ZoneInfo('Asia/Shanghai')):%A %H:%M}" == "Tuesday 09:00"
    ticks.seconds = 90
    assert clock.now() == START + timedelta(seconds=90)


def test_it_is_put_forward_and_never_back(tmp_path: Path) -> None:
    clock = VirtualClock(tmp_path / "clock.json", Ticks())
    clock.put_forward(START + 3 * HOUR)
    clock.put_forward(START + HOUR)
    assert clock.now() == START + 3 * HOUR


def test_it_goes_on_where_the_last_run_left_it(tmp_path: Path) -> None:
    path, ticks = tmp_path / "clock.json", Ticks()
    clock = VirtualClock(path, ticks)
    clock.put_forward(START + HOUR)
    ticks.seconds = 5
    clock.keep()
    assert VirtualClock(path, Ticks()).now() == START + HOUR + timedelta(seconds=5)


def test_a_damaged_file_starts_it_anew(tmp_path: Path) -> None:
    path = tmp_path / "clock.json"
    for words in ("", "{", "[]", '{"now": 3}', '{"now": "2026-03-03T09:00:00"}'):
        path.write_text(words, encoding="utf-8")
        assert VirtualClock(path, Ticks()).now() == START
