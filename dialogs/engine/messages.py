"""What goes in and out of a conversation, whatever the platform."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

from cases.people import Address
from cases.places import Pin


@dataclass(frozen=True, slots=True)
class Text:
    """Words a person typed, or a link's words."""

    words: str


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture: the platform's media id (fetched in the background, lives 3 days there) and its address if given."""

    media_id: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Voice:
    """A voice message; `words` is what the platform recognised, usually nothing."""

    media_id: str
    words: str | None = None


@dataclass(frozen=True, slots=True)
class Video:
    """A video or short video."""

    media_id: str


@dataclass(frozen=True, slots=True)
class Location:
    """A pin that the person sent on purpose; `label` is the platform's words for it."""

    pin: Pin
    label: str = ""


@dataclass(frozen=True, slots=True)
class Pressed:
    """A menu entry or a card's button; `key` says which."""

    key: str


@dataclass(frozen=True, slots=True)
class Joined:
    """The person followed the account or opened the app for the first time; `scene` from a QR code."""

    scene: str = ""


@dataclass(frozen=True, slots=True)
class Left:
    """The person unfollowed: their personal data is erased, nothing can be answered."""


@dataclass(frozen=True, slots=True)
class Other:
    """A kind we cannot use (`kind` is the platform's name for it): politely declined, or silently noted if `quiet`."""

    kind: str
    quiet: bool = False


Content: TypeAlias = Text | Photo | Voice | Video | Location | Pressed | Joined | Left | Other


@dataclass(frozen=True, slots=True)
class Incoming:
    """One message from a platform. `key` is the same for each re-delivery and unique per account.

    `at` is the instant of arrival by the injected clock; `window` is what the platform lets us send later because of
    this message: (number of messages, seconds), (0, 0) for none, None where there is no such limit. `last` says that
    the platform will not deliver it again, so that the person is told to send it again if it can't be kept now.
    """

    key: str
    sender: Address
    content: Content
    at: datetime
    window: tuple[int, int] | None = None
    last: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """An offered answer: `label` is shown, `says` is what choosing it says, `also` are other words for it."""

    label: str
    says: str = ""
    also: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """What the bot hears when this is chosen."""
        return self.says or self.label


@dataclass(frozen=True, slots=True)
class Reply:
    """What the bot says. The channel renders choices as numbers, links or buttons; a long text goes out in parts."""

    text: str
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of ours: `media` is the key of a row in the media table."""

    media: str


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message for somebody, kept before it is sent; a `key` is delivered once, a long text as several messages.

    `urgent` passes quiet hours (22:00-07:00) and queues before the rest; `not_before`/`expires_at` bound when it may
    go out (None: at once / until it is 30 days old). `answer`: it is (part of) the reply to a message, so that its
    choices are offered by the conversation and not by what was pushed.
    """

    key: str
    to: Address
    body: Reply | Picture
    case: str | None = None
    urgent: bool = False
    not_before: datetime | None = None
    expires_at: datetime | None = None
    answer: bool = False


@dataclass(frozen=True, slots=True)
class Kept:
    """An outgoing message that waits for the person (no window let it through), or offered choices and was sent.

    `at` is when it was sent, or else put.
    """

    id: int
    key: str
    body: Reply
    case: str | None
    at: datetime
    sent: bool


def content_to_json(content: Content) -> dict[str, Any]:
    """The content as plain JSON, `kind` first; the inverse of `content_from_json`."""
    match content:
        case Location(pin, label):
            return {
                "kind": "Location",
                "latitude": pin.latitude,
                "longitude": pin.longitude,
                "crs": pin.crs,
                "source": pin.source,
                "label": label,
            }
        case Other(name, quiet):
            return {"kind": "Other", "name": name, "quiet": quiet}
        case _:
            return {"kind": type(content).__name__} | {name: getattr(content, name) for name in type(content).__slots__}


KINDS: Mapping[str, type[Any]] = {kind.__name__: kind for kind in (Text, Photo, Voice, Video, Pressed, Joined, Left)}


def content_from_json(kept: Mapping[str, Any]) -> Content:
    """Read back what `content_to_json` wrote."""
    fields = {name: value for name, value in kept.items() if name != "kind"}
    if kept["kind"] == "Location":
        label = fields.pop("label")
        return Location(Pin(**fields), label)
    if kept["kind"] == "Other":
        return Other(kept["name"], kept["quiet"])
    content: Content = KINDS[kept["kind"]](**fields)
    return content


def reply_to_json(reply: Reply) -> dict[str, Any]:
    """The reply as plain JSON; the inverse of `reply_from_json`."""
    return {"text": reply.text, "choices": [[choice.label, choice.says, *choice.also] for choice in reply.choices]}


def reply_from_json(kept: Mapping[str, Any]) -> Reply:
    """Read back what `reply_to_json` wrote."""
    return Reply(kept["text"], tuple(Choice(label, says, tuple(also)) for label, says, *also in kept["choices"]))


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is speaking: the address, the staff member behind it if bound, and what we know of them."""

    address: Address
    person: int | None = None
    roles: frozenset[str] = field(default_factory=frozenset)
    name: str = ""
