"""A bad day at the platforms: nothing is lost or called for ever, and urgent words arrive by another way."""

import random
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from bot.delivery import AT_ONCE
from dialogs.engine.deliveries import Pause
from emulator.faults import NONE, Fault
from tests.bot.corp import CUSTOM, SEND, Corp, at_home, at_work, corp, words

OFFICERS = [f"officer{number:02}" for number in range(24)]
PUSHES = 240
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
WECOM, WECHAT = Pause("wecom:county"), Pause("wechat:county")


async def calls_of(place: Corp, path: str, seconds: int) -> int:
    before = place.emulator.faults.calls.count(path)
    await place.work_for(seconds, 10)
    return place.emulator.faults.calls.count(path) - before


@pytest.mark.parametrize("seed", [11])
async def test_in_a_storm_of_faults_everything_arrives_once(store_url: str, tmp_path: Path, seed: int) -> None:
    """5 % of the answers are lost after the platform took the message, 10 % are -1; some calls dawdle or break off, and
    some tokens expire."""
    chance = random.Random(seed)
    kinds = {Fault(lost=True): 5, Fault(errcode=-1): 10, Fault(dropped=True): 3, Fault(seconds=0.05): 4}
    kinds |= {Fault(errcode=42001): 2, Fault(errcode=45033): 2, NONE: 74}

    def forecast(_: int) -> Fault:
        return chance.choices(list(kinds), list(kinds.values()))[0]

    async with corp(store_url, tmp_path, OFFICERS) as place:
        place.emulator.faults.forecast(SEND, forecast)
        place.open_node()
        place.open_node()
        keys = [f"m{number}" for number in range(PUSHES)]
        urgent = {key for number, key in enumerate(keys) if number % 7 == 0}
        sent = [
            words(key, at_work(OFFICERS[number % len(OFFICERS)]), urgent=key in urgent)
            for number, key in enumerate(keys)
        ]
        began = place.clock.now()
        await place.put(sent)
        await place.work_for(60, 2)
        at = place.shown_at()
        assert [key for key in urgent if key not in at or at[key] - began > MINUTE] == []
        await place.work_for(3600, 60)
        at_wecom, everywhere = place.shown("wecom"), place.shown("wecom") + place.shown("wechat")
        assert set(everywhere) == set(keys), f"lost with seed {seed}"
        assert at_wecom.most_common(1)[0][1] == 1, "the platform's own check keeps a repetition away"
        assert set(place.shown("wechat")) <= urgent
        assert place.dead == []
        assert place.emulator.faults.calls.count(SEND) < 2 * PUSHES


@pytest.mark.parametrize("errcode", [45009, 40001])
async def test_an_account_at_fault_is_called_no_more_but_on_trial_and_urgent_words_go_another_way(
    store_url: str, tmp_path: Path, errcode: int
) -> None:
    good = 20
    async with corp(store_url, tmp_path, OFFICERS) as place:
        place.emulator.faults.forecast(SEND, lambda number: NONE if number <= good else Fault(errcode=errcode))
        place.open_node()
        people = [at_work(name) for name in OFFICERS * 10]
        await place.put([words(f"m{number}", to, urgent=number >= 220) for number, to in enumerate(people)])
        began = place.clock.now()
        assert await calls_of(place, SEND, 60) <= good + AT_ONCE + 1
        at = place.shown_at()
        assert [n for n in range(220, 240) if at.get(f"m{n}", began + 2 * MINUTE) - began > MINUTE] == []
        assert await calls_of(place, SEND, 600) <= 11, "one call a trial"
        assert place.told == [(WECOM, str(errcode))] * len(place.told)
        place.emulator.faults.forecast(SEND, lambda number: NONE)
        await place.work_for(1320, 60)
        assert place.shown("wecom") + place.shown("wechat") == Counter(f"m{number}" for number in range(240))
        assert place.dead == []


@pytest.mark.parametrize("errcode", [45009, 45011])
async def test_a_quota_of_the_service_account_is_waited_for_and_a_window_that_is_shut_is_not_tried_again(
    store_url: str, tmp_path: Path, errcode: int
) -> None:
    """45009 until five past midnight in China, 45011 for a minute; 45047 and 45015 until the person writes."""
    async with corp(store_url, tmp_path, OFFICERS) as place:
        place.open_node()
        faults = place.emulator.faults
        faults.forecast(CUSTOM, lambda number: Fault(errcode=errcode))
        await place.put([words(f"m{number}", at_home(name)) for number, name in enumerate(OFFICERS)])
        assert await calls_of(place, CUSTOM, 50) <= len(OFFICERS)
        assert await calls_of(place, CUSTOM, 600) == (0 if errcode == 45009 else 10)
        assert {one for one, _ in place.told} == {WECHAT}
        place.clock.instant = (place.clock.now() + DAY).replace(hour=2)
        faults.forecast(CUSTOM, lambda number: NONE)
        await place.work_for(10, 5)
        assert place.shown("wechat") == Counter(f"m{number}" for number in range(len(OFFICERS)))
        faults.forecast(CUSTOM, lambda number: Fault(errcode=45047 if number % 2 else 45015))
        await place.put([words(f"n{number}", at_home(name)) for number, name in enumerate(OFFICERS * 2)])
        assert await calls_of(place, CUSTOM, 100) == len(OFFICERS), "the second is not even tried"
        assert place.dead == []


async def test_an_expired_token_costs_one_renewal_and_a_platform_that_takes_none_is_left_alone(
    store_url: str, tmp_path: Path
) -> None:
    async with corp(store_url, tmp_path, OFFICERS) as place:
        place.open_node()
        await place.put([words(f"a{number}", at_work(name)) for number, name in enumerate(OFFICERS)])
        await place.work_for(2)
        place.clock.instant += MINUTE  # no token is renewed twice in half a minute
        place.emulator.desk.wecom_tokens.revoke("county")
        await place.put([words(f"b{number}", at_work(name)) for number, name in enumerate(OFFICERS)])
        await place.work_for(2)
        assert place.shown("wecom").total() == 2 * len(OFFICERS)
        assert place.emulator.faults.calls.count("/cgi-bin/gettoken") == 2
        place.emulator.faults.forecast(SEND, lambda number: Fault(errcode=42001))
        place.clock.instant += MINUTE
        await place.put([words(f"c{number}", at_work(name)) for number, name in enumerate(OFFICERS)])
        assert await calls_of(place, SEND, 30) <= 2 * len(OFFICERS)
        assert await calls_of(place, SEND, 300) <= 2 * 5
        assert place.told == [(WECOM, "42001")] * len(place.told)
        place.emulator.faults.forecast(SEND, lambda number: NONE)
        await place.work_for(70, 5)
        assert place.shown("wecom").total() == 3 * len(OFFICERS)


async def test_who_has_left_both_platforms_is_told_of_to_the_admins_once(store_url: str, tmp_path: Path) -> None:
    async with corp(store_url, tmp_path, OFFICERS, gone=OFFICERS[:2]) as place:
        place.open_node()
        await place.put([words(f"m{number}", at_work(name), urgent=True) for number, name in enumerate(OFFICERS)])
        await place.work_for(60, 5)
        assert sorted(place.dead) == [("m0~", "43004"), ("m1~", "43004")]
        assert place.emulator.faults.calls.count(SEND) == len(OFFICERS)
        assert place.emulator.faults.calls.count(CUSTOM) == 2
        assert set(place.shown("wecom")) == {f"m{number}" for number in range(2, len(OFFICERS))}
