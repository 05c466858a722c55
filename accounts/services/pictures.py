"""Pictures of people: whatever is sent becomes a 256 px square WebP file without a word about where it came from."""

import io
import secrets
from datetime import datetime
from typing import IO

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _
from PIL import Image, ImageOps

from accounts.models import User
from spaces_project.lib import limits
from spaces_project.lib.errors import Invalid

SIDE = 256
MAX_BYTES = 5 * 1024 * 1024
MAX_PIXELS = 40_000_000
# Nothing else is decoded: each further decoder is one more to be attacked.
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")


class PictureInvalid(Invalid):
    """Not a picture that we can read."""

    code = "picture.invalid"
    message = _("This is not a JPEG, PNG, WebP or GIF picture.")


class PictureTooLarge(Invalid):
    """More bytes or pixels than we take."""

    code = "picture.too_large"

    def __init__(self) -> None:
        words = gettext("Use a picture of at most {megabytes} MB and {megapixels} megapixels.").format(
            megabytes=MAX_BYTES // 1024 // 1024, megapixels=MAX_PIXELS // 1_000_000
        )
        super().__init__(words, fields={"picture": [words]})


def picture_set(*, user: User, upload: UploadedFile, now: datetime) -> User:
    """Make `upload` the picture of `user`: turned as its EXIF says, cropped to a square, re-encoded, metadata left out.

    The old file is deleted after commit. Raises PictureInvalid, PictureTooLarge, TooMany.
    """
    limits.require("picture.upload", user=user, now=now)
    if (upload.size or 0) > MAX_BYTES:
        raise PictureTooLarge()
    upload.seek(0)
    encoded = encode_picture(upload)
    storage = user.picture.storage
    # Written before the transaction, for storage may be remote; random, so that nobody can guess or overwrite one.
    name = storage.save(f"pictures/{secrets.token_hex(16)}.webp", ContentFile(encoded))
    try:
        _replace(user, name)
    except BaseException:
        storage.delete(name)
        raise
    return user


def picture_remove(*, user: User) -> User:
    """Take the picture away and delete its file after commit; without a picture nothing happens."""
    _replace(user, "")
    return user


def _replace(user: User, name: str) -> None:
    with transaction.atomic():
        # Locked: two uploads at once must not both take the same old file for theirs and leave one behind.
        old: str = User.objects.select_for_update().values_list("picture", flat=True).get(pk=user.pk)
        User.objects.filter(pk=user.pk).update(picture=name)
        if old:
            storage = user.picture.storage
            transaction.on_commit(lambda: storage.delete(old), robust=True)
    user.picture.name = name


def encode_picture(file: IO[bytes]) -> bytes:
    """Return the picture in `file` as WebP, `SIDE` pixels square. Raises PictureInvalid, PictureTooLarge."""
    try:
        return _encode(file)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise PictureTooLarge() from error
    except Invalid:
        raise
    except Exception as error:
        # Decoders raise whatever they like on a broken file: OSError, SyntaxError, struct.error, IndexError …
        raise PictureInvalid(fields={"picture": [PictureInvalid.message]}) from error


def _encode(file: IO[bytes]) -> bytes:
    with Image.open(file, formats=FORMATS) as image:
        # The size comes from the header, before a pixel is decoded.
        if image.width * image.height > MAX_PIXELS:
            raise PictureTooLarge()
        # A large JPEG is decoded at a fraction of its size.
        image.draft("RGB", (SIDE * 2, SIDE * 2))
        image.load()
        turned = ImageOps.exif_transpose(image)
        has_alpha = turned.has_transparency_data
        square = ImageOps.fit(turned.convert("RGBA" if has_alpha else "RGB"), (SIDE, SIDE))
    # On a canvas of its own: `square` still carries the colour profile and comments of the original.
    canvas = Image.new(square.mode, square.size)
    canvas.paste(square)
    out = io.BytesIO()
    canvas.save(out, "WEBP", quality=85, method=4)
    return out.getvalue()
