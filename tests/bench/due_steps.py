"""Due steps fired, with events and notices; the floor claims the same rows and marks them done."""

from datetime import timedelta
from time import perf_counter

import uvloop

from cases.desk import CaseDesk, Problem
from cases.people import Address, Person, Post, Role
from cases.places import Place
from dialogs.notices import tell
from tests.bench.found import Found, Rates
from tests.bench.ground import Ground, town_at
from tests.kit.town import GRID, TUESDAY, Town

CASES = 200


def figures(ground: Ground) -> Found:
    """One run over each store."""
    return Found({f"due steps, {name}": uvloop.run(_over(url, ground)) for name, url in ground.stores().items()})


async def _over(url: str, ground: Ground) -> Rates:
    async with town_at(url, ground.folder) as town:
        return await due_steps(town)


async def due_steps(town: Town) -> Rates:
    """Of that many cases."""
    await _cases(town)
    now = TUESDAY + timedelta(hours=9)  # signed by time, and half of the limit used
    async with town.store.work() as work:
        began = perf_counter()
        claimed = await work.due_steps.claim(now, 10 * CASES)
        await work.due_steps.done(claimed)
        floor = len(claimed) / (perf_counter() - began)  # rolled back
    began = perf_counter()
    rung = await town.bell.run_once(now)
    return rung / (perf_counter() - began), floor


async def _cases(town: Town) -> None:
    async with town.store.work() as work:
        person = await work.people.add(Person(0, "王海", (Post(Role.GRID_WORKER, GRID),)))
        await work.people.bind(person.id, Address("toy:main", "wang"))
        units = town.knowledge.units
        for number in range(CASES):
            who = Address("toy:main", f"citizen{number}")
            desk = CaseDesk(work, town.knowledge.rules, TUESDAY, address=who, person=None, units=units)
            await desk.submit(Problem("0502", Place(GRID, "东村村口"), "村口的路灯坏了三天"))
            await tell(work, town.knowledge, desk.news, TUESDAY)
        await work.commit()
