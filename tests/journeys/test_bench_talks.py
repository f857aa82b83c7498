"""What the people of the benchmark say is still what the bot asks: else its figures would be of refusals."""

import os
from pathlib import Path

from tests.bench import bots
from tests.bench.citizens import COMPLAINTS, confirmed, half_finished
from tests.bench.turns import Crowd

PEOPLE = 3 * len(COMPLAINTS)
"""Each complaint with each beginning."""


def test_the_people_of_the_benchmark_get_the_answers_that_they_expect(tmp_path: Path) -> None:
    url, core = f"sqlite+aiosqlite:///{tmp_path / 'bench.db'}", min(os.sched_getaffinity(0))
    with bots.bot(tmp_path, url, core) as bot:
        for kind, script in (("whole", confirmed), ("half", half_finished)):
            talk = Crowd(kind, PEOPLE, script).meets(bot.port, lines=1)  # raises ValueError for a wrong answer
            assert len(talk.latencies) == sum(len(script(number)) for number in range(PEOPLE))
