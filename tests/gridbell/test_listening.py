"""Why nobody can listen at an address, in words that name the setting."""

import errno
import socket

import pytest
from aiohttp import web

from gridbell.faults import plain_faults
from gridbell.listening import CannotListen, listening, reason


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        (PermissionError(errno.EACCES, "denied"), "没有权限使用端口 80。请把配置 [http] port 改为 1024 以上"),
        (socket.gaierror(socket.EAI_NONAME, "unknown"), "找不到配置 [http] host 写的“here”。"),
        (UnicodeError("label too long"), "找不到配置 [http] host 写的“here”。"),
        (OSError(errno.EADDRINUSE, "in use"), "端口 80 已被占用"),
        (OSError(errno.EADDRNOTAVAIL, "cannot assign"), "配置 [http] host 写的“here”不是本机的地址。"),
        (OSError(errno.EMFILE, "too many files"), "不能在 here:80 上监听（too many files）。"),
    ],
)
def test_each_reason_names_what_to_mend(fault: OSError | UnicodeError, told: str) -> None:
    assert reason(fault, "here", 80).startswith(told)


async def test_a_taken_port_is_no_traceback() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(CannotListen, match="已被占用"):
        async with listening(web.Application(), "127.0.0.1", taken.getsockname()[1]):
            pass


def test_a_refusal_without_a_file_is_a_whole_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    for fault in (PermissionError(errno.EACCES, "denied"), OSError(errno.EIO, "broken")):
        with pytest.raises(Exception, match="1"), plain_faults():
            raise fault
    assert capsys.readouterr().err.splitlines() == [
        "没有权限。请检查权限，或换一个用户运行。",
        "操作系统拒绝了：broken。",
    ]
