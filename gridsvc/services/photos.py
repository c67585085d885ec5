"""Photographs: taken in by hash after whatever named them, served without what they tell.

The original is kept as evidence and never served; what is served has been drawn anew,
so that no EXIF position, name or thumbnail leaves with it. What the EXIF part hints at is kept
for dispatchers, apart.
"""

import hashlib
import io
import warnings
from dataclasses import dataclass

from PIL import Image, ImageOps, UnidentifiedImageError

from gridsvc.core.actor import Actor
from gridsvc.core.keeping import ORIGINALS_KEPT, SERVED_KEPT, is_over
from gridsvc.services.context import Context
from gridsvc.services.photo_hints import keep_hints
from gridsvc.store.photos import (
    StoredPhoto,
    end_of_photo,
    hold_photo,
    photo,
    photo_is_seen,
    put_photo,
    was_named_by,
)

MOST_BYTES = 10 * 1024 * 1024
#: A small file may unfold into a huge picture; no phone makes one of more than this.
MOST_PIXELS = 80_000_000
MEDIA_TYPES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp", "MPO": "image/jpeg"}
SERVED_EDGE, THUMB_EDGE = 1600, 320


class PhotoTooLarge(Exception):
    """More bytes, or more pixels, than a phone's photograph has."""


class NotAPhoto(Exception):
    """The bytes are no image of a kind that is taken."""


class HashMismatch(Exception):
    """The bytes are not those that the address names."""


class UnknownPhoto(LookupError):
    """Nothing that the sender had accepted names this photograph."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenPhoto:
    """A photograph that is kept."""

    photo: StoredPhoto
    is_new: bool


def take_photo(ctx: Context, actor: Actor, sha256: str, content: bytes) -> TakenPhoto:
    """Keep a photograph that a report or action of the sender names; twice is once.

    Raises `UnknownPhoto`, `PhotoTooLarge`, `NotAPhoto` or `HashMismatch`; nothing is kept then.
    """
    if len(content) > MOST_BYTES:
        raise PhotoTooLarge(f"a photograph has at most {MOST_BYTES // 1024 // 1024} MB")
    if hashlib.sha256(content).hexdigest() != sha256:
        raise HashMismatch(f"the SHA-256 of the {len(content)} bytes received is another")
    with ctx.database.begin(actor.scope) as connection:
        if not was_named_by(connection, bytes.fromhex(sha256), actor.account_id):
            raise UnknownPhoto("no report or action of yours names this photograph; send it first")
        kept = photo(connection, bytes.fromhex(sha256))
        is_whole = kept is not None and kept.original_ended_at is None
        if kept is not None and is_whole and ctx.media.get(sha256) is not None:
            keep_hints(connection, kept.sha256, actor.account_id, content)
            return TakenPhoto(photo=kept, is_new=False)
    media_type, image = opened(content)
    forms = {"served": drawn(image, SERVED_EDGE), "thumb": drawn(image, THUMB_EDGE)}
    now = ctx.clock.now()
    # Held against retention, which takes away files of photographs that nobody needs.
    with ctx.database.begin() as connection:
        hold_photo(connection, bytes.fromhex(sha256))
        ended_at = end_of_photo(connection, bytes.fromhex(sha256))
        taken = StoredPhoto(
            sha256=bytes.fromhex(sha256),
            media_type=media_type,
            size=len(content),
            width=image.width,
            height=image.height,
            received_at=now,
            original_ended_at=now if is_over(ended_at, ORIGINALS_KEPT, now) else None,
            ended_at=now if is_over(ended_at, SERVED_KEPT, now) else None,
        )
        # The bytes are durable before the row says so.
        if taken.original_ended_at is None:
            ctx.media.put(sha256, content)
        if taken.ended_at is None:
            for form, picture in forms.items():
                ctx.media.put(sha256, picture, form)
        put_photo(connection, taken)
        keep_hints(connection, taken.sha256, actor.account_id, content)
    return TakenPhoto(photo=taken, is_new=kept is None)


def served_photo(ctx: Context, actor: Actor, sha256: str, form: str) -> bytes:
    """Return a photograph as it may be shown, if the actor sees an incident that names it."""
    with ctx.database.begin(actor.scope) as connection:
        if not photo_is_seen(connection, bytes.fromhex(sha256)):
            raise UnknownPhoto("there is no such photograph in your area")
        kept = photo(connection, bytes.fromhex(sha256))
    if kept is not None and kept.ended_at is not None:
        raise UnknownPhoto("the photograph is kept no longer")
    content = ctx.media.get(sha256, form)
    if content is None:
        raise UnknownPhoto("the photograph has been named but has not arrived")
    return content


def opened(content: bytes) -> tuple[str, Image.Image]:
    """Decode an image completely, upright; what cannot be decoded is refused."""
    try:
        with warnings.catch_warnings():
            # what is odd about the EXIF part of a photograph is of no interest
            warnings.simplefilter("ignore", UserWarning)
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(content), formats=list(MEDIA_TYPES))
            if image.width * image.height > MOST_PIXELS:
                raise PhotoTooLarge(f"{image.width} by {image.height} pixels are too many")
            kind = MEDIA_TYPES[image.format or ""]
            return kind, upright(image).convert("RGB")
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as bomb:
        raise PhotoTooLarge("the picture unfolds into too many pixels") from bomb
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, KeyError) as error:
        raise NotAPhoto("send a JPEG, PNG or WebP photograph; this cannot be read as one") from (
            error
        )


def upright(image: Image.Image) -> Image.Image:
    """Turn an image as its EXIF part asks; one whose EXIF part is broken stays as it lies."""
    try:
        return ImageOps.exif_transpose(image)
    except Exception:  # whatever a parser of foreign bytes may raise
        return image


def drawn(image: Image.Image, longest: int) -> bytes:
    """Return the picture as JPEG with the longer edge at most `longest`, and nothing else."""
    small = image.copy()
    # or a comment of the original would be written again
    small.info = {}
    small.thumbnail((longest, longest))
    out = io.BytesIO()
    small.save(out, "JPEG", quality=80)
    return out.getvalue()
