"""A message's words cut into plain text and links, so that a page never has to trust markup."""

import html
import re
from urllib.parse import parse_qs, urlsplit

LINK = re.compile(r'<a\s+href="([^"<>]{1,2000})"\s*>([^<]{1,500})</a>')


def segments(text: str) -> list[dict[str, str]]:
    """Pieces in order: {text} | {text, touch, menuid} for a reply link | {text, url} for a web link.

    Whatever isn't exactly such a link stays plain text.
    """
    pieces: list[dict[str, str]] = []
    end = 0
    for match in LINK.finditer(text):
        link = _link(html.unescape(match[1]), html.unescape(match[2]))
        if link is None:
            continue
        if match.start() > end:
            pieces.append({"text": text[end : match.start()]})
        pieces.append(link)
        end = match.end()
    if end < len(text):
        pieces.append({"text": text[end:]})
    return pieces


def _link(address: str, label: str) -> dict[str, str] | None:
    parts = urlsplit(address)
    if parts.scheme in ("http", "https"):
        return {"text": label, "url": address}
    if (parts.scheme, parts.netloc) != ("weixin", "bizmsgmenu"):
        return None
    query = parse_qs(parts.query)
    content = query.get("msgmenucontent", [""])[0]
    return {"text": label, "touch": content, "menuid": query.get("msgmenuid", [""])[0]} if content else None
