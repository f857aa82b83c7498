"""Messages opened, read and answered sealed; the floor is wechatpy."""

from collections.abc import Callable
from time import perf_counter

from wechatpy import parse_message
from wechatpy.crypto import WeChatCrypto

from bot.envelope import Envelope, read_xml, text_answer
from tests.bench.found import Found, Rates
from tests.bench.ground import Ground

ENVELOPES = 3000
KEY, APP, TOKEN = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG", "wx0000000000000000", "token"
STAMP, NONCE = "1772500000", "12345"
MESSAGE = text_answer("gh_bell", "oLi", int(STAMP), "村口的路灯坏了三天，晚上黑漆漆的，老人家走路不安全").replace(
    "</Content>", "</Content><MsgId>24500000000000001</MsgId>"
)


def figures(ground: Ground) -> Found:
    """One run."""
    return Found({"envelopes": envelopes()})


def envelopes() -> Rates:
    """Messages opened, read and answered sealed; the floor is wechatpy."""
    ours, theirs = Envelope(TOKEN, KEY, APP), WeChatCrypto(TOKEN, KEY, APP)
    sealed = ours.seal(MESSAGE, STAMP, NONCE)

    def by_us() -> None:
        if ours.genuine(sealed.signature, STAMP, NONCE, sealed.encrypt):
            fields = read_xml(ours.open(sealed.encrypt))
            ours.seal(text_answer(fields["FromUserName"], "gh_bell", 1, "在哪里？"), STAMP, NONCE).xml()

    def by_wechatpy() -> None:
        found = parse_message(theirs.decrypt_message(sealed.xml(), sealed.signature, STAMP, NONCE))
        theirs.encrypt_message(text_answer(found.source, "gh_bell", 1, "在哪里？"), NONCE, STAMP)

    return _rate(by_us, ENVELOPES), _rate(by_wechatpy, ENVELOPES)


def _rate(work: Callable[[], None], times: int) -> float:
    began = perf_counter()
    for _ in range(times):
        work()
    return times / (perf_counter() - began)
