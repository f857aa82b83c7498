"""What the people in the benchmark say, sealed as the platform seals it, and what the bot must answer each time."""

import itertools
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.envelope import Envelope, Sealed, cdata, read_xml, sign

TOKEN, KEY, APP, ACCOUNT = "benchtoken", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG", "wxbench000000000", "gh_bench"
PATH = "/wechat/bench"
ENVELOPE = Envelope(TOKEN, KEY, APP)
COMPLAINTS = (
    "{n}号楼前面的路灯坏了三天，晚上黑漆漆的，老人家走路不安全",
    "小区东门的垃圾桶满了{n}天没人清运，苍蝇很多",
    "村口的窨井盖破了一个洞，昨天差点有小孩掉下去，离{n}号门牌不远",
    "{n}栋楼下消防通道被私家车堵住了，救护车进不来",
    "小区的健身器材坏了，{n}号的把手掉了，老人孩子容易摔着",
    "我们楼{n}单元的电梯又停了，被困过两次，物业一直不修",
    "主路上坑洼不平，下雨积水，{n}路公交站那里最严重",
    "隔壁工地半夜{n}点还在施工，噪音吵得睡不着",
)
PLACES = ("桥头第一网格", "桥头村老槐树下")
PIN = (
    "<MsgType><![CDATA[location]]></MsgType><Location_X>28.4259{n:02}</Location_X><Location_Y>116.0390{n:02}</Location_Y>"
    "<Scale>16</Scale><Label><![CDATA[桥头村老槐树下]]></Label>"
)


@dataclass(frozen=True)
class Line:
    """What a person sends (the message's own fields), and words that the answer must have."""

    fields: str
    answer: str


def words(said: str, answer: str) -> Line:
    """A typed line."""
    return Line(f"<MsgType><![CDATA[text]]></MsgType><Content>{cdata(said)}</Content>", answer)


BEFORE = ((), (words("你好", "网格服务"),), (words("帮助", "随时可以说"), words("谢谢", "不客气")))


def form(number: int) -> Sequence[Line]:
    """A whole report up to the last question, by this person's own words. Every other person sends a pin, two of three
    say something before it, so that people are not at the same question at the same time."""
    complaint = COMPLAINTS[number % len(COMPLAINTS)].format(n=number % 90 + 1)
    place = words(PLACES[0], "有照片处理得更快")
    if number % 2:
        place = Line(PIN.format(n=number % 100), "有照片处理得更快")
    return (
        *BEFORE[number % len(BEFORE)],
        words("上报", "请说说是什么问题"),
        words(complaint, "这属于哪一类"),
        words("1", "在哪里"),
        place,
        words("0", "要留一个回电号码吗"),
        words("0", "请核对"),
    )


def confirmed(number: int) -> Sequence[Line]:
    """The same report, confirmed at the desk, and no more questions answered."""
    return (*form(number), words("确认", "已收到，编号"), words("不答了", ""))


def half_finished(number: int) -> Sequence[Line]:
    """A report that stops in the middle."""
    return form(3 * number)[:2]


_messages = itertools.count(24_500_000_000_000_001)


def sealed(user: str, lines: Sequence[Line], path: str = PATH) -> list[bytes]:
    """Each line as a whole HTTP request, as WeChat sends it now."""
    return [_request(user, line, path) for line in lines]


def _request(user: str, line: Line, path: str) -> bytes:
    stamp, nonce = str(int(time.time())), "1320562132"
    message = (
        f"<xml><ToUserName><![CDATA[{ACCOUNT}]]></ToUserName><FromUserName><![CDATA[{user}]]></FromUserName>"
        f"<CreateTime>{stamp}</CreateTime>{line.fields}<MsgId>{next(_messages)}</MsgId></xml>"
    )
    envelope = ENVELOPE.seal(message, stamp, nonce)
    body = (
        f"<xml><ToUserName><![CDATA[{ACCOUNT}]]></ToUserName><Encrypt><![CDATA[{envelope.encrypt}]]></Encrypt></xml>"
    ).encode()
    query = _query(envelope, user)
    head = (
        f"POST {path}?{query} HTTP/1.1\r\nUser-Agent: Mozilla/4.0\r\nAccept: */*\r\nHost: 127.0.0.1\r\n"
        f"Pragma: no-cache\r\nContent-Length: {len(body)}\r\nContent-Type: text/xml\r\n\r\n"
    )
    return head.encode() + body


def _query(envelope: Sealed, user: str) -> str:
    plain = sign(TOKEN, envelope.timestamp, envelope.nonce)
    return (
        f"signature={plain}&timestamp={envelope.timestamp}&nonce={envelope.nonce}&openid={user}"
        f"&encrypt_type=aes&msg_signature={envelope.signature}"
    )


def users(kind: str) -> Iterator[str]:
    """Names like the platform's: 28 signs, the first an o."""
    return (f"o{kind}{number:0{27 - len(kind)}}" for number in itertools.count())


def said_wrong(lines: Sequence[Line], answers: Sequence[bytes]) -> str:
    """'' when each answer is sealed for us and has the words it must have; else what was wrong with one."""
    for line, answer in zip(lines, answers, strict=True):
        head, _, body = answer.partition(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200"):
            return f"to {line.fields}: {head[:40]!r}"
        fields = read_xml(body)
        if not ENVELOPE.genuine(fields["MsgSignature"], fields["TimeStamp"], fields["Nonce"], fields["Encrypt"]):
            return f"to {line.fields}: not signed"
        said = read_xml(ENVELOPE.open(fields["Encrypt"]))["Content"]
        if line.answer not in said:
            return f"to {line.fields}: {said}"
    return ""
