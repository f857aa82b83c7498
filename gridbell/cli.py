"""The command line: `gridbell`, with all that an admin does on the machine itself.

Here is what can be typed; what it does lies in `gridbell.commands` and is loaded when it is typed, so that each command
costs the memory and the time of what it needs itself.
"""

import gc
import logging
import os
import re
import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from typer.exceptions import TyperException

from gridbell.logs import start_logging
from gridbell.terminal import complain, tell

OURS_ONLY = 0o077
"""What the program writes holds personal data: nobody but its own user may read it."""
USAGE = {
    r"Missing (?:argument|option|parameter) '?(?P<name>[^']*)'?\.": "缺少参数 {name}。",
    r"No such option: (?P<name>\S+).*": "没有选项 {name}。",
    r"No such command '(?P<name>.*?)'.*": "没有命令 {name}。",
    r"Got unexpected extra argument(?:s|\(s\))? \((?P<name>.*)\)": "多出了参数 {name}。",
    r"Invalid value for '(?P<name>.*?)': .* less than or equal to (?P<most>\d+)": "{name} 请写不大于 {most} 的数。",
    r"Invalid value for '(?P<name>.*?)': .* greater than .* (?P<least>\d+)": "{name} 请写不小于 {least} 的数。",
    r"Invalid value for '(?P<name>.*?)': .* valid integer.*": "{name} 请写整数。",
    r"Invalid value for '(?P<name>.*?)': .*": "{name} 的值不对。",
    r"Option '(?P<name>.*)' requires an argument.*": "选项 {name} 后面要写值。",
}
"""What typer says of a wrong command line, and the same in Chinese."""

app = typer.Typer(
    help="网格铃：网格化治理的对话入口。", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False
)
people = typer.Typer(help="工作人员。", no_args_is_help=True)
units = typer.Typer(help="部门。", no_args_is_help=True)
grids = typer.Typer(help="网格。", no_args_is_help=True)
duty = typer.Typer(help="值班。", no_args_is_help=True)
app.add_typer(people, name="people")
app.add_typer(units, name="units")
app.add_typer(grids, name="grids")
app.add_typer(duty, name="duty")

Config = Annotated[
    Path | None,
    typer.Option("--config", metavar="PATH", readable=False, help="配置文件，默认是 ./gridbell.toml。"),
]
Place = Annotated[Path, typer.Argument(readable=False)]
"""A file or folder; whether it can be read is seen when it is, and said in our words."""
DryRun = Annotated[bool, typer.Option("--dry-run", help="只检查，说明会做什么，不写入任何内容。")]


def _work(name: str) -> Any:
    """The module of that name in `gridbell.commands`. What is loaded stays: nobody looks for garbage meanwhile, which
    would take a tenth of the time."""
    gc.disable()
    try:
        return import_module(f"gridbell.commands.{name}")
    finally:
        gc.enable()


def _version(wanted: bool) -> None:
    if wanted:
        tell(f"gridbell {version('gridbell')}")
        raise typer.Exit


@app.callback()
def every_command(
    shown: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="版本号。")] = False,
) -> None:
    """网格铃：网格化治理的对话入口。"""
    start_logging(logging.WARNING)


@app.command("check")
def check(config: Config = None) -> None:
    """逐项检查设置、规则、数据库、网格、人员、Redis 和各个账号，说明哪里要改。

    “错误”会让 gridbell run 拒绝启动，“警告”不会。有错误时以 1 退出。
    """
    _work("examining").check(config)


@app.command("doctor")
def doctor(
    config: Config = None,
    repair: Annotated[bool, typer.Option("--repair", help="修复找到的问题，并说明做了什么。")] = False,
) -> None:
    """检查数据库和媒体文件里有没有不该有的：卡住的消息、缺少归口或到期事项的案件、对不上的文件。

    默认只检查，什么都不改；加 --repair 才修复。服务运行中也可以做。还有没修复的问题时以 1 退出。
    """
    _work("examining").doctor(config, repair=repair)


@app.command("run")
def run(config: Config = None) -> None:
    """启动服务。Ctrl-C 或 SIGTERM 平稳停止。"""
    _work("running").run(config)


@app.command("migrate")
def migrate(config: Config = None, dry_run: DryRun = False) -> None:
    """新建数据库，或把表更新到这个版本。"""
    _work("storing").migrate(config, dry_run=dry_run)


@app.command("demo")
def demo(
    reset: Annotated[bool, typer.Option("--reset", help="丢掉上次的演示数据，从头开始。")] = False,
    port: Annotated[int, typer.Option("--port", min=1, max=65534, help="演示页的端口，机器人用下一个。")] = 8080,
    folder: Annotated[Path, typer.Option("--folder", readable=False, help="演示数据放在哪里。")] = Path(".demo"),
) -> None:
    """在本机演示：四部手机、一个虚构的县和一只可以拨快的钟。不需要任何账号，也不读配置文件。"""
    _work("showing").demo(reset=reset, port=port, folder=folder)


@people.command("import")
def people_import(file: Place, config: Config = None, dry_run: DryRun = False) -> None:
    """导入工作人员。CSV 列：name,roles,unit,phone；一行一个单位，多个角色用 ; 隔开。"""
    _work("importing").people(file, config, dry_run=dry_run)


@people.command("export")
def people_export(file: Place, config: Config = None) -> None:
    """导出在岗的工作人员，列和导入的一样，可以改好再导入。文件里有电话，请妥善保管。"""
    _work("exporting").people(file, config)


@duty.command("import")
def duty_import(file: Place, config: Config = None, dry_run: DryRun = False) -> None:
    """导入排班。CSV 列：unit,name,phone,from,until；一行一班。文件里一个单位的日期，以文件为准。"""
    _work("importing").duty(file, config, dry_run=dry_run)


@duty.command("export")
def duty_export(file: Place, config: Config = None) -> None:
    """导出排班，列和导入的一样，可以改好再导入。"""
    _work("exporting").duty(file, config)


@people.command("code")
def people_code(
    name: Annotated[str, typer.Argument(help="姓名。")],
    unit: Annotated[str | None, typer.Option("--unit", help="有同名时：单位名称或编码。")] = None,
    phone: Annotated[str | None, typer.Option("--phone", help="有同名时：手机尾号，至少 4 位。")] = None,
    config: Config = None,
) -> None:
    """给一位工作人员发一次性绑定码（24 小时有效）。标准输出只有这个码。"""
    _work("importing").code(name, unit, phone, config)


@units.command("import")
def units_import(file: Place, config: Config = None, dry_run: DryRun = False) -> None:
    """导入部门。CSV 列：code,name,level,parent；parent 写所属乡镇，县级部门留空。"""
    _work("importing").units(file, config, dry_run=dry_run)


@grids.command("import")
def grids_import(file: Place, config: Config = None, dry_run: DryRun = False) -> None:
    """导入网格。GeoJSON 面，WGS-84；属性：code（15 位）、name、village、town。"""
    _work("importing").grids(file, config, dry_run=dry_run)


@app.command("backup")
def backup(dest: Place, config: Config = None, dry_run: DryRun = False) -> None:
    """把数据库和媒体文件备份成一个 zip 文件；写文件夹时自动取名。运行中也可以做。"""
    _work("storing").backup(dest, config, dry_run=dry_run)


@app.command("restore")
def restore(src: Place, config: Config = None, dry_run: DryRun = False) -> None:
    """从备份文件恢复。数据库要是空的（先运行 gridbell migrate）。"""
    _work("storing").restore(src, config, dry_run=dry_run)


def main(words: Sequence[str] | None = None) -> NoReturn:
    """The console script (`words` are the process's own unless given): a wrong command line is said in Chinese.

    Ends the process with 0, with 1 when something is to be mended, and with 2 on a wrong command line.
    """
    os.umask(OURS_ONLY)
    try:
        code = app(words, standalone_mode=False)
    except TyperException as wrong:
        if told := wrong.format_message():  # empty when the help was shown
            complain(in_chinese(told), "用法请看：gridbell --help，或在命令后面加 --help。")
        code = wrong.exit_code
    except (typer.Abort, KeyboardInterrupt):
        complain("已中断。")
        code = 130
    sys.exit(code)


def in_chinese(words: str) -> str:
    """What typer says of a wrong command line, in Chinese where it is one of the usual ones."""
    for pattern, told in USAGE.items():
        if found := re.fullmatch(pattern, words, re.DOTALL):
            meant = re.search(r"Did you mean '?([\w-]+)'?", words)
            return told.format(**found.groupdict()) + (f"是不是 {meant[1]}？" if meant else "")
    return f"命令写得不对：{words}"
