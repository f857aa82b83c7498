"""Opens the port for callbacks, and says by which setting it cannot be opened."""

import errno
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from aiohttp import web

from bot.web import opened as door


class CannotListen(Exception):
    """The address cannot be listened on; the message says in Chinese which setting to mend."""


@asynccontextmanager
async def listening(app: web.Application, host: str, port: int) -> AsyncIterator[None]:
    """Callbacks are taken while the context lasts. Raises CannotListen."""
    async with AsyncExitStack() as stack:
        try:
            await stack.enter_async_context(door(app, host, port))
        except (OSError, UnicodeError) as fault:
            raise CannotListen(reason(fault, host, port)) from fault
        yield


def reason(fault: OSError | UnicodeError, host: str, port: int) -> str:
    """In Chinese, why nobody can listen there, and what to mend."""
    if isinstance(fault, socket.gaierror | UnicodeError):
        return f"找不到配置 [http] host 写的“{host}”。请写本机的地址，如 127.0.0.1，或用 0.0.0.0 表示全部。"
    if fault.errno == errno.EADDRINUSE:
        return f"端口 {port} 已被占用：可能 gridbell 已经在运行。请停掉占用它的程序，或改配置 [http] port。"
    if fault.errno in (errno.EACCES, errno.EPERM):
        return f"没有权限使用端口 {port}。请把配置 [http] port 改为 1024 以上，由反向代理转过来。"
    if fault.errno == errno.EADDRNOTAVAIL:
        return f"配置 [http] host 写的“{host}”不是本机的地址。请写 127.0.0.1，或用 0.0.0.0 表示全部。"
    return f"不能在 {host}:{port} 上监听（{fault.strerror}）。请检查配置 [http] host 和 port。"
