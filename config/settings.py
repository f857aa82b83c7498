"""What a node needs to know to run: gridbell.toml, the environment, and a word on everything that is wrong there."""

import os
import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, ValidationError

from cases import rules
from config.addresses import api_address, database_address, redis_address
from config.environment import read_environment
from config.problems import Problem, explained, listed, toml_fault, toml_lines
from config.table import Table

AES_KEY = re.compile(r"[A-Za-z0-9]{43}")


class BadSettings(Exception):
    """The settings cannot be used; `problems` has everything that is wrong with them, all at once."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = list(problems)
        super().__init__(listed("设置", self.problems))


def _fits(pattern: str, words: str) -> AfterValidator:
    def check(value: str) -> str:
        if not re.fullmatch(pattern, value):
            raise ValueError(words)
        return value

    return AfterValidator(check)


def _name(value: str) -> str:
    if not (name := value.strip()) or not name.isprintable():
        raise ValueError("请写一行看得见的文字。")
    return name


def _aes_key(value: SecretStr) -> SecretStr:
    if not AES_KEY.fullmatch(value.get_secret_value()):
        raise ValueError("请从公众平台或企业微信后台复制 EncodingAESKey：43 位字母数字。")
    return value


def _secret(value: SecretStr) -> SecretStr:
    secret = value.get_secret_value()
    if not secret.strip():
        raise ValueError("是空的，请从平台后台复制。")
    if not re.fullmatch(r"\S+", secret) or not secret.isprintable():
        raise ValueError("请从平台后台复制，不要有空格、换行和看不见的字符。")
    return value


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("没有这个时区，请写 Asia/Shanghai 或 Asia/Urumqi。") from None
    return value


Secret = Annotated[SecretStr, AfterValidator(_secret)]
AesKey = Annotated[SecretStr, AfterValidator(_aes_key)]
Name = Annotated[str, AfterValidator(_name)]
Host = Annotated[str, _fits(r"\S+", "请写一个地址，例如 127.0.0.1 或 0.0.0.0，不要有空格。")]
Id = Annotated[str, _fits(r"\S+", "请从平台后台复制，不要有空格。")]
Url = Annotated[str, AfterValidator(api_address)]
Database = Annotated[str, AfterValidator(database_address)]
Redis = Annotated[str, AfterValidator(redis_address)]
CountyCode = Annotated[str, _fits(r"[0-9]{6}", "请写六位行政区划代码，带引号。")]
Prefix = Annotated[str, _fits(r"[A-Za-z]{1,6}", "请写 1 到 6 个字母。"), AfterValidator(str.upper)]
"""Capitals, however it is written: what people type is read in capitals too."""


class Section(Table):
    """A section of the file."""


class HttpSettings(Section):
    """Where the callbacks are listened for."""

    host: Host = "127.0.0.1"
    port: int = Field(default=8080, ge=1, le=65535)


class WeChatSettings(Section):
    """One WeChat service account. Without an AES key messages come and go in plain text."""

    app_id: Id
    app_secret: Secret
    token: Secret
    encoding_aes_key: AesKey | None = None
    api_base: Url = "https://api.weixin.qq.com"


class WeComSettings(Section):
    """One WeCom application."""

    corp_id: Id
    agent_id: int = Field(ge=1)
    secret: Secret
    token: Secret
    encoding_aes_key: AesKey
    api_base: Url = "https://qyapi.weixin.qq.com"


class StorageSettings(Section):
    """Where everything is kept. Without Redis what it would hold is kept in memory."""

    url: Database = "sqlite+aiosqlite:///./gridbell.db"
    redis_url: Redis | None = None
    media: Path = Path("media")


class RulesSettings(Section):
    """The folder of the county's own rules; none: those that come along."""

    path: Path | None = None


class CountySettings(Section):
    """Whose front door this is."""

    name: Name = "本县"
    code: CountyCode = "000000"
    time_zone: Annotated[str, AfterValidator(_zone)] = "Asia/Shanghai"
    number_prefix: Prefix = "WG"
    duty_unit: str | None = None

    def county(self) -> rules.County:
        """The same as the case room knows it."""
        return rules.County(self.name, self.code, self.number_prefix, ZoneInfo(self.time_zone), self.duty_unit)


class Settings(BaseModel):
    """All settings; every one has a default but those of a channel. `wechat` and `wecom` are by the account's name."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    http: HttpSettings = HttpSettings()
    wechat: dict[Annotated[str, _fits("[a-z0-9-]+", "账号名请用小写字母、数字和连字符。")], WeChatSettings] = {}
    wecom: dict[Annotated[str, _fits("[a-z0-9-]+", "账号名请用小写字母、数字和连字符。")], WeComSettings] = {}
    storage: StorageSettings = StorageSettings()
    rules: RulesSettings = RulesSettings()
    county: CountySettings = CountySettings()

    @classmethod
    def load(cls, path: Path | None, environ: Mapping[str, str] | None = None) -> Self:
        """The settings of that file (none: no file) with the environment on top.

        Raises BadSettings naming every problem with its file and line, or its variable.
        """
        problems: list[Problem] = []
        text = _text(path, problems) if path else ""
        try:
            written = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise BadSettings([toml_fault(str(path), error)]) from None
        values, origins = read_environment(os.environ if environ is None else environ, cls, problems)
        try:
            settings = cls(**_merged(written, values))
        except ValidationError as error:
            found = explained(error, cls, str(path or "设置"), toml_lines(text), origins)
            raise BadSettings([*problems, *found]) from None
        if problems:
            raise BadSettings(problems)
        return settings


def _text(path: Path, problems: list[Problem]) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        problems.append(Problem(str(path), 0, "打不开，或不是 UTF-8 编码。", "请检查 --config 后面的路径。"))
        return ""


def _merged(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(below)
    for key, value in above.items():
        old = merged.get(key)
        merged[key] = _merged(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return merged
