"""What a database's fault means to an admin: in Chinese, why, and what to mend. Faults of our own have no words."""

import sqlite3

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolExhausted

SILENT = "数据库没有应答，请确认数据库还在运行。"
BUSY = "另一个程序正在写，请稍后再试。"
DAMAGED = "数据库文件已损坏。请停掉 gridbell，把这个文件另存，再从最近的备份恢复。"
FULL = "磁盘满了，数据库写不进去。请腾出空间再试。"
UNWRITABLE = "数据库只能读，不能写。请检查数据库文件和所在文件夹的权限，以及磁盘有没有被挂成只读。"
STANDBY = "数据库只能读，不能写。请把配置 [storage] url 指向主库，并确认库和用户没有设成只读。"
FORBIDDEN = (
    "数据库用户的权限不够。请让数据库管理员授权，如 GRANT USAGE, CREATE ON SCHEMA public TO 用户；"
    "已有的表要 GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO 用户。"
)
AWAY = "和数据库的连接断了，请确认数据库还在运行，再试一次。"
OVERTAKEN = "另一个程序同时改了同样的内容，请再试一次。"

# Primary result codes, https://www.sqlite.org/rescode.html
SQLITE = {
    sqlite3.SQLITE_BUSY: BUSY,
    sqlite3.SQLITE_LOCKED: BUSY,
    sqlite3.SQLITE_READONLY: UNWRITABLE,
    sqlite3.SQLITE_PERM: UNWRITABLE,
    sqlite3.SQLITE_CANTOPEN: "数据库文件打不开。请检查路径，以及文件和所在文件夹的权限。",
    sqlite3.SQLITE_FULL: FULL,
    sqlite3.SQLITE_IOERR: "数据库文件读写出错。请检查磁盘空间和磁盘本身。",
    sqlite3.SQLITE_CORRUPT: DAMAGED,
    sqlite3.SQLITE_NOTADB: DAMAGED,
}
# SQLSTATEs and their classes, https://www.postgresql.org/docs/current/errcodes-appendix.html
POSTGRES = {
    "42501": FORBIDDEN,
    "25006": STANDBY,
    "53100": FULL,
    "57014": "数据库太慢，超过时限的操作被取消了。请检查数据库的负载，再试一次。",
    "55P03": BUSY,
    "08": AWAY,
    "40": OVERTAKEN,
    "53": "数据库的资源用完了（连接、内存或磁盘）。请检查数据库服务器。",
    "57": AWAY,
    "58": "数据库服务器的系统出错。请检查它的磁盘和日志。",
    "XX001": "数据库里的数据已损坏。请检查数据库服务器的日志和磁盘。",
    "XX002": "数据库的索引已损坏。请检查数据库服务器的日志，用 REINDEX 重建索引。",
}


def refusal_of(fault: BaseException) -> str | None:
    """Why the database refused, where an admin can mend it; None for a fault of the program."""
    driver = fault.orig if isinstance(fault, DBAPIError) else fault
    if isinstance(driver, sqlite3.Error):
        return SQLITE.get(getattr(driver, "sqlite_errorcode", 0) & 0xFF)
    if state := getattr(driver, "sqlstate", None):
        return POSTGRES.get(state) or POSTGRES.get(state[:2])
    if isinstance(fault, DBAPIError) and fault.connection_invalidated:
        return AWAY
    return SILENT if isinstance(fault, TimeoutError | ConnectionError | PoolExhausted) else None
