"""The channels of the accounts that the settings name."""

from collections.abc import Callable, Mapping
from datetime import datetime

from bot.channel import Channel
from bot.channels.wechat import WeChat, WeChatAccount
from bot.channels.wecom import WeCom, WeComAccount
from bot.tokens import TokenStore
from config.settings import Settings

TokensOf = Callable[[str], TokenStore]
"""Where the tokens of a channel's account are kept, by the channel's name; one store may serve them all."""


def channels_of(settings: Settings, clock: Callable[[], datetime], tokens_of: TokensOf) -> Mapping[str, Channel]:
    """A channel for each account, by its name (`wechat:main`). Nothing is connected yet."""
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
            )
        )
    return {channel.name: channel for channel in channels}
