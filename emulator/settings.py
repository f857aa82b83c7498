"""What the emulator is told at start: the accounts it plays, and the phones on its page."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal, NamedTuple, Protocol


class ClockControl(Protocol):
    """The demo's virtual clock; a jump answers with Chinese words on what fell due."""

    def now(self) -> datetime:
        """The instant, aware."""
        ...

    async def advance_to_next(self) -> str:
        """Jump to the next due instant."""
        ...

    async def advance(self, hours: float) -> str:
        """Jump that many hours ahead, through each due instant."""
        ...


@dataclass(frozen=True, slots=True)
class WeChatAccount:
    """A service account (服务号) as both sides know it."""

    name: str
    app_id: str
    app_secret: str = field(repr=False)
    token: str = field(repr=False)
    encoding_aes_key: str = field(repr=False)
    callback_url: str

    @property
    def receive_id(self) -> str:
        """What closes every encrypted text."""
        return self.app_id


@dataclass(frozen=True, slots=True)
class WeComAccount:
    """A self-built WeCom app (企业微信自建应用) as both sides know it."""

    name: str
    corp_id: str
    agent_id: int
    secret: str = field(repr=False)
    token: str = field(repr=False)
    encoding_aes_key: str = field(repr=False)
    callback_url: str

    @property
    def receive_id(self) -> str:
        """What closes every encrypted text."""
        return self.corp_id


Account = WeChatAccount | WeComAccount


class SamplePin(NamedTuple):
    """A place offered in the pin sheet, in GCJ-02 degrees."""

    label: str
    latitude: float
    longitude: float


class SamplePhoto(NamedTuple):
    """A picture offered in the photo sheet: bytes, or a file to read."""

    label: str
    picture: bytes | Path

    def content(self) -> bytes:
        """The picture's bytes."""
        return self.picture.read_bytes() if isinstance(self.picture, Path) else self.picture


PHOTOS = Path(__file__).parent / "photos"
DARK_LAMP = SamplePhoto("不亮的路灯", PHOTOS / "lamp_dark.jpg")
LIT_LAMP = SamplePhoto("修好的路灯", PHOTOS / "lamp_lit.jpg")
OPEN_MANHOLE = SamplePhoto("移位的井盖", PHOTOS / "manhole.jpg")


@dataclass(frozen=True, slots=True)
class Phone:
    """A phone on the page and the person who holds it; `user` is the openid or the WeCom user id."""

    id: str
    owner: str
    caption: str
    platform: Literal["wechat", "wecom"]
    account: str
    user: str
    shortcuts: Sequence[str] = ()
    pins: Sequence[SamplePin] = ()
    photos: Sequence[SamplePhoto] = ()


@dataclass(frozen=True, slots=True)
class EmulatorSettings:
    """All that the emulator needs. `deadline` is how many seconds a callback may take, and how far apart the three
    deliveries are (5 s on the platforms)."""

    phones: Sequence[Phone]
    wechat: Sequence[WeChatAccount] = ()
    wecom: Sequence[WeComAccount] = ()
    host: str = "127.0.0.1"
    port: int = 8081
    title: str = "网格铃 Gridbell 演示"
    hint: str = "先试这个：在群众的手机上点“上报”，再跟着提示一步步来。"
    clock: ClockControl | None = None
    time_zone: str = "Asia/Shanghai"
    history_path: Path | None = None
    wecom_extra_users: Sequence[str] = ()
    deadline: float = 5.0

    @property
    def public_url(self) -> str:
        """Where a browser and the service reach the emulator."""
        return f"http://{self.host}:{self.port}"

    @property
    def accounts(self) -> dict[tuple[str, str], Account]:
        """Each account by platform and name."""
        kept: dict[tuple[str, str], Account] = {("wechat", account.name): account for account in self.wechat}
        return kept | {("wecom", account.name): account for account in self.wecom}
