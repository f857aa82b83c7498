"""What the platforms send, and what it means: one row a kind."""

from collections.abc import Mapping
from dataclasses import dataclass

from cases.places import Pin
from dialogs.engine.messages import Content, Joined, Left, Location, Other, Photo, Pressed, Text, Video, Voice

MESSAGE = (5, 48 * 3600)
PRESS = (3, 60)
NONE = (0, 0)
MEDIA = "jEwp5gRMPrTYBfMqOXQS-7zBb2s"


@dataclass(frozen=True)
class Sample:
    """Fields on the wire, what they mean, and the window WeChat opens for them."""

    fields: Mapping[str, str]
    content: Content
    window: tuple[int, int] = MESSAGE


def message(kind: str, content: Content, window: tuple[int, int] = MESSAGE, **fields: str) -> Sample:
    return Sample({"MsgType": kind, "MsgId": "22929000000000001", **fields}, content, window)


def event(name: str, content: Content | None = None, window: tuple[int, int] = NONE, **fields: str) -> Sample:
    return Sample({"MsgType": "event", "Event": name, **fields}, content or Other(name, quiet=True), window)


def pin(source: str) -> Location:
    return Location(Pin(30.123456, 120.654321, "gcj02", source), "幸福路 12 号")


WHERE = {
    "Location_X": "30.123456",
    "Location_Y": "120.654321",
    "Scale": "16",
    "MsgId": "22929000000000001",
    "Label": "幸福路 12 号",
}
OPTIONS = "<OptionIds><OptionId>a</OptionId><OptionId>b</OptionId></OptionIds>"
SCAN = "<ScanType>qrcode</ScanType><ScanResult>灯杆 12</ScanResult>"

SHARED = {
    "text": message("text", Text("路灯不亮 & 3<5"), Content="<![CDATA[ 路灯不亮 & 3<5 ]]>"),
    "kind in capitals": message("TEXT", Text("好"), Content="好"),
    "empty text": message("text", Other("unsupported"), Content=""),
    "text without content": message("text", Other("unsupported")),
    "sticker": message("text", Other("unsupported"), Content="【收到不支持的消息类型，暂无法显示】"),
    "image": message("image", Photo(MEDIA, "http://mmbiz.qpic.cn/1"), MediaId=MEDIA, PicUrl="http://mmbiz.qpic.cn/1"),
    "image without address": message("image", Photo(MEDIA), MediaId=MEDIA, PicUrl=""),
    "image without media": message("image", Other("image")),
    "image with empty media": message("image", Other("image"), MediaId=""),
    "image with absurd media": message("image", Other("image"), MediaId="x" * 256),
    "voice": message("voice", Voice(MEDIA), MediaId=MEDIA, Format="amr"),
    "voice recognised": message("voice", Voice(MEDIA, "路灯"), MediaId=MEDIA, Format="amr", Recognition="路灯"),
    "voice not recognised": message("voice", Voice(MEDIA), MediaId=MEDIA, Format="amr", Recognition=""),
    "voice in two qualities": message("voice", Voice(MEDIA), MediaId=MEDIA, MediaId16K="m16", Format="amr"),
    "voice without media": message("voice", Other("voice"), Format="amr"),
    "video without media": message("video", Other("video"), ThumbMediaId="thumb"),
    "video": message("video", Video(MEDIA), MediaId=MEDIA, ThumbMediaId="thumb"),
    "short video": message("shortvideo", Video(MEDIA), MediaId=MEDIA, ThumbMediaId="thumb"),
    "fields of newer clients": message("text", Text("好"), Content="好", MsgDataId="x", Idx="1", Anything="<a>1</a>"),
    "pin in words": message("location", Other("location"), Location_X="北", Location_Y="120.6"),
    "pin off the earth": message("location", Other("location"), Location_X="91", Location_Y="120.6"),
    "pin at no number": message("location", Other("location"), Location_X="30.1", Location_Y="nan"),
    "pin with one degree": message("location", Other("location"), Location_X="30"),
    "link": message(
        "link", Text("停水通知\n明天 8 点起"), Title="停水通知", Description="明天 8 点起", Url="https://example.org"
    ),
    "link with title only": message("link", Text("停水通知"), Title="停水通知", Description=""),
    "link with words only": message("link", Text("明天 8 点起"), Title="", Description="明天 8 点起"),
    "empty link": message("link", Other("link"), Title="", Url="https://example.org"),
    "unknown message": message("miniprogrampage", Other("miniprogrampage")),
    "file": message("file", Other("file"), MediaId=MEDIA),
    "long unknown message": message("k" * 100, Other("k" * 64)),
    "subscribe": event("subscribe", Joined(), PRESS),
    "unsubscribe": event("unsubscribe", Left()),
    "click": event("CLICK", Pressed("report"), PRESS, EventKey="report"),
    "click in small letters": event("click", Pressed("report"), PRESS, EventKey="report"),
    "click without key": event("CLICK", Other("CLICK"), PRESS, EventKey=""),
    "scan and wait": event("scancode_waitmsg", Text("灯杆 12"), PRESS, EventKey="scan", ScanCodeInfo=SCAN),
    "scan without result": event("scancode_waitmsg", Other("scancode_waitmsg"), PRESS, EventKey="scan"),
    "scan and push": event("scancode_push", None, PRESS, EventKey="scan", ScanCodeInfo=SCAN),
    "position": event("LOCATION", Latitude="30.1", Longitude="120.6", Precision="15"),
    "view": event("VIEW", EventKey="https://example.org"),
    "camera": event("pic_sysphoto", EventKey="photo", SendPicsInfo="<Count>1</Count><PicList><item/></PicList>"),
    "photo or album": event("pic_photo_or_album", EventKey="photo"),
    "album": event("pic_weixin", EventKey="photo"),
    "choosing a place": event("location_select", EventKey="place", SendLocationInfo="<Location_X>30</Location_X>"),
    "mini program opened": event("view_miniprogram", EventKey="pages/index"),
    "unknown event": event("something_new"),
    "event without name": Sample({"MsgType": "event"}, Other("", quiet=True), NONE),
}
WECHAT = SHARED | {
    "pin": Sample({"MsgType": "location", **WHERE}, pin("wechat")),
    "touched choice": message("text", Text("路灯"), PRESS, Content="路灯", bizmsgmenuid="1"),
    "subscribe by code": event("subscribe", Joined("grid-7"), PRESS, EventKey="qrscene_grid-7", Ticket="t"),
    "scan": event("SCAN", Joined("grid-7"), PRESS, EventKey="grid-7", Ticket="t"),
    "template sent": event("TEMPLATESENDJOBFINISH", MsgID="200163836", Status="failed:user block"),
    "consent": event("subscribe_msg_popup_event", SubscribeMsgPopupEvent="<List><TemplateId>x</TemplateId></List>"),
    "consent changed": event("subscribe_msg_change_event"),
    "consent used": event("subscribe_msg_sent_event"),
    "staff chat": event("kf_create_session", KfAccount="a@b"),
    "staff chat ended": event("kf_close_session", KfAccount="a@b"),
    "staff chat handed over": event("kf_switch_session", FromKfAccount="a@b", ToKfAccount="c@d"),
    "touched choice of a test account": message("text", Text("路灯"), PRESS, Content="路灯", bizmsgmenuid=""),
    "scan of a number": event("SCAN", Joined("7"), PRESS, EventKey="7", Ticket="t"),
    "subscribe by number": event("subscribe", Joined("7"), PRESS, EventKey="qrscene_7", Ticket="t"),
    "a scene too long": event("SCAN", Joined("s" * 255), PRESS, EventKey="s" * 300),
    "erasure wish": event("user_authorization_revoke"),
}
WECOM = SHARED | {
    "pin": Sample({"MsgType": "location", **WHERE, "AppType": "wxwork"}, pin("wecom")),
    "pin with a long label": Sample(
        {"MsgType": "location", **WHERE, "Label": "幸" * 300}, Location(pin("wecom").pin, "幸" * 255)
    ),
    "opened the app": event("enter_agent", EventKey="", AgentID="1000002"),
    "card": event("template_card_event", Pressed("sign"), EventKey="sign", TaskId="t1", ResponseCode="r"),
    "card's menu": event("template_card_menu_event", Pressed("sign"), EventKey="sign", TaskId="t1"),
    "card with a choice made": event(
        "template_card_event",
        Pressed("sign"),
        EventKey="sign",
        TaskId="t1",
        CardType="multiple_interaction",
        SelectedItems=f"<SelectedItem><QuestionKey>q</QuestionKey>{OPTIONS}</SelectedItem>",
    ),
    "card without key": event("template_card_event", Other("template_card_event"), TaskId="t1"),
    "task card": event("taskcard_click", EventKey="sign", TaskId="t1"),
    "approval": event("open_approval_change", ApprovalInfo="<ThirdNo>1</ThirdNo>"),
    "batch": event("batch_job_result", BatchJob="<JobId>1</JobId>"),
    "contacts": event("change_contact", ChangeType="update_user", UserID="li"),
}
