"""The channels of the accounts that the settings name."""

from collections.abc import Callable, Mapping
from datetime import datetime

from bot.channel import Channel
from bot.channels.wechat import WeChat, WeChatAccount
from bot.channels.wecom import WeCom, WeComAccount
from bot.tokens import TokenStore
from config.settings import Settings
from gridbell.figures import Figures
from gridbell.sharing import Sharing
from gridbell.watched import WatchedTokens


def channels_of(
    settings: Settings, clock: Callable[[], datetime], sharing: Sharing, figures: Figures | None = None
) -> Mapping[str, Channel]:
    """A channel for each account, by its name (`wechat:main`). Nothing is connected yet.

    Where `figures` are kept, each account's askings for tokens are counted.
    """

    def tokens_of(account: str) -> TokenStore:
        return sharing.tokens if figures is None else WatchedTokens(sharing.tokens, figures, account)

    channels: list[Channel] = []
    for name, wechat in settings.wechat.items():
        key = wechat.encoding_aes_key
        channels.append(
            WeChat(
                WeChatAccount(
                    name,
                    wechat.app_id,
                    wechat.app_secret.get_secret_value(),
                    wechat.token.get_secret_value(),
                    key.get_secret_value() if key else None,
                    wechat.api_base,
                ),
                clock,
                tokens_of(f"wechat:{name}"),
                uploads=sharing.uploads,
            )
        )
    for name, wecom in settings.wecom.items():
        channels.append(
            WeCom(
                WeComAccount(
                    name,
                    wecom.corp_id,
                    wecom.agent_id,
                    wecom.secret.get_secret_value(),
                    wecom.token.get_secret_value(),
                    wecom.encoding_aes_key.get_secret_value(),
                    wecom.api_base,
                ),
                clock,
                tokens_of(f"wecom:{name}"),
                paces=sharing.paces,
                uploads=sharing.uploads,
            )
        )
    return {channel.name: channel for channel in channels}
