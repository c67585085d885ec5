"""Hints: a photograph's EXIF part is held against whatever named it, and forgotten."""

import io
import warnings
from uuid import UUID

from PIL import Image
from sqlalchemy import Connection

from gridsvc.core.camera_record import CameraRecord, camera_record
from gridsvc.core.photo_hint import photo_hint
from gridsvc.store.photo_hints import insert_hints, tellings_without_hint

_EXIF_BLOCK, _GPS_BLOCK = 0x8769, 0x8825


def keep_hints(connection: Connection, sha256: bytes, account_id: UUID, content: bytes) -> None:
    """Keep what a photograph that has arrived hints at, for everything of an account's naming it.

    A report that names a photograph which had arrived before gets its hint when the
    photograph is sent again, and none when it is not.
    """
    tellings = tellings_without_hint(connection, sha256, account_id)
    if tellings:
        record = record_in(content)
        insert_hints(
            connection, sha256, [(one, photo_hint(record, one.place, one.at)) for one in tellings]
        )


def record_in(content: bytes) -> CameraRecord:
    """Read what the camera wrote; a part that is missing or broken says nothing."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            exif = Image.open(io.BytesIO(content)).getexif()
            return camera_record(exif.get_ifd(_EXIF_BLOCK), exif.get_ifd(_GPS_BLOCK))
    except Exception:  # whatever a parser of foreign bytes may raise
        return CameraRecord()
