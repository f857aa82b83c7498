"""What is wrong in a file people wrote: where it is, what it is, and what to write instead."""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from types import UnionType
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

AT_LINE = re.compile(r"at line (\d+)")
TABLE = re.compile(r"^\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(#.*)?$")
KEY = re.compile(r"""^\s*("[^"]*"|'[^']*'|[A-Za-z0-9_.-]+)\s*=(.*)$""")
KEY_ITSELF = "[key]"  # what pydantic calls a key that is wrong
QUOTES = ('"""', "'''")
SECTION = "请写成一节，用方括号开头，例如 [http] 或 [wechat.main]。"
EXPECTED = {
    "int_parsing": "请写整数，不带引号。",
    "int_type": "请写整数，不带引号。",
    "int_from_float": "请写整数，不带小数。",
    "float_parsing": "请写数字。",
    "float_type": "请写数字。",
    "string_type": "请写成带引号的文字。",
    "bool_parsing": "请写 true 或 false。",
    "list_type": "请写成列表，例如 [“甲”, “乙”]。",
    "tuple_type": "请写成列表，例如 [“甲”, “乙”]。",
    "dict_type": SECTION,
    "model_type": SECTION,
}
BOUNDS = {"greater_than_equal": ("ge", "不小于"), "greater_than": ("gt", "大于"), "less_than_equal": ("le", "不大于")}

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend. `line` is 0 where the file as a whole is meant."""

    file: str
    line: int
    what: str
    instead: str

    def __str__(self) -> str:
        where = f"{self.file} 第 {self.line} 行" if self.line else self.file
        return f"{where}：{self.what}{self.instead}"


def listed(title: str, problems: Sequence[Problem]) -> str:
    """All problems as a numbered Chinese list."""
    lines = [f"{number}. {problem}" for number, problem in enumerate(problems, 1)]
    return "\n".join([f"{title}有 {len(problems)} 处要改：", *lines])


def toml_fault(file: str, error: tomllib.TOMLDecodeError) -> Problem:
    """What to mend in a text that is no TOML."""
    found = AT_LINE.search(str(error))
    what = "这里读不懂，不是 TOML 的写法。"
    return Problem(file, int(found[1]) if found else 0, what, "每行写 名称 = 值，文字用英文双引号括起来。")


def toml_lines(text: str) -> dict[Path, int]:
    """The line of each table and key of a TOML text, by path; tables of arrays are numbered from 0."""
    found: dict[Path, int] = {}
    table: Path = ()
    arrays: dict[str, int] = {}
    closing = ""
    for number, line in enumerate(text.splitlines(), 1):
        if closing:
            closing = "" if closing in line else closing
            continue
        if heading := TABLE.match(line):
            name = heading[2]
            table = _names(name)
            if heading[1] == "[[":
                arrays[name] = arrays.get(name, -1) + 1
                table = (*table, arrays[name])
            found.setdefault(table, number)
        elif key := KEY.match(line):
            found.setdefault((*table, *_names(key[1])), number)
            closing = next((quote for quote in QUOTES if key[2].count(quote) == 1), "")
    return found


def _names(dotted: str) -> Path:
    if dotted[:1] in "\"'":
        return (dotted.strip("\"'"),)
    return tuple(part.strip().strip("\"'") for part in dotted.split("."))


def line_of(lines: dict[Path, int], path: Path) -> int:
    """The line of the path, or of the nearest table above it; 0 when nothing of it is written."""
    for length in range(len(path), 0, -1):
        if path[:length] in lines:
            return lines[path[:length]]
    return 0


def nearest(name: str, known: Iterable[str]) -> str:
    """Words that name the closest known name, or all of them."""
    names = sorted(known)
    close = get_close_matches(name.lower(), names, n=1, cutoff=0.5)
    return f"您是不是想写 {close[0]}？" if close else f"可用的名称：{'、'.join(names) or '无'}。"


def explained(
    error: ValidationError,
    model: type[BaseModel],
    file: str,
    lines: dict[Path, int],
    origins: Mapping[tuple[str, ...], str] | None = None,
) -> list[Problem]:
    """What the check of a model found, as problems. Values are never repeated: some are secrets.

    `origins` names the environment variable that gave a value, where one did.
    """
    found = []
    for details in error.errors(include_url=False):
        problem = _explained(details, model, file, lines)
        path = _path(details)
        above = path[:-1] if details["type"] == "missing" else path
        variable = _variable(above, lines, origins or {})
        if variable and above is not path:
            problem = replace(problem, instead=f"请也给出 {path[-1]}，或检查变量里的账号名。")
        found.append(replace(problem, file=f"环境变量 {variable}", line=0) if variable else problem)
    return found


def _path(details: ErrorDetails) -> Path:
    return tuple(step for step in details["loc"] if step != KEY_ITSELF)


def _variable(path: Path, lines: dict[Path, int], origins: Mapping[tuple[str, ...], str]) -> str | None:
    """The variable that gave what is at that path, or the first of those that gave something of it and no file did."""
    keys = tuple(map(str, path))
    if keys in origins or path in lines:
        return origins.get(keys)
    return next((variable for given, variable in origins.items() if given[: len(keys)] == keys), None)


def _explained(details: ErrorDetails, model: type[BaseModel], file: str, lines: dict[Path, int]) -> Problem:
    path, kind = _path(details), details["type"]
    name = ".".join(map(str, path))
    line = line_of(lines, path)
    if kind == "extra_forbidden":
        return Problem(file, line, f"没有叫 {name} 的设置。", nearest(str(path[-1]), names_at(model, path[:-1])))
    if kind == "missing":
        return Problem(file, line, f"缺少 {name}。", f"请加上一行：{path[-1]} = …")
    context = details.get("ctx", {})
    if kind in BOUNDS:
        bound, words = BOUNDS[kind]
        return Problem(file, line, f"{name} 不对。", f"请写{words} {context[bound]:g} 的数。")
    if kind == "value_error":
        return Problem(file, line, f"{name} 不对。", str(context["error"]))
    if kind == "literal_error":
        return Problem(file, line, f"{name} 不对。", f"只能写 {str(context['expected']).replace(' or ', ' 或 ')}。")
    return Problem(file, line, f"{name} 不对。", EXPECTED.get(kind, "请对照 docs/configuration.md 改写。"))


def names_at(model: type[BaseModel], path: Path) -> list[str]:
    """The names known at that path of a model."""
    here: Any = model
    for step in path:
        if isinstance(here, type) and issubclass(here, BaseModel):
            field = here.model_fields.get(str(step))
            here = _inner(field.annotation) if field else None
        else:
            here = _inner(get_args(here)[-1]) if get_args(here) else None
    return list(here.model_fields) if isinstance(here, type) and issubclass(here, BaseModel) else []


def _inner(annotation: Any) -> Any:
    if get_origin(annotation) in (Union, UnionType):
        return next(kind for kind in get_args(annotation) if kind is not type(None))
    return annotation
