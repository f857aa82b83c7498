"""Photos are kept without where and with what they were taken, and look as they did."""

import io

import pytest
from PIL import Image, ImageChops, ImageStat
from PIL.JpegImagePlugin import JpegImageFile

from bot import photos
from bot.photos import NotAPhoto, stripped
from tests.bot.pictures import GPS, MAKE, ORIENTATION, SECRETS, opened, photo


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "MPO"])
def test_nothing_is_left_of_maker_place_and_comment(kind: str) -> None:
    content = photo(kind, orientation=6)
    assert any(secret in content for secret in SECRETS)
    kept, content_type = stripped(content)
    assert not any(secret in kept for secret in SECRETS)
    exif = opened(kept).getexif()
    assert MAKE not in exif
    assert dict(exif.get_ifd(GPS)) == {}
    assert content_type == {"PNG": "image/png", "WEBP": "image/webp", "GIF": "image/gif"}.get(kind, "image/jpeg")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "MPO"])
@pytest.mark.parametrize("orientation", [3, 6, 8])
def test_a_picture_is_still_turned_the_right_way(kind: str, orientation: int) -> None:
    kept, _ = stripped(photo(kind, orientation=orientation))
    assert dict(opened(kept).getexif()) == {ORIENTATION: orientation}


def test_an_upright_picture_needs_no_metadata_at_all() -> None:
    kept, _ = stripped(photo())
    assert dict(opened(kept).getexif()) == {}
    assert b"Exif" not in kept


def test_a_jpeg_keeps_its_quality() -> None:
    content = photo(quality=61)
    kept, _ = stripped(content)
    before, after = opened(content), opened(kept)
    assert isinstance(before, JpegImageFile)
    assert isinstance(after, JpegImageFile)
    assert after.quantization == before.quantization
    assert max(ImageStat.Stat(ImageChops.difference(before, after)).mean) < 0.5
    assert len(kept) <= len(content)


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_other_kinds_keep_every_point(kind: str) -> None:
    content = photo(kind)
    kept, _ = stripped(content)
    assert list(ImageChops.difference(opened(content), opened(kept)).getextrema()) == [(0, 0)] * 3


def test_the_pictures_behind_the_first_are_left_out() -> None:
    kept, _ = stripped(photo("MPO"))
    image = opened(kept)
    assert (image.format, image.size) == ("JPEG", (160, 120))


def test_see_through_pictures_stay_so() -> None:
    drawn = Image.new("P", (20, 20), 1)
    drawn.putpalette([0, 0, 0, 250, 0, 0])
    saved = io.BytesIO()
    drawn.save(saved, "GIF", transparency=1)
    kept, _ = stripped(saved.getvalue())
    assert opened(kept).convert("RGBA").getpixel((5, 5)) == (250, 0, 0, 0)


@pytest.mark.parametrize(
    "content",
    [b"", b"<html>expired</html>", photo()[:900], photo("PNG")[:300], b"\xff\xd8\xff" + bytes(500)],
    ids=["empty", "a page", "half a jpeg", "half a png", "a jpeg in name"],
)
def test_what_is_no_picture_is_not_kept(content: bytes) -> None:
    with pytest.raises(NotAPhoto, match="unreadable"):
        stripped(content)


def test_a_small_file_that_unpacks_to_a_huge_picture_is_not_unpacked() -> None:
    bomb = io.BytesIO()
    Image.new("1", (20_000, 10_000)).save(bomb, "PNG")
    assert len(bomb.getvalue()) < 100_000
    with pytest.raises(NotAPhoto, match="too-many-pixels"):
        stripped(bomb.getvalue())


def test_a_picture_just_above_the_most_points_is_not_unpacked() -> None:
    large = io.BytesIO()
    Image.new("1", (10_000, photos.MOST_PIXELS // 10_000 + 1)).save(large, "PNG")
    with pytest.raises(NotAPhoto, match="too-many-pixels"):
        stripped(large.getvalue())


def test_a_file_of_more_than_20_mb_is_not_looked_at() -> None:
    with pytest.raises(NotAPhoto, match="too-big"):
        stripped(photo() + bytes(photos.MOST_BYTES))
