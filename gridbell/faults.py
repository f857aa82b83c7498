"""What an admin can mend, said in words instead of a traceback."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

import typer

from config.rulebook import BadData
from config.settings import BadSettings
from gridbell.terminal import complain
from storage.engines import StoreUnreachable


@contextmanager
def plain_faults(*more: type[Exception]) -> Iterator[None]:
    """Within it, what an admin can mend is said in words, and the command ends with 1; a bug keeps its traceback.

    `more`: kinds that only some commands know, and whose str() is in plain Chinese.
    """
    kinds: tuple[type[Exception], ...] = (BadSettings, BadData, StoreUnreachable, *more)
    try:
        yield
    except kinds as fault:
        complain(str(fault))
    except OSError as fault:
        complain(_os_words(fault))
    else:
        return
    raise typer.Exit(1)


def _os_words(fault: OSError) -> str:
    if fault.errno == errno.ENOSPC:
        return "磁盘满了。请腾出空间再试。"
    if fault.errno in (errno.EACCES, errno.EPERM):
        return f"没有权限{f'使用 {fault.filename}' if fault.filename else ''}。请检查权限，或换一个用户运行。"
    where = f"（{fault.filename}）" if fault.filename else ""
    return f"操作系统拒绝了：{fault.strerror or type(fault).__name__}{where}。"
