"""Settings from a file and the environment, and a clear word on everything that is wrong there."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from config.settings import BadSettings, Settings

AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
WECHAT = f"""[wechat.main]
app_id = "wx0123456789abcdef"
app_secret = "hidden-one"
token = "hidden-two"
encoding_aes_key = "{AES_KEY}"
"""
WECOM = f"""[wecom.staff]
corp_id = "ww0123456789abcdef"
agent_id = 1000002
secret = "hidden-one"
token = "hidden-two"
encoding_aes_key = "{AES_KEY}"
"""


def load(folder: Path, text: str, **environ: str) -> Settings:
    file = folder / "gridbell.toml"
    file.write_text(text, encoding="utf-8")
    return Settings.load(file, environ)


def told(folder: Path, text: str, environ: Mapping[str, str] | None = None) -> list[str]:
    """What is said of it, without the folder's name."""
    with pytest.raises(BadSettings) as refused:
        load(folder, text, **(environ or {}))
    return [str(problem).replace(str(folder) + "/", "") for problem in refused.value.problems]


def test_nothing_written_is_a_whole_configuration(tmp_path: Path) -> None:
    for settings in (Settings.load(None, {}), load(tmp_path, "")):
        assert settings.storage.url == "sqlite+aiosqlite:///./gridbell.db"
        assert settings.storage.redis_url is None
        assert (settings.http.host, settings.http.port) == ("127.0.0.1", 8080)
        assert (settings.wechat, settings.wecom) == ({}, {})
        assert settings.county.county().zone == ZoneInfo("Asia/Shanghai")


def test_accounts_are_read_by_their_names(tmp_path: Path) -> None:
    settings = load(tmp_path, WECHAT + WECOM)
    assert settings.wechat["main"].app_secret.get_secret_value() == "hidden-one"
    assert settings.wechat["main"].api_base == "https://api.weixin.qq.com"
    assert settings.wecom["staff"].agent_id == 1000002
    assert settings.wecom["staff"].encoding_aes_key.get_secret_value() == AES_KEY


def test_a_service_account_may_speak_in_plain_text(tmp_path: Path) -> None:
    plain = "\n".join(line for line in WECHAT.splitlines() if "aes" not in line)
    assert load(tmp_path, plain).wechat["main"].encoding_aes_key is None


def test_the_county_is_handed_to_the_case_room(tmp_path: Path) -> None:
    county = load(
        tmp_path,
        """[county]
        name = " 云溪县 "
        code = "990101"
        number_prefix = "YX"
        time_zone = "Asia/Urumqi"
        duty_unit = "ZHZX"
        """,
    ).county.county()
    assert (county.name, county.code, county.number_prefix, county.duty_unit) == ("云溪县", "990101", "YX", "ZHZX")
    assert county.zone == ZoneInfo("Asia/Urumqi")


@pytest.mark.parametrize("written", ["yx", "Yx", "YX"])
def test_the_letters_before_a_case_number_are_capitals_however_they_are_written(tmp_path: Path, written: str) -> None:
    county = load(tmp_path, f'[county]\nnumber_prefix = "{written}"\n').county.county()
    assert county.number_prefix == "YX"


def test_the_environment_has_the_last_word(tmp_path: Path) -> None:
    settings = load(
        tmp_path,
        "[http]\nhost = '0.0.0.0'\nport = 9000\n",
        GRIDBELL_HTTP__PORT="9001",
        GRIDBELL_STORAGE__URL="postgresql+asyncpg://db/gridbell",
        GRIDBELL_CONFIG="not ours",
        PATH="/bin",
    )
    assert (settings.http.host, settings.http.port) == ("0.0.0.0", 9001)  # noqa: S104 (read, not listened on)
    assert settings.storage.url == "postgresql+asyncpg://db/gridbell"


def test_a_secret_may_lie_in_a_file_of_its_own(tmp_path: Path) -> None:
    secret = tmp_path / "app_secret"
    secret.write_text("\ufefffrom-a-file\n", encoding="utf-8")
    settings = load(tmp_path, WECHAT, GRIDBELL_WECHAT__MAIN__APP_SECRET_FILE=str(secret))
    assert settings.wechat["main"].app_secret.get_secret_value() == "from-a-file"


def test_an_account_may_come_from_the_environment_alone() -> None:
    values = {"app_id": "wx1", "app_secret": "s", "token": "t", "encoding_aes_key": AES_KEY}
    environ = {f"GRIDBELL_WECHAT__MAIN__{name.upper()}": value for name, value in values.items()}
    assert Settings.load(None, environ).wechat["main"].app_id == "wx1"


def test_secrets_are_not_shown_by_printing(tmp_path: Path) -> None:
    settings = load(tmp_path, WECHAT + WECOM)
    for shown in (repr(settings), str(settings.model_dump())):
        assert not any(secret in shown for secret in ("hidden-one", "hidden-two", AES_KEY))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("\n[http]\nprot = 80", "gridbell.toml 第 3 行：没有叫 http.prot 的设置。您是不是想写 port？"),
        ("[htpp]\nport = 80", "gridbell.toml 第 1 行：没有叫 htpp 的设置。您是不是想写 http？"),
        ("[http]\nzzz = 80", "gridbell.toml 第 2 行：没有叫 http.zzz 的设置。可用的名称：host、port。"),
        (WECHAT + "tokn = 'x'", "gridbell.toml 第 6 行：没有叫 wechat.main.tokn 的设置。您是不是想写 token？"),
        ("[http]\nport = 70000", "gridbell.toml 第 2 行：http.port 不对。请写不大于 65535 的数。"),
        ("[http]\nport = 'x'", "gridbell.toml 第 2 行：http.port 不对。请写整数，不带引号。"),
        ("http = 1", "gridbell.toml 第 1 行：http 不对。请写成一节，用方括号开头，"),
        ("[county]\ncode = '9901'", "gridbell.toml 第 2 行：county.code 不对。请写六位行政区划代码，带引号。"),
        ("[county]\ncode = 990101", "gridbell.toml 第 2 行：county.code 不对。请写成带引号的文字。"),
        ("[county]\nnumber_prefix = '网格'", "gridbell.toml 第 2 行：county.number_prefix 不对。请写 1 到 6 个字母。"),
        ("[county]\nnumber_prefix = 'ABCDEFG'", "第 2 行：county.number_prefix 不对。"),
        ("[county]\ntime_zone = '北京'", "county.time_zone 不对。没有这个时区，请写 Asia/Shanghai 或 Asia/Urumqi。"),
        ("[county]\ntime_zone = '../etc'", "county.time_zone 不对。没有这个时区"),
        ("[storage]\nurl = 'mysql://x'", "第 2 行：storage.url 不对。请以 sqlite+aiosqlite:/// 或 postgresql+asyncpg"),
        ("[storage]\nredis_url = 'localhost'", "storage.redis_url 不对。请写 redis://主机:6379/0 这样的地址，"),
        (
            WECHAT.replace(AES_KEY, AES_KEY[1:]),
            "第 5 行：wechat.main.encoding_aes_key 不对。请从公众平台或企业微信后台",
        ),
        (WECHAT.replace("hidden-two", " "), "第 4 行：wechat.main.token 不对。是空的，请从平台后台复制。"),
        (WECHAT.replace("hidden-two", "hidden two"), "第 4 行：wechat.main.token 不对。请从平台后台复制，不要有空格"),
        (WECHAT.replace("hidden-two", "\ufeffhidden"), "第 4 行：wechat.main.token 不对。请从平台后台复制，不要有空格"),
        ("[http]\nport = true", "第 2 行：http.port 不对。请写数字，或带引号的文字，不能写 true 或 false。"),
        (WECOM.replace("1000002", "true"), "第 3 行：wecom.staff.agent_id 不对。请写数字"),
        ("[http]\nhost = ' '", "第 2 行：http.host 不对。请写一个地址"),
        ("[county]\nname = '  '", "第 2 行：county.name 不对。请写一行看得见的文字。"),
        ('[county]\nname = "云溪\\n县"', "第 2 行：county.name 不对。请写一行看得见的文字。"),
        (WECHAT.replace("wx0", "wx 0"), "第 2 行：wechat.main.app_id 不对。请从平台后台复制，不要有空格。"),
        (WECHAT + "api_base = 'ftp://x'", "wechat.main.api_base 不对。请写以 http:// 或 https:// 开头的地址。"),
        (WECHAT.replace("main", "Main"), "第 1 行：wechat.Main 不对。账号名请用小写字母、数字和连字符。"),
        (
            "[wechat]\ntoken = 'x'",
            "第 2 行：wechat.token 不对。请写成一节，用方括号开头，例如 [http] 或 [wechat.main]。",
        ),
        (WECOM.replace("1000002", "'应用'"), "第 3 行：wecom.staff.agent_id 不对。请写整数，不带引号。"),
        (WECOM.replace("agent_id = 1000002\n", ""), "第 1 行：缺少 wecom.staff.agent_id。请加上一行：agent_id = …"),
        ("[http\nport = 1", "gridbell.toml 第 1 行：这里读不懂，不是 TOML 的写法。"),
        ("[http]\nport = = 1", "gridbell.toml 第 2 行：这里读不懂，不是 TOML 的写法。"),
    ],
)
def test_what_is_wrong_is_told_with_its_line_and_what_to_write(tmp_path: Path, text: str, words: str) -> None:
    (only,) = told(tmp_path, text)
    assert words in only


def test_all_problems_come_at_once_and_none_repeats_a_secret(tmp_path: Path) -> None:
    bad = WECHAT.replace(AES_KEY, "hidden-key") + "secret = 'hidden-three'\n[http]\nport = 0\n"
    file = tmp_path / "gridbell.toml"
    file.write_text(bad, encoding="utf-8")
    with pytest.raises(BadSettings) as refused:
        Settings.load(file, {"GRIDBELL_STORAGE__URL": "hidden-four"})
    words = str(refused.value)
    assert words.startswith("设置有 4 处要改：\n1. ")
    assert len(refused.value.problems) == len(words.splitlines()) - 1 == 4
    assert "hidden" not in words
    assert refused.value.__cause__ is None


@pytest.mark.parametrize(
    ("environ", "words"),
    [
        ({"GRIDBELL_HTTP__PORT": "many"}, "环境变量 GRIDBELL_HTTP__PORT：http.port 不对。请写整数"),
        ({"GRIDBELL_HTTP__PROT": "80"}, "环境变量 GRIDBELL_HTTP__PROT：没有叫 http.prot 的设置。您是不是想写 port？"),
        ({"GRIDBELL_HTTP_PORT": "80"}, "节与名称之间要两个下划线。请写 GRIDBELL_HTTP__PORT。"),
        ({"GRIDBELL_HTTP_PORT_FILE": "80"}, "节与名称之间要两个下划线。请写 GRIDBELL_HTTP__PORT_FILE。"),
        ({"GRIDBELL_HTTP": "x"}, "环境变量 GRIDBELL_HTTP：节与名称之间要两个下划线。请写 GRIDBELL_HTTP__HOST。"),
        ({"GRIDBELL_STORAG__URL": "x"}, "环境变量 GRIDBELL_STORAG__URL：没有叫 storag 的设置。您是不是想写 storage？"),
        (
            {"GRIDBELL_HTTP__PORT__X": "80"},
            "环境变量 GRIDBELL_HTTP__PORT__X：名称后面多了一层。请写 GRIDBELL_HTTP__PORT。",
        ),
        (
            {"GRIDBELL_WECHAT__MAIN_TOKEN": "x"},
            "环境变量 GRIDBELL_WECHAT__MAIN_TOKEN：节、账号名与名称之间都要两个下划线。"
            "请写 GRIDBELL_WECHAT__MAIN__TOKEN。",
        ),
        (
            {"GRIDBELL_WECHAT_MAIN_APP_SECRET_FILE": "x"},
            "GRIDBELL_WECHAT_MAIN_APP_SECRET_FILE：节与名称之间要两个下划线。"
            "请写 GRIDBELL_WECHAT__MAIN__APP_SECRET_FILE。",
        ),
        ({"GRIDBELL_WECHAT__MAIN": "x"}, "请写 GRIDBELL_WECHAT__账号名__名称。"),
        (
            {"GRIDBELL_WECHAT__MAIN__TOKN": "x"},
            "环境变量 GRIDBELL_WECHAT__MAIN__TOKN：没有叫 wechat.main.tokn 的设置。您是不是想写 token？",
        ),
        ({"GRIDBELL_WECHAT__MAIN__TOKEN_FILE": "/nowhere/at/all"}, "它指的文件打不开。请检查路径和读取权限。"),
    ],
)
def test_a_wrong_variable_is_named(tmp_path: Path, environ: dict[str, str], words: str) -> None:
    (only,) = told(tmp_path, WECHAT, environ)
    assert words in only


@pytest.mark.parametrize("content", ["two words", "two\nlines", "tok\u200ben"])
def test_a_secret_in_a_file_is_one_word(tmp_path: Path, content: str) -> None:
    secret = tmp_path / "secret"
    secret.write_text(content, encoding="utf-8")
    (only,) = told(tmp_path, WECHAT, {"GRIDBELL_WECHAT__MAIN__TOKEN_FILE": str(secret)})
    assert only.startswith("环境变量 GRIDBELL_WECHAT__MAIN__TOKEN_FILE：wechat.main.token 不对。请从平台后台复制")


def test_a_setting_written_by_two_variables_is_refused(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("x", encoding="utf-8")
    names = "GRIDBELL_WECHAT__MAIN__TOKEN"
    (only,) = told(tmp_path, WECHAT, {names: "y", names + "_FILE": str(secret)})
    assert "与另一个变量冲突。同一项设置只写一次。" in only


def test_a_misspelt_account_in_a_variable_is_blamed_on_the_variable(tmp_path: Path) -> None:
    lines = told(tmp_path, WECHAT, {"GRIDBELL_WECHAT__MIAN__TOKEN": "x"})
    assert lines == [
        f"环境变量 GRIDBELL_WECHAT__MIAN__TOKEN：缺少 wechat.mian.{name}。请也给出 {name}，或检查变量里的账号名。"
        for name in ("app_id", "app_secret")
    ]
    (*_, last) = told(tmp_path, WECHAT, {"GRIDBELL_WECHAT__MA_IN__TOKEN": "x"})
    assert last.startswith("环境变量 GRIDBELL_WECHAT__MA_IN__TOKEN：")


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00bad"], ids=["no such file", "not UTF-8"])
def test_a_file_that_cannot_be_read_is_told(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "gridbell.toml"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(BadSettings, match=r"打不开，或不是 UTF-8 编码。请检查 --config 后面的路径。"):
        Settings.load(file, {})


def test_a_mark_at_the_head_of_the_file_does_no_harm(tmp_path: Path) -> None:
    assert load(tmp_path, "\ufeff[http]\nport = 9000").http.port == 9000


def test_settings_are_never_changed_once_read() -> None:
    settings: Any = Settings.load(None, {})
    with pytest.raises(ValueError, match="frozen"):
        settings.http.port = 1
