"""The metronome beats, outlives faults, and stops only between two bodies."""

import asyncio
import logging

import pytest

from scheduler.metronome import Metronome

SOON = 5.0
QUICK = 0.01
NEVER = 3600.0


class Counting:
    """A body of work that counts its runs and says when there were enough."""

    def __init__(self, enough: int = 1) -> None:
        self.runs = 0
        self.enough = enough
        self.done = asyncio.Event()

    async def __call__(self) -> None:
        self.runs += 1
        if self.runs >= self.enough:
            self.done.set()


class Slow:
    """A body of work that ends when told; it knows how many of it run at once."""

    def __init__(self) -> None:
        self.begun = asyncio.Event()
        self.may_end = asyncio.Event()
        self.at_once = self.most_at_once = self.runs = 0

    async def __call__(self) -> None:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        self.begun.set()
        await self.may_end.wait()
        self.at_once -= 1
        self.runs += 1


async def test_each_body_is_run_again_and_again() -> None:
    quick, quicker = Counting(3), Counting(5)
    metronome = Metronome({"quick": (quick, QUICK), "quicker": (quicker, QUICK / 2)})
    metronome.start()
    async with asyncio.timeout(SOON):
        await quick.done.wait()
        await quicker.done.wait()
    await metronome.stop()


async def test_a_body_that_raises_is_logged_without_its_words_and_runs_again(caplog: pytest.LogCaptureFixture) -> None:
    again = Counting(2)

    async def failing() -> None:
        await again()
        raise RuntimeError("李婶说路灯坏了")

    metronome = Metronome({"failing": (failing, QUICK)})
    with caplog.at_level(logging.ERROR):
        metronome.start()
        async with asyncio.timeout(SOON):
            await again.done.wait()
        await metronome.stop()
    record = caplog.records[0]
    assert record.__dict__["job"] == "failing"
    assert "RuntimeError" in record.__dict__["fault"]
    assert "failing" in record.__dict__["fault"]
    assert "李婶" not in caplog.text + str(record.__dict__)


async def test_a_body_under_way_is_not_begun_a_second_time() -> None:
    slow, beats = Slow(), Counting(10)
    metronome = Metronome({"slow": (slow, QUICK), "beats": (beats, QUICK)})
    metronome.start()
    async with asyncio.timeout(SOON):
        await slow.begun.wait()
        await beats.done.wait()
    slow.may_end.set()
    await metronome.stop()
    assert slow.most_at_once == 1


async def test_stopping_waits_for_the_body_under_way() -> None:
    slow = Slow()
    metronome = Metronome({"slow": (slow, NEVER)})
    metronome.start()
    metronome.wake("slow")
    async with asyncio.timeout(SOON):
        await slow.begun.wait()
        stopping = asyncio.create_task(metronome.stop())
        asyncio.get_running_loop().call_soon(slow.may_end.set)
        await stopping
    assert slow.runs == 1


async def test_waking_runs_a_body_at_once() -> None:
    body = Counting()
    metronome = Metronome({"body": (body, NEVER)})
    metronome.start()
    metronome.wake("body")
    async with asyncio.timeout(SOON):
        await body.done.wait()
    await metronome.stop()
    assert body.runs == 1


async def test_waking_a_body_under_way_runs_it_once_more_when_it_ends() -> None:
    slow = Slow()
    metronome = Metronome({"slow": (slow, NEVER)})
    metronome.start()
    metronome.wake("slow")
    async with asyncio.timeout(SOON):
        await slow.begun.wait()
        metronome.wake("slow")
        metronome.wake("slow")
        slow.begun.clear()
        slow.may_end.set()
        await slow.begun.wait()
    await metronome.stop()
    assert (slow.runs, slow.most_at_once) == (2, 1)


async def test_after_stopping_nothing_runs_any_more() -> None:
    body = Counting()
    metronome = Metronome({"body": (body, NEVER)})
    metronome.start()
    await metronome.stop()
    metronome.wake("body")
    assert body.runs == 0
    assert asyncio.all_tasks() == {asyncio.current_task()}
