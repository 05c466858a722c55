"""picture_set and picture_remove: whatever comes, a small clean WebP is kept, or a refusal with a code."""

import io
import struct
import zlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from accounts.models import User
from accounts.services import picture_remove, picture_set
from accounts.services import pictures as pictures_module
from accounts.services.pictures import MAX_BYTES, PictureInvalid, PictureTooLarge

pytestmark = pytest.mark.django_db

RED, BLUE = (220, 20, 20), (20, 20, 220)


def upload(content: bytes, name: str = "me.jpg") -> SimpleUploadedFile:
    """As a form hands it over."""
    return SimpleUploadedFile(name, content)


def encoded(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    """The image as a file."""
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def red_over_blue(size: tuple[int, int] = (600, 400), mode: str = "RGB") -> Image.Image:
    """The upper half red, the lower one blue."""
    image = Image.new("RGB", size, RED)
    image.paste(BLUE, (0, size[1] // 2, *size))
    return image.convert(mode)


def kept(user: User) -> Image.Image:
    """What is stored for the user now."""
    user.refresh_from_db()
    with user.picture.open() as file:
        image = Image.open(io.BytesIO(file.read()))
        image.load()
    return image


def looks(image: Image.Image, at: tuple[int, int], colour: tuple[int, int, int]) -> bool:
    """Whether a pixel is about that colour."""
    return all(abs(a - b) < 40 for a, b in zip(image.convert("RGB").getpixel(at), colour, strict=True))


@pytest.mark.parametrize(
    ("kind", "mode"),
    [
        ("JPEG", "RGB"),
        ("JPEG", "CMYK"),
        ("JPEG", "L"),
        ("PNG", "RGB"),
        ("PNG", "RGBA"),
        ("PNG", "P"),
        ("PNG", "LA"),
        ("PNG", "1"),
        ("PNG", "I;16"),
        ("WEBP", "RGBA"),
        ("GIF", "P"),
    ],
)
def test_every_kind_becomes_a_square_webp(listener, media, kind, mode):
    image = Image.new("I;16", (300, 500)) if mode == "I;16" else red_over_blue((300, 500), mode)
    picture_set(now=timezone.now(), user=listener, upload=upload(encoded(image, kind)))
    stored = kept(listener)
    assert (stored.format, stored.size) == ("WEBP", (256, 256))
    assert listener.picture_url.startswith("/media/pictures/")
    assert [file.suffix for file in (media / "pictures").iterdir()] == [".webp"]


def test_transparency_stays(listener):
    picture_set(
        now=timezone.now(), user=listener, upload=upload(encoded(Image.new("RGBA", (300, 300), (0, 0, 0, 0))))
    )
    assert kept(listener).getpixel((128, 128))[3] == 0


def test_the_middle_is_kept_and_the_file_name_is_random(listener):
    wide = Image.new("RGB", (900, 300), BLUE)
    wide.paste(RED, (300, 0, 600, 300))
    picture_set(now=timezone.now(), user=listener, upload=upload(encoded(wide), "../../etc/passwd"))
    stored = kept(listener)
    assert looks(stored, (5, 128), RED)
    assert looks(stored, (250, 128), RED)
    assert "passwd" not in listener.picture.name


def test_it_is_turned_as_the_camera_said_and_no_metadata_is_kept(listener):
    exif = Image.Exif()
    exif[0x0112] = 6  # turn a quarter clockwise
    exif[0x010F] = "SecretCamera"
    exif.get_ifd(0x8825)[1] = "N"
    content = encoded(
        red_over_blue((400, 400)), "JPEG", exif=exif, comment=b"secret", icc_profile=b"secretprofile"
    )
    assert b"SecretCamera" in content
    picture_set(now=timezone.now(), user=listener, upload=upload(content))
    stored = kept(listener)
    assert looks(stored, (250, 128), RED)
    assert looks(stored, (5, 128), BLUE)
    with listener.picture.open() as file:
        raw = file.read()
    assert not any(word in raw for word in (b"Secret", b"secret", b"EXIF", b"ICCP", b"XMP "))
    assert not stored.getexif()


def test_words_in_a_png_are_not_kept(listener):
    words = PngInfo()
    words.add_text("Comment", "secret")
    picture_set(now=timezone.now(), user=listener, upload=upload(encoded(red_over_blue(), pnginfo=words)))
    with listener.picture.open() as file:
        assert b"secret" not in file.read()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not a picture",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"\x89PNG\r\n\x1a\n",
        b"\x89PNG\r\n\x1a\n" + b"\x00" * 50,
        b"\xff\xd8\xff\xe0" + b"\x00" * 100,
        b"GIF89a\x00\x00\x00\x00",
        b"RIFF\x10\x00\x00\x00WEBPVP8 ",
        encoded(red_over_blue(), "BMP"),
        encoded(red_over_blue(), "TIFF"),
        encoded(red_over_blue(), "ICO"),
        encoded(red_over_blue(), "PDF"),
        encoded(red_over_blue())[:300],
        encoded(red_over_blue(), "JPEG")[:400],
    ],
    ids=range(14),
)
def test_what_is_no_picture_is_refused_and_leaves_nothing(listener, media, content):
    with pytest.raises(PictureInvalid) as refusal:
        picture_set(now=timezone.now(), user=listener, upload=upload(content))
    assert refusal.value.code == "picture.invalid"
    assert list(refusal.value.fields) == ["picture"]
    listener.refresh_from_db()
    assert not listener.picture
    assert not list(media.rglob("*.webp"))


def png_that_says(width: int, height: int) -> bytes:
    """A tiny file whose header promises many pixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b""))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("width", "height"), [(8000, 5001), (10_000, 10_000), (60_000, 60_000), (2**31 - 1, 1)]
)
def test_a_bomb_is_refused_before_it_is_decoded(listener, width, height):
    with pytest.raises(PictureTooLarge) as refusal:
        picture_set(now=timezone.now(), user=listener, upload=upload(png_that_says(width, height)))
    assert refusal.value.code == "picture.too_large"


def test_too_many_bytes_are_refused(listener):
    with pytest.raises(PictureTooLarge):
        picture_set(
            now=timezone.now(), user=listener, upload=upload(encoded(red_over_blue()) + b"\x00" * MAX_BYTES)
        )


def test_the_old_file_goes_once_the_new_one_is_committed(listener, media, django_capture_on_commit_callbacks):
    picture_set(now=timezone.now(), user=listener, upload=upload(encoded(red_over_blue())))
    first = listener.picture.name
    with django_capture_on_commit_callbacks(execute=True):
        picture_set(now=timezone.now(), user=listener, upload=upload(encoded(red_over_blue())))
        assert (media / first).exists()
    assert not (media / first).exists()
    assert (media / listener.picture.name).exists()


def test_removing_it_deletes_the_file_and_twice_is_once(listener, media, django_capture_on_commit_callbacks):
    picture_set(now=timezone.now(), user=listener, upload=upload(encoded(red_over_blue())))
    with django_capture_on_commit_callbacks(execute=True):
        picture_remove(user=listener)
        picture_remove(user=listener)
    listener.refresh_from_db()
    assert listener.picture_url == ""
    assert not list(media.rglob("*.webp"))


def test_a_write_that_fails_leaves_no_file_behind(listener, media, monkeypatch):
    def fail(user: User, name: str) -> None:
        raise RuntimeError("the database went away")

    monkeypatch.setattr(pictures_module, "_replace", fail)
    with pytest.raises(RuntimeError):
        picture_set(now=timezone.now(), user=listener, upload=upload(encoded(red_over_blue())))
    assert not list(media.rglob("*.webp"))


def test_the_file_goes_with_its_owner(listener, media, django_capture_on_commit_callbacks):
    picture_set(now=timezone.now(), user=listener, upload=upload(encoded(red_over_blue())))
    with django_capture_on_commit_callbacks(execute=True):
        listener.delete()
    assert not list(media.rglob("*.webp"))
