"""SIGSTOP beyond the lease: whoever comes back late may send once more, and records nothing."""

import random
from pathlib import Path

import pytest

from tests.torture.couriers import EACH, RECEIVERS, frozen_couriers


@pytest.mark.long
async def test_a_courier_frozen_beyond_its_lease_records_nothing_and_nobody_sees_a_message_twice(
    tmp_path: Path,
) -> None:
    rounds, seed = 2, random.randrange(10**6)
    found, refused = await frozen_couriers(rounds, seed, tmp_path)
    assert found.wrong == [], f"seed {seed}"
    assert found.pushes >= rounds * EACH * RECEIVERS
    assert found.pushes % (EACH * RECEIVERS) == 0
    assert refused > 0
    assert found.reclaimed >= refused
    assert found.twice_wecom > 0
    assert found.shown_twice_wecom == 0
