"""A disk without room: nothing is acknowledged, the watchman and the person are told, and all goes on afterwards."""

import random
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.callback import NOT_KEPT
from storage.talk_tables import INBOX
from tests.kit.servers import free_pair
from tests.torture.audit import rows_of, whole
from tests.torture.faults import no_room, room_again
from tests.torture.fleet import fleet
from tests.torture.ground import settled
from tests.torture.platform import Platform
from tests.torture.post import Balancer, Post, balancing_session

OPENER = {"MsgType": "text", "Content": "上报"}


@pytest.mark.long
async def test_a_node_without_room_acknowledges_nothing_says_so_and_goes_on_when_there_is_room(tmp_path: Path) -> None:
    url, port = f"sqlite+aiosqlite:///{tmp_path / 'gridbell.db'}", free_pair()
    ground = await settled(tmp_path, url, None, (port, port + 1))
    platform = Platform(ground.settings, random.Random(1))
    async with platform.open(port), fleet(ground, 1) as berths, balancing_session() as session:
        (berth,) = berths
        post = Post(ground.settings, Balancer(berths, session), random.Random(2))
        assert "什么问题" in (await post.deliver("wechat", "oOne", OPENER)).reply
        no_room(berth)
        refused = await post.deliver("wechat", "oTwo", OPENER)
        assert (refused.kept, refused.last_words, refused.statuses) == (False, NOT_KEPT, [503, 503, 200])
        assert (await berth.process.ready())[0] == 503
        room_again(berth)
        assert (await berth.process.ready())[0] == 200
        assert "什么问题" in (await post.deliver("wechat", "oTwo", OPENER)).reply
        (kept,) = await rows_of(url, select(INBOX.c.key))
        assert refused.key not in {row.key for row in kept}
        assert len(kept) == 2
    assert await whole(url) == "ok"
