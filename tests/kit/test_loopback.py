"""The watch over the network: whatever would leave the machine is refused and remembered."""

import asyncio
import socket

import pytest

from tests.conftest import WATCH
from tests.kit.loopback import LeavesTheMachine, is_local

ELSEWHERE = "192.0.2.1"
"""An address of the documentation's own network (RFC 5737)."""


def test_a_connection_elsewhere_is_refused_and_remembered() -> None:
    with pytest.raises(LeavesTheMachine, match=ELSEWHERE):
        socket.create_connection((ELSEWHERE, 9), timeout=0.01)
    assert set(WATCH.take()) == {ELSEWHERE}


def test_a_look_up_elsewhere_is_refused_and_remembered() -> None:
    with pytest.raises(LeavesTheMachine):
        socket.getaddrinfo("gridbell.invalid", 80)
    assert WATCH.take() == ["gridbell.invalid"]


def test_a_packet_elsewhere_is_refused_and_remembered() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender, pytest.raises(LeavesTheMachine):
        sender.sendto(b"hello", (ELSEWHERE, 9))
    assert WATCH.take() == [ELSEWHERE]


async def test_asynchronous_connections_are_watched_too() -> None:
    with pytest.raises(LeavesTheMachine):
        await asyncio.open_connection(ELSEWHERE, 9)
    assert set(WATCH.take()) == {ELSEWHERE}


def test_this_machine_may_be_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()).close()
    assert WATCH.take() == []


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "::1", "localhost", b"localhost", "", None, "0.0.0.0"])  # noqa: S104
def test_names_of_this_machine_are_local(host: object) -> None:
    assert is_local(host)


@pytest.mark.parametrize("host", ["10.0.0.1", "example.org", "fe80::1%eth0", "127.0.0.1.example.org"])
def test_other_names_are_not(host: object) -> None:
    assert not is_local(host)
