"""Officers: tasks, signing, progress and feedback, by typing and by pressing."""

from cases.people import Role
from tests.kit.town import GRID, Town, reports


async def test_a_task_rings_and_is_signed_with_one_press(town: Town) -> None:
    wang = await town.officer("王海", (Role.GRID_WORKER, GRID))
    number = await reports(town.citizen("李"))
    await town.turn()
    assert wang.heard[0] == ""
    print(wang.pushes, number)
