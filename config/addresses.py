"""Checks of the addresses in the settings: database, Redis and API, taken apart as the drivers do.

What is wrong is said without the address: it may hold a password.
"""

import re
from importlib import import_module
from urllib.parse import urlsplit

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

DATABASES = ("sqlite+aiosqlite:///", "postgresql+asyncpg://")
SCHEMES = ("redis://", "rediss://", "unix://")
PORTS = range(1, 65536)
SSL_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
POSTGRES_KEYS = ("host", "passfile", "prepared_statement_cache_size", "ssl", "target_session_attrs")
"""What may stand behind the ?; of what the driver takes besides, part must not come as text, part is ours to set."""

SIGNS = "用户名和密码里的 / ? # @ : 等符号要写成 %2F 这样的编码。"
DATABASE_FORM = f"请写 postgresql+asyncpg://用户:密码@主机:5432/库名 这样的地址，端口是 1 到 65535；{SIGNS}"
REDIS_FORM = f"请写 redis://主机:6379/0 这样的地址，端口是 1 到 65535；{SIGNS}"
API_FORM = "请写 https://主机 或 https://主机:端口/路径 这样的地址，不带用户名、密码和参数。"


def _in_one_piece(value: str) -> bool:
    return bool(value) and value.isprintable() and " " not in value


def database_address(value: str) -> str:
    """The same address. Raises ValueError where the driver could not read it."""
    if not value.startswith(DATABASES) or value in DATABASES or not _in_one_piece(value):
        raise ValueError(f"请以 {' 或 '.join(DATABASES)} 开头，后面写文件名或主机，不要有空格。")
    try:
        url = make_url(value)
    except (ArgumentError, ValueError):
        raise ValueError(DATABASE_FORM) from None
    if value.startswith(DATABASES[0]):
        _check_sqlite(url)
    else:
        _check_postgres(url)
    return value


def _check_sqlite(url: URL) -> None:
    if url.query:
        raise ValueError("SQLite 的地址只写文件名，请删去 ? 和后面的参数。")


def _check_postgres(url: URL) -> None:
    if "sslmode" in url.query:
        raise ValueError("这里没有 sslmode，请写 ssl=require（或 ssl=verify-full 等，取值相同）。")
    twice = any(isinstance(value, tuple) for key, value in url.query.items() if key != "host")
    if twice or not set(url.query) <= set(POSTGRES_KEYS):
        raise ValueError(f"? 后面有不认识或重复的参数，只能写 {'、'.join(POSTGRES_KEYS)}。")
    if url.query.get("ssl", "prefer") not in SSL_MODES:
        raise ValueError(f"ssl 只能写 {'、'.join(SSL_MODES)}。")
    try:
        _, given = url.get_dialect()().create_connect_args(url)
    except (ArgumentError, ValueError, TypeError):
        raise ValueError(DATABASE_FORM) from None
    ports = given.get("port", PORTS[0])
    if url.port == 0 or not all(port in PORTS for port in (ports if isinstance(ports, list) else [ports])):
        raise ValueError(DATABASE_FORM)


def redis_address(value: str) -> str:
    """The same address. Raises ValueError where the client could not use it."""
    if not value.startswith(SCHEMES) or value in SCHEMES or not _in_one_piece(value):
        raise ValueError(REDIS_FORM)
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError:
        raise ValueError(REDIS_FORM) from None
    if parts.scheme != "unix" and not re.fullmatch(r"/?|/[0-9]+", parts.path):
        raise ValueError("主机和端口后面只能写库的编号，例如 /0。" + SIGNS)
    if port == 0 or parts.fragment:
        raise ValueError(REDIS_FORM)
    import_module("config.redis_parameters").check(value)  # its client is loaded only where there is an address
    return value


def api_address(value: str) -> str:
    """The same address. Raises ValueError where nobody could call there."""
    if not value.startswith(("http://", "https://")) or not _in_one_piece(value):
        raise ValueError("请写以 http:// 或 https:// 开头的地址。")
    try:
        parts = urlsplit(value)
        host, port = (parts.hostname or "").encode("idna"), parts.port
    except ValueError:
        raise ValueError(API_FORM) from None
    if not host or port == 0 or "@" in parts.netloc or parts.query or parts.fragment:
        raise ValueError(API_FORM)
    return value
