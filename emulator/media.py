"""Files the platforms keep for three days under an id; the id carries its birth, so a restart forgets nothing."""

import re
import secrets
from datetime import datetime, timedelta
from pathlib import Path

LIFE = timedelta(days=3)  # temporary media, both platforms
KINDS = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG": "image/png", b"GIF8": "image/gif", b"#!AMR": "audio/amr"}
ID = re.compile(r"m(\d{1,12})_[A-Za-z0-9_-]{22}")


def content_type(content: bytes) -> str:
    """The kind of file by its first bytes."""
    return next((kind for mark, kind in KINDS.items() if content.startswith(mark)), "application/octet-stream")


class MediaShelf:
    """Media by id, in memory or in a folder."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._kept: dict[str, bytes] = {}

    def put(self, content: bytes, now: datetime) -> str:
        """Keep the bytes; answers with the media id."""
        media_id = f"m{int(now.timestamp())}_{secrets.token_urlsafe(16)}"
        if self._folder is None:
            self._kept[media_id] = content
        else:
            self._folder.mkdir(parents=True, exist_ok=True)
            (self._folder / media_id).write_bytes(content)
        return media_id

    def read(self, media_id: str) -> bytes | None:
        """The bytes, however old; None when there are none."""
        if not ID.fullmatch(media_id):
            return None
        if self._folder is None:
            return self._kept.get(media_id)
        path = self._folder / media_id
        return path.read_bytes() if path.is_file() else None

    def fetch(self, media_id: str, now: datetime) -> bytes | None:
        """The bytes while they live; None when expired or unknown."""
        born = ID.fullmatch(media_id)
        if born is None or now.timestamp() - int(born[1]) > LIFE.total_seconds():
            return None
        return self.read(media_id)
