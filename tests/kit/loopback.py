"""A watch on this process's sockets: no connection may leave the machine."""

import ipaddress
import sys
from typing import Any

LOCAL_NAMES = {"", "localhost", None}


class LeavesTheMachine(Exception):
    """A socket was about to reach a host elsewhere."""


def is_local(host: object) -> bool:
    """Whether that host is this machine."""
    if isinstance(host, bytes):
        host = host.decode("ascii", "replace")
    if host in LOCAL_NAMES:
        return True
    try:
        address = ipaddress.ip_address(str(host).partition("%")[0])
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


class Watch:
    """Refuses connections and look-ups that leave the machine, and remembers them, since code may swallow errors."""

    def __init__(self) -> None:
        self.refused: list[str] = []
        sys.addaudithook(self._audit)

    def _audit(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event in {"socket.connect", "socket.sendto"}:
            address = arguments[1]
            if isinstance(address, tuple) and address:
                self._check(address[0])
        elif event == "socket.getaddrinfo":
            self._check(arguments[0])

    def _check(self, host: object) -> None:
        if not is_local(host):
            self.refused.append(str(host))
            raise LeavesTheMachine(str(host))

    def take(self) -> list[str]:
        """What was refused since the last time."""
        refused, self.refused = self.refused, []
        return refused
