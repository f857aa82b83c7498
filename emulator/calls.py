"""How both platforms' APIs are asked and answer."""

import json
from typing import Any

from aiohttp import BodyPartReader, web


def error(errcode: int, errmsg: str) -> web.Response:
    """A refusal as the platforms give it: HTTP 200 with an errcode."""
    return web.json_response({"errcode": errcode, "errmsg": errmsg})


async def body(request: web.Request) -> dict[str, Any]:
    """The JSON object in the body; an empty one when there is none."""
    try:
        given = json.loads(await request.read() or b"{}")
    except ValueError:
        return {}
    return given if isinstance(given, dict) else {}


async def uploaded(request: web.Request) -> bytes | None:
    """The file in the form field `media`; None when there is none."""
    if not request.content_type.startswith("multipart/"):
        return None
    async for part in await request.multipart():
        if isinstance(part, BodyPartReader) and part.name == "media":
            return bytes(await part.read())
    return None


def words_of(message: dict[str, Any], kind: str, field: str) -> str:
    """A string inside a message's part; '' when there is none."""
    part = message.get(kind)
    value = part.get(field) if isinstance(part, dict) else None
    return value if isinstance(value, str) else ""
