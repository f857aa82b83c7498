"""Settings from environment variables: GRIDBELL_SECTION__NAME, and …_FILE for secrets kept in files."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from config.problems import Problem

PREFIX = "GRIDBELL_"
NESTING = "__"
FROM_FILE = "_file"

Keys = tuple[str, ...]


def read_environment(
    environ: Mapping[str, str], sections: Iterable[str], problems: list[Problem]
) -> tuple[dict[str, Any], dict[Keys, str]]:
    """The nested settings that the variables give, and which variable gave which; what is wrong goes to `problems`.

    Variables that name no section and have no double underscore are not ours and are passed over.
    """
    values: dict[str, Any] = {}
    origins: dict[Keys, str] = {}
    names = tuple(sections)
    for variable in sorted(environ):
        if not variable.upper().startswith(PREFIX):
            continue
        keys = tuple(variable[len(PREFIX) :].lower().split(NESTING))
        if len(keys) == 1:
            problems.extend(_single(variable, keys[0], names))
            continue
        value: str | None = environ[variable]
        if keys[-1].endswith(FROM_FILE):
            keys = (*keys[:-1], keys[-1].removesuffix(FROM_FILE))
            value = _content(variable, environ[variable], problems)
        if value is not None and _put(values, keys, value, variable, problems):
            origins[keys] = variable
    return values, origins


def _single(variable: str, key: str, sections: Iterable[str]) -> list[Problem]:
    section = next((name for name in sections if key.startswith(name + "_")), None)
    if section is None:
        return []
    better = f"{PREFIX}{section}{NESTING}{key.removeprefix(section + '_')}".upper()
    return [Problem(f"环境变量 {variable}", 0, "节与名称之间要两个下划线。", f"请写 {better}。")]


def _content(variable: str, file: str, problems: list[Problem]) -> str | None:
    try:
        return Path(file).read_text(encoding="utf-8-sig").strip()
    except (OSError, UnicodeDecodeError):
        problems.append(Problem(f"环境变量 {variable}", 0, "它指的文件打不开。", "请检查路径和读取权限。"))
        return None


def _put(values: dict[str, Any], keys: Keys, value: str, variable: str, problems: list[Problem]) -> bool:
    here = values
    for key in keys[:-1]:
        here = here.setdefault(key, {})
        if not isinstance(here, dict):
            break
    if not isinstance(here, dict) or keys[-1] in here:
        problems.append(Problem(f"环境变量 {variable}", 0, "与另一个变量冲突。", "同一项设置只写一次。"))
        return False
    here[keys[-1]] = value
    return True
