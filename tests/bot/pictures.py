"""Pictures as phones take them, with all that a phone writes into them."""

import io

from PIL import Image

MAKER, PLACE, COMMENT = "Huawei P70", "N30 12 55", "李婶家门口"
SECRETS = tuple(words.encode() for words in (MAKER, COMMENT, "<gps/>"))
GPS, MAKE, ORIENTATION = 0x8825, 0x010F, 0x0112


def scene(width: int = 160, height: int = 120) -> Image.Image:
    """Something to look at, red on its left side and blue on its right."""
    image = Image.linear_gradient("L").resize((width, height)).convert("RGB")
    image.paste((200, 0, 0), (0, 0, width // 4, height))
    image.paste((0, 0, 200), (width - width // 4, 0, width, height))
    return image


def metadata(orientation: int = 1) -> Image.Exif:
    """Maker, orientation, and where it was taken."""
    exif = Image.Exif()
    exif[MAKE] = MAKER
    exif[ORIENTATION] = orientation
    place = exif.get_ifd(GPS)
    place[1], place[2], place[3], place[4] = "N", (30.0, 12.0, 55.0), "E", (120.0, 9.0, 18.0)
    return exif


def photo(kind: str = "JPEG", *, orientation: int = 1, quality: int = 80) -> bytes:
    """A picture file of that kind, full of metadata."""
    saved = io.BytesIO()
    if kind == "JPEG":
        words = {"comment": COMMENT.encode(), "xmp": b"<gps/>"}
        scene().save(saved, kind, quality=quality, exif=metadata(orientation), **words)
    elif kind == "MPO":
        scene().save(saved, kind, save_all=True, append_images=[scene(40, 30)], exif=metadata(orientation))
    elif kind == "GIF":
        scene().save(saved, kind, comment=COMMENT.encode())
    else:
        scene().save(saved, kind, exif=metadata(orientation))
    return saved.getvalue()


def opened(content: bytes) -> Image.Image:
    """The picture of a file, read whole."""
    image = Image.open(io.BytesIO(content))
    image.load()
    return image
