"""Settings from environment variables: GRIDBELL_SECTION__NAME, and …_FILE for secrets kept in files."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from config.problems import Problem, names_at, nearest

PREFIX = "GRIDBELL_"
NESTING = "__"
FROM_FILE = "_file"

Keys = tuple[str, ...]


def read_environment(
    environ: Mapping[str, str], model: type[BaseModel], problems: list[Problem]
) -> tuple[dict[str, Any], dict[Keys, str]]:
    """The nested settings that the variables give, and which variable gave which; what is wrong goes to `problems`.

    Variables that name no section and have no double underscore are not ours and are passed over.
    """
    values: dict[str, Any] = {}
    origins: dict[Keys, str] = {}
    for variable in sorted(environ):
        if not variable.upper().startswith(PREFIX):
            continue
        keys = tuple(variable[len(PREFIX) :].lower().split(NESTING))
        from_file = keys[-1].endswith(FROM_FILE)
        keys = (*keys[:-1], keys[-1].removesuffix(FROM_FILE))
        if len(keys) == 1 and not _section_of(keys[0], model):
            continue
        if wrong := _misnamed(keys, model, FROM_FILE if from_file else ""):
            problems.append(Problem(f"环境变量 {variable}", 0, *wrong))
            continue
        value = _content(variable, environ[variable], problems) if from_file else environ[variable]
        if value is not None and _put(values, keys, value, variable, problems):
            origins[keys] = variable
    return values, origins


def variable_for(*keys: str) -> str:
    """The name of the variable for that section, account (where there are several) and name."""
    return PREFIX + NESTING.join(keys).upper()


def _section_of(key: str, model: type[BaseModel]) -> str:
    """The section that a variable without a double underscore means, or nothing."""
    return next((name for name in model.model_fields if key == name or key.startswith(name + "_")), "")


def _misnamed(keys: Keys, model: type[BaseModel], ending: str) -> tuple[str, str] | None:
    """What is wrong with the variable's name and what to write instead, if anything is."""
    if len(keys) == 1:
        section = _section_of(keys[0], model)
        keys = (section, keys[0].removeprefix(section).removeprefix("_"))
        return "节与名称之间要两个下划线。", f"请写 {_spelt(keys, model, ending)}。"
    if keys[0] not in model.model_fields:
        return f"没有叫 {keys[0]} 的设置。", nearest(keys[0], model.model_fields)
    length = 2 if names_at(model, keys[:1]) else 3
    if len(keys) < length:
        return "节、账号名与名称之间都要两个下划线。", f"请写 {_spelt(keys, model, ending)}。"
    if len(keys) > length:
        return "名称后面多了一层。", f"请写 {variable_for(*keys[:length])}。"
    names = names_at(model, keys[:-1])
    if keys[-1] not in names:
        return f"没有叫 {'.'.join(keys)} 的设置。", nearest(keys[-1], names)
    return None


def _spelt(keys: Keys, model: type[BaseModel], ending: str) -> str:
    """The variable that was meant, as far as it can be known."""
    section, rest = keys
    if names := names_at(model, (section,)):
        return variable_for(section, (rest or names[0]) + ending)
    for name in sorted(names_at(model, (section, rest)), key=len, reverse=True):
        if rest.endswith("_" + name):
            return variable_for(section, rest.removesuffix("_" + name).strip("_"), name + ending)
    return f"{variable_for(section)}{NESTING}账号名{NESTING}名称"


def _content(variable: str, file: str, problems: list[Problem]) -> str | None:
    try:
        return Path(file).read_text(encoding="utf-8-sig").strip()
    except (OSError, UnicodeDecodeError):
        problems.append(Problem(f"环境变量 {variable}", 0, "它指的文件打不开。", "请检查路径和读取权限。"))
        return None


def _put(values: dict[str, Any], keys: Keys, value: str, variable: str, problems: list[Problem]) -> bool:
    """Names are checked by now, so that two variables clash only where both mean the same setting."""
    here = values
    for key in keys[:-1]:
        here = here.setdefault(key, {})
    if keys[-1] in here:
        problems.append(Problem(f"环境变量 {variable}", 0, "与另一个变量冲突。", "同一项设置只写一次。"))
        return False
    here[keys[-1]] = value
    return True
