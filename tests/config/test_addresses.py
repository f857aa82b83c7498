"""Addresses in the settings: what the drivers could not read is refused, and never repeated."""

import pytest

from config.addresses import api_address, database_address, redis_address
from config.settings import BadSettings, Settings

POSTGRES = "postgresql+asyncpg://bell:geheim@db.example"


@pytest.mark.parametrize(
    "address",
    [
        "sqlite+aiosqlite:///./gridbell.db",
        "sqlite+aiosqlite:////var/lib/gridbell.db",
        "postgresql+asyncpg:///gridbell",
        "postgresql+asyncpg:///gridbell?host=/var/run/postgresql",
        "postgresql+asyncpg:///gridbell?host=one:5432&host=two:5432",
        "postgresql+asyncpg://bell@[::1]:5432/gridbell",
        POSTGRES + ":65535/gridbell?ssl=require&prepared_statement_cache_size=0",
    ],
)
def test_a_database_that_the_driver_can_read_is_taken(address: str) -> None:
    assert database_address(address) == address


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("mysql://bell:geheim@db", "请以 sqlite"),
        ("sqlite+aiosqlite:///", "请以 sqlite"),
        (POSTGRES + "/geheim db", "不要有空格"),
        ("sqlite+aiosqlite:///geheim.db?mode=ro", "SQLite 的地址只写文件名"),
        (POSTGRES + ":abc/db", "端口是 1 到 65535"),
        (POSTGRES + ":0/db", "端口是 1 到 65535"),
        (POSTGRES + ":99999/db", "端口是 1 到 65535"),
        ("postgresql+asyncpg://bell:geheim@[::1/db", "这样的地址"),
        (POSTGRES + "/db?host=one:5432&host=two:99999", "端口是 1 到 65535"),
        (POSTGRES + "/db?sslmode=require", "请写 ssl=require"),
        (POSTGRES + "/db?ssl=geheim", "ssl 只能写 disable"),
        (POSTGRES + "/db?foo=geheim", "不认识或重复的参数，只能写 host、"),
        (POSTGRES + "/db?passfile=a&passfile=b", "不认识或重复的参数"),
        (POSTGRES + "/db?prepared_statement_cache_size=x", "这样的地址"),
    ],
)
def test_a_database_that_the_driver_cannot_read_is_refused(address: str, words: str) -> None:
    with pytest.raises(ValueError, match=words.replace("?", r"\?")) as refused:
        database_address(address)
    assert "geheim" not in str(refused.value)
    assert refused.value.__cause__ is None


@pytest.mark.parametrize(
    "address",
    [
        "redis:///0",
        "redis://cache",
        "redis://:a%2Fb@cache:6379/0?socket_timeout=5",
        "rediss://cache/1",
        "unix:///run/r",
    ],
)
def test_a_redis_that_the_client_can_use_is_taken(address: str) -> None:
    assert redis_address(address) == address


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("cache:6379", "请写 redis://"),
        ("redis://:geheim/x@cache:6379/0", "要写成 %2F 这样的编码"),
        ("redis://:geheim#x@cache:6379/0", "要写成 %2F 这样的编码"),
        ("redis://cache:99999", "端口是 1 到 65535"),
        ("redis://:99999", "端口是 1 到 65535"),
        ("redis://cache:0", "端口是 1 到 65535"),
        ("redis://[::1", "请写 redis://"),
        ("redis://cache/0#geheim", "请写 redis://"),
        ("redis://cache/geheim", "库的编号"),
        ("redis://cache?foo=geheim", "不认识的参数或取值"),
        ("redis://cache?socket_timeout=geheim", "不认识的参数或取值"),
        ("redis://cache?protocol=9", "不认识的参数或取值"),
    ],
)
def test_a_redis_that_the_client_could_not_use_is_refused(address: str, words: str) -> None:
    with pytest.raises(ValueError, match=words) as refused:
        redis_address(address)
    assert "geheim" not in str(refused.value)
    assert refused.value.__cause__ is None


@pytest.mark.parametrize("address", ["https://api.weixin.qq.com", "http://127.0.0.1:8081/api", "http://[::1]:80"])
def test_an_api_that_can_be_called_is_taken(address: str) -> None:
    assert api_address(address) == address


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:abc",
        "http://127.0.0.1:99999",
        "http://127.0.0.1:0",
        "https://user:geheim@[::1",
        "https://user:geheim@api.example",
        "https://api..example",
        "https://:443",
        "https://api.example?key=geheim",
    ],
)
def test_an_api_that_nobody_could_call_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="请写 https://主机") as refused:
        api_address(address)
    assert "geheim" not in str(refused.value)


def test_a_refused_address_is_a_problem_of_the_settings_without_its_password() -> None:
    environ = {"GRIDBELL_STORAGE__URL": POSTGRES + ":abc/db", "GRIDBELL_STORAGE__REDIS_URL": "redis://:geheim/x@h"}
    with pytest.raises(BadSettings) as refused:
        Settings.load(None, environ)
    assert [problem.file for problem in refused.value.problems] == [
        "环境变量 GRIDBELL_STORAGE__URL",
        "环境变量 GRIDBELL_STORAGE__REDIS_URL",
    ]
    assert "geheim" not in str(refused.value)
