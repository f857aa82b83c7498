"""A node of this release on tables that a newer one has added to, in the middle of what it does."""

import shutil
from pathlib import Path

from alembic import command
from sqlalchemy import Connection, text

from cases.people import Role
from config.settings import Settings, StorageSettings
from dialogs.engine.messages import Location
from gridbell.doctor import Doctor
from gridbell.media_folder import MediaFolder
from gridbell.opening import brought_up_to_date, opened
from storage.engines import engines_for
from storage.migrating import configuration
from storage.schema import MIGRATIONS, newest_revision
from tests.kit.town import GRID, LAMP, open_town, pin, reports

NEWER = '''"""What a next release may add."""

import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "{before}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table("colours", sa.Column("name", sa.String(32), primary_key=True))
    for table in ("cases", "events", "conversations", "inbox", "outbox", "due_steps", "media", "people", "units"):
        op.add_column(table, sa.Column("colour", sa.String(32)))
        op.add_column(table, sa.Column("shade", sa.Integer(), nullable=False, server_default="0"))
    op.create_index("ix_cases_colour", "cases", ["colour"])


def downgrade() -> None:
    raise NotImplementedError
'''


async def upgraded(url: str, folder: Path) -> None:
    """What `gridbell migrate` of the next release does, while others are connected."""
    scripts = Path(shutil.copytree(MIGRATIONS, folder / "newer"))
    (scripts / "versions" / "9999_newer.py").write_text(NEWER.format(before=newest_revision()), encoding="utf-8")
    engines = engines_for(url)

    def forward(connection: Connection) -> None:
        config = configuration(connection)
        config.set_main_option("script_location", str(scripts))
        command.upgrade(config, "head")

    async with engines.patient_writers.begin() as connection:
        await connection.run_sync(forward)
        assert (await connection.execute(text("SELECT version_num FROM alembic_version"))).scalar_one() == "9999"
    await engines.close()


async def test_a_conversation_goes_on_while_the_tables_grow(store_url: str, tmp_path: Path) -> None:
    async with open_town(store_url, tmp_path / "media") as town:
        officer = await town.officer("王网格员", (Role.GRID_WORKER, GRID))
        citizen = town.citizen("李")
        first = await reports(citizen)
        for word in ("上报", "村口的路灯又不亮了", LAMP):
            await citizen.says(word)
        await upgraded(store_url, tmp_path)
        await town.store.ready()
        await town.store.try_write()
        await citizen.says(Location(pin(), "东村村口"))
        for word in ("0", "0", "确认"):
            answer = await citizen.says(word)
        assert "编号 YX" in answer
        assert "签收" in await officer.says(f"签收 {first}")
        await town.turn()
        assert (await town.store.backlog.read(town.clock())).steps_overdue == 0
        media = MediaFolder(tmp_path / "media", town.store.talk_ailments)
        doctor = Doctor(town.store, town.knowledge, [town.phones.name], media, town.clock())
        assert await doctor.examine() == []


async def test_a_node_of_this_release_starts_on_newer_tables_and_leaves_them_alone(
    store_url: str, tmp_path: Path
) -> None:
    await upgraded(store_url, tmp_path)
    settings = Settings(storage=StorageSettings(url=store_url, media=tmp_path / "media"))
    assert "已经是最新的" in await brought_up_to_date(settings, dry_run=False)
    async with opened(settings) as store:
        await store.ready()
    engines = engines_for(store_url)
    async with engines.readers.connect() as connection:
        assert (await connection.execute(text("SELECT version_num FROM alembic_version"))).scalar_one() == "9999"
    await engines.close()
