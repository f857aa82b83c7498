"""What a person sent, read from a message's fields: the kinds that WeChat and WeCom write alike."""

from collections.abc import Callable, Mapping

from cases.places import Pin
from dialogs.engine.messages import Content, Joined, Left, Location, Other, Photo, Pressed, Text, Video, Voice

Fields = Mapping[str, str]
Reader = Callable[[Fields], Content]

MOST_KIND = 64
MOST_FIELD = 255  # real media ids have about 70 characters, menu keys and scenes up to 128
UNSHOWABLE = "【收到不支持的消息类型，暂无法显示】"  # what WeChat writes for stickers it cannot pass on


def needed(fields: Fields, name: str) -> str:
    """A field that the kind is of no use without. Raises KeyError if it is missing, empty or absurdly long."""
    value = fields[name]
    if not 0 < len(value) <= MOST_FIELD:
        raise KeyError(name)
    return value


def text_of(fields: Fields) -> Content:
    """Typed words."""
    words = fields.get("Content")
    return Text(words) if words and words != UNSHOWABLE else Other("unsupported")


def location_of(fields: Fields, source: str) -> Content:
    """A sent pin, which both platforms give in GCJ-02."""
    try:
        pin = Pin(float(fields["Location_X"]), float(fields["Location_Y"]), "gcj02", source)
    except ValueError:
        return Other("location")
    on_earth = abs(pin.latitude) <= 90 and abs(pin.longitude) <= 180  # noqa: PLR2004 - degrees
    return Location(pin, fields.get("Label", "")[:MOST_FIELD]) if on_earth else Other("location")


def link_of(fields: Fields) -> Content:
    """A shared link's words."""
    words = "\n".join(filter(None, (fields.get("Title"), fields.get("Description"))))
    return Text(words) if words else Other("link")


def scanned(fields: Fields) -> Content:
    """What a menu's scan read."""
    words = fields.get("ScanCodeInfo/ScanResult")
    return Text(words) if words else Other("scancode_waitmsg")


def pressed(fields: Fields) -> Content:
    """A menu entry or a card's button."""
    return Pressed(needed(fields, "EventKey"))


def joined(fields: Fields) -> Content:
    """A follower, with the QR code's scene if there was one."""
    return Joined(fields.get("EventKey", "").removeprefix("qrscene_")[:MOST_FIELD])


def left(_: Fields) -> Content:
    """A follower lost."""
    return Left()


def messages_of(source: str) -> Mapping[str, Reader]:
    """How messages are read, by MsgType."""
    return {
        "text": text_of,
        "image": lambda fields: Photo(needed(fields, "MediaId"), fields.get("PicUrl") or None),
        "voice": lambda fields: Voice(needed(fields, "MediaId"), fields.get("Recognition") or None),
        "video": lambda fields: Video(needed(fields, "MediaId")),
        "shortvideo": lambda fields: Video(needed(fields, "MediaId")),
        "location": lambda fields: location_of(fields, source),
        "link": link_of,
    }


def content_of(fields: Fields, messages: Mapping[str, Reader], events: Mapping[str, Reader]) -> Content:
    """What the person sent. Kinds that are not listed: a message is declined, an event is noted quietly, since
    nobody said anything with it. What lacks its essential field is declined."""
    kind = fields["MsgType"].lower()
    event = fields.get("Event", "")[:MOST_KIND]
    reader = events.get(event.lower()) if kind == "event" else messages.get(kind)
    if reader is None:
        return Other(event, quiet=True) if kind == "event" else Other(kind[:MOST_KIND])
    try:
        return reader(fields)
    except KeyError:
        return Other(event or kind)
