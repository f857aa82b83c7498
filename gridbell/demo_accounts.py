"""The demo's accounts and settings: drawn once, kept in its folder, read by the same code as a county's own."""

import json
import secrets
from pathlib import Path
from string import ascii_letters, digits

from config.settings import Settings
from emulator.settings import DARK_LAMP, LIT_LAMP, OPEN_MANHOLE, Phone, SamplePin, WeChatAccount, WeComAccount

ACCOUNT = "demo"
AUNT_LI, WANG_HAI, HAN_LEI, ZHOU_MIN = "oDemoAuntLi", "wanghai", "hanlei", "zhoumin"
PLACES = (
    SamplePin("桥头村老槐树下", 28.425952, 116.039003),
    SamplePin("县外的高速路口", 28.9, 116.9),
)

PHONES = (
    Phone(
        "citizen",
        "李婶",
        "群众 · 微信",
        "wechat",
        ACCOUNT,
        AUNT_LI,
        shortcuts=("上报", "查询", "菜单"),
        pins=PLACES,
        photos=(DARK_LAMP, OPEN_MANHOLE),
    ),
    Phone(
        "officer",
        "王网格员",
        "桥头第一网格 · 企业微信",
        "wecom",
        ACCOUNT,
        WANG_HAI,
        shortcuts=("我的任务", "帮助"),
        photos=(LIT_LAMP,),
    ),
    Phone(
        "department",
        "韩磊",
        "城市管理局 · 企业微信",
        "wecom",
        ACCOUNT,
        HAN_LEI,
        shortcuts=("我的任务", "帮助"),
        photos=(LIT_LAMP,),
    ),
    Phone(
        "admin",
        "周敏",
        "指挥中心、管理员 · 企业微信",
        "wecom",
        ACCOUNT,
        ZHOU_MIN,
        shortcuts=("待办", "统计 今日", "帮助"),
    ),
)


def keep_settings(folder: Path, page_port: int, bot_port: int) -> Path:
    """Write the demo's gridbell.toml: secrets as drawn at the first run, ports as they are now. The file's path."""
    drawn = folder / "secrets.json"
    if not drawn.exists():
        drawn.touch(mode=0o600)
        drawn.write_text(json.dumps(_draw()), encoding="utf-8")
    words = json.loads(drawn.read_text(encoding="utf-8"))
    page, path = f"http://127.0.0.1:{page_port}", folder / "gridbell.toml"
    path.touch(mode=0o600)
    path.write_text(
        f"""\
[http]
port = {bot_port}

[wechat.{ACCOUNT}]
app_id = "wxdemo0000000000"
app_secret = "{words["wechat_secret"]}"
token = "{words["wechat_token"]}"
encoding_aes_key = "{words["wechat_key"]}"
api_base = "{page}/wechat-api"

[wecom.{ACCOUNT}]
corp_id = "wwdemo0000000000"
agent_id = 1000002
secret = "{words["wecom_secret"]}"
token = "{words["wecom_token"]}"
encoding_aes_key = "{words["wecom_key"]}"
api_base = "{page}/wecom-api"

[storage]
url = {json.dumps(f"sqlite+aiosqlite:///{folder / 'gridbell.db'}", ensure_ascii=False)}
media = {json.dumps(str(folder / "media"), ensure_ascii=False)}

[county]
name = "云溪县"
code = "990101"
number_prefix = "YX"
duty_unit = "ZHZX"
""",
        encoding="utf-8",
    )
    return path


def _draw() -> dict[str, str]:
    drawn = {name: secrets.token_hex(16) for name in ("wechat_secret", "wechat_token", "wecom_secret", "wecom_token")}
    for name in ("wechat_key", "wecom_key"):
        drawn[name] = "".join(secrets.choice(ascii_letters + digits) for _ in range(43))
    return drawn


def platform_accounts(settings: Settings) -> tuple[WeChatAccount, WeComAccount]:
    """The same accounts as the emulated platforms know them."""
    bot = f"http://{settings.http.host}:{settings.http.port}"
    wechat, wecom = settings.wechat[ACCOUNT], settings.wecom[ACCOUNT]
    if wechat.encoding_aes_key is None:
        raise ValueError("the demo speaks encrypted")
    return (
        WeChatAccount(
            ACCOUNT,
            wechat.app_id,
            wechat.app_secret.get_secret_value(),
            wechat.token.get_secret_value(),
            wechat.encoding_aes_key.get_secret_value(),
            f"{bot}/wechat/{ACCOUNT}",
        ),
        WeComAccount(
            ACCOUNT,
            wecom.corp_id,
            wecom.agent_id,
            wecom.secret.get_secret_value(),
            wecom.token.get_secret_value(),
            wecom.encoding_aes_key.get_secret_value(),
            f"{bot}/wecom/{ACCOUNT}",
        ),
    )
