"""Photographs: whatever the bytes are, they are kept as they came or refused with a reason."""

import hashlib
import io
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from sqlalchemy import text

from gridsvc.services.context import Context
from gridsvc.services.photos import (
    MOST_BYTES,
    HashMismatch,
    NotAPhoto,
    PhotoTooLarge,
    TakenPhoto,
    UnknownPhoto,
    opened,
    served_photo,
    take_photo,
)
from tests.deeds import act, claim, jpeg, look, officer, reported, set_clock

NOON = datetime(2026, 6, 15, 4, tzinfo=UTC)
MAKER, ORIENTATION, GPS = 0x010F, 0x0112, 0x8825


@pytest.fixture(autouse=True)
def _noon(ctx: Context) -> None:
    set_clock(ctx, NOON)


def with_position(orientation: int = 1, colour: int = 9) -> bytes:
    """A photograph 64 by 48 that tells where it was taken, and by whose phone."""
    exif = Image.Exif()
    exif[MAKER] = "Somebody's phone"
    exif[ORIENTATION] = orientation
    exif.get_ifd(GPS).update({1: "N", 2: (23.0, 1.0, 2.0), 3: "E", 4: (113.0, 42.0, 3.0)})
    return jpeg(colour=colour, exif=exif, comment=b"at the back door")


def named(ctx: Context, content: bytes) -> UUID:
    """An incident whose report names a photograph."""
    return reported(ctx, "D2", "RUBBISH-1", photos=(claim("scene", content),))


def bring(ctx: Context, content: bytes, code: str = "manager-D1") -> TakenPhoto:
    return take_photo(ctx, officer(ctx, code), hashlib.sha256(content).hexdigest(), content)


def png(width: int, height: int, mode: str = "1") -> bytes:
    out = io.BytesIO()
    Image.new(mode, (width, height)).save(out, "PNG")
    return out.getvalue()


def encoded(kind: str, mode: str = "RGB") -> bytes:
    out = io.BytesIO()
    Image.new(mode, (30, 20)).save(out, kind)
    return out.getvalue()


class TestKept:
    def test_the_original_as_it_came_and_the_served_one_without_what_it_told(
        self, ctx: Context
    ) -> None:
        content = with_position()
        incident_id = named(ctx, content)
        assert look(ctx, incident_id)["photos"][0]["has_arrived"] is False
        taken = bring(ctx, content)

        assert taken.is_new
        sha256 = hashlib.sha256(content).hexdigest()
        assert ctx.media.get(sha256) == content
        for form in ("served", "thumb"):
            shown = served_photo(ctx, officer(ctx, "dispatch-city"), sha256, form)
            with Image.open(io.BytesIO(shown)) as image:
                assert image.format == "JPEG"
                assert not image.getexif()
                assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
            for told in (b"Exif", b"Somebody", b"back door", b"GPS"):
                assert told not in shown
        photo = look(ctx, incident_id)["photos"][0]
        assert photo["url"] == f"/api/v1/photos/{sha256}"

    @pytest.mark.parametrize(
        ("orientation", "size"), [(1, (64, 48)), (3, (64, 48)), (6, (48, 64)), (8, (48, 64))]
    )
    def test_it_is_shown_upright(
        self, ctx: Context, orientation: int, size: tuple[int, int]
    ) -> None:
        content = with_position(orientation, colour=20 + orientation)
        named(ctx, content)
        taken = bring(ctx, content).photo

        assert (taken.width, taken.height) == size
        shown = served_photo(ctx, officer(ctx, "manager-D1"), taken.sha256.hex(), "served")
        with Image.open(io.BytesIO(shown)) as image:
            assert image.size == size

    def test_sizes(self, ctx: Context) -> None:
        content = jpeg(4000, 3000, colour=3)
        named(ctx, content)
        sha256 = bring(ctx, content).photo.sha256.hex()

        sizes = {}
        for form in ("served", "thumb"):
            with Image.open(
                io.BytesIO(served_photo(ctx, officer(ctx, "manager-D1"), sha256, form))
            ) as image:
                sizes[form] = image.size
        assert sizes == {"served": (1600, 1200), "thumb": (320, 240)}

    def test_twice_is_once(self, ctx: Context) -> None:
        content = jpeg(colour=4)
        named(ctx, content)

        assert [bring(ctx, content).is_new for _ in range(3)] == [True, False, False]

    def test_six_at_once_are_one(self, ctx: Context) -> None:
        content = jpeg(colour=5)
        named(ctx, content)
        with ThreadPoolExecutor(6) as threads:
            taken = list(threads.map(lambda _: bring(ctx, content), range(6)))

        assert len({t.photo.sha256 for t in taken}) == 1
        with ctx.database.begin() as connection:
            count = connection.execute(
                text("SELECT count(*) FROM photo WHERE sha256 = :sha256"),
                {"sha256": taken[0].photo.sha256},
            ).scalar_one()
        assert count == 1
        folder = ctx.media.path_of(taken[0].photo.sha256.hex()).parent
        assert not [p.name for p in folder.iterdir() if p.name.startswith(".arriving")]

    @pytest.mark.parametrize(
        "content",
        [
            pytest.param(encoded("PNG", "RGBA"), id="png with transparency"),
            pytest.param(encoded("PNG", "P"), id="png with a palette"),
            pytest.param(encoded("PNG", "I;16"), id="png of 16 bits"),
            pytest.param(encoded("WEBP"), id="webp"),
            pytest.param(encoded("JPEG", "L"), id="grey jpeg"),
            pytest.param(encoded("JPEG", "CMYK"), id="cmyk jpeg"),
        ],
    )
    def test_kinds(self, ctx: Context, content: bytes) -> None:
        named(ctx, content)
        assert bring(ctx, content).is_new

    def test_a_file_lost_from_the_store_is_taken_in_again(self, ctx: Context) -> None:
        content = jpeg(colour=6)
        named(ctx, content)
        sha256 = bring(ctx, content).photo.sha256.hex()
        ctx.media.erase(sha256)

        bring(ctx, content)

        assert ctx.media.get(sha256) == content
        assert served_photo(ctx, officer(ctx, "manager-D1"), sha256, "thumb")

    def test_of_an_action_too(self, ctx: Context) -> None:
        incident_id = reported(ctx, "D2", "MANHOLE-2")
        content = jpeg(colour=7)
        act(ctx, "handler-dongcheng", incident_id, "handle", photos=(claim("after", content),))

        assert bring(ctx, content, "handler-dongcheng").is_new


class TestRefused:
    @pytest.mark.parametrize(
        ("content", "error"),
        [
            pytest.param(b"hello, I am called report.jpg", NotAPhoto, id="text"),
            pytest.param(b"", NotAPhoto, id="nothing"),
            pytest.param(encoded("GIF"), NotAPhoto, id="gif"),
            pytest.param(encoded("TIFF"), NotAPhoto, id="tiff"),
            pytest.param(b"<svg xmlns='http://www.w3.org/2000/svg'/>", NotAPhoto, id="svg"),
            pytest.param(jpeg(colour=8)[:-200], NotAPhoto, id="cut off"),
            pytest.param(b"\xff\xd8\xff\xe0" + b"\x00" * 500, NotAPhoto, id="only begins as jpeg"),
            # small files that unfold into 81, 90 and 400 million pixels
            pytest.param(png(9_000, 9_001), PhotoTooLarge, id="too many pixels"),
            pytest.param(png(10_000, 9_000), PhotoTooLarge, id="bomb"),
            pytest.param(png(20_000, 20_000), PhotoTooLarge, id="great bomb"),
            pytest.param(jpeg(colour=8) + b"\x00" * MOST_BYTES, PhotoTooLarge, id="too long"),
        ],
    )
    def test_nothing_is_kept(self, ctx: Context, content: bytes, error: type[Exception]) -> None:
        incident_id = reported(
            ctx, "D2", "RUBBISH-1", photos=(claim("scene", content),) if content else ()
        )
        if not content:
            # nobody can name a photograph of no bytes, and so it is unknown before all else
            error = UnknownPhoto
        with pytest.raises(error):
            bring(ctx, content)

        assert ctx.media.get(hashlib.sha256(content).hexdigest()) is None
        assert not any(p["has_arrived"] for p in look(ctx, incident_id)["photos"])

    def test_other_bytes_than_named(self, ctx: Context) -> None:
        content = jpeg(colour=10)
        named(ctx, content)
        sha256 = hashlib.sha256(content).hexdigest()
        with pytest.raises(HashMismatch):
            take_photo(ctx, officer(ctx, "manager-D1"), sha256, content + b" ")
        assert ctx.media.get(sha256) is None

    def test_what_nobody_named(self, ctx: Context) -> None:
        with pytest.raises(UnknownPhoto):
            bring(ctx, jpeg(colour=11))

    @settings(max_examples=150, deadline=None)
    @given(at=st.lists(st.tuples(st.integers(2, 700), st.integers(0, 255)), min_size=1, max_size=6))
    def test_a_damaged_file_is_read_or_refused_and_nothing_else(
        self, at: list[tuple[int, int]]
    ) -> None:
        """Most of the damage is in the EXIF part, which stands first and is intricate."""
        damaged = bytearray(with_position(6))
        for where, value in at:
            damaged[where % len(damaged)] = value
        with suppress(NotAPhoto, PhotoTooLarge):
            opened(bytes(damaged))

    @settings(max_examples=60, deadline=None)
    @given(cut=st.integers(0, 400), tail=st.binary(max_size=64))
    def test_so_is_a_cut_one(self, cut: int, tail: bytes) -> None:
        for whole in (with_position(8), png(40, 30, "RGB"), encoded("WEBP")):
            with suppress(NotAPhoto, PhotoTooLarge):
                opened(whole[:cut] + tail)


def test_only_who_sees_the_incident_sees_the_photograph(ctx: Context) -> None:
    content = jpeg(colour=12)
    named(ctx, content)
    sha256 = bring(ctx, content).photo.sha256.hex()
    # the officers here share the machine's account, which reported it: without that key
    seen = {}
    for code in ("manager-D2", "dispatch-dongcheng", "supervisor", "dispatch-nancheng", "liaison"):
        actor = officer(ctx, code)
        actor = replace(actor, scope=tuple(k for k in actor.scope if not k.startswith("a")))
        try:
            seen[code] = bool(served_photo(ctx, actor, sha256, "thumb"))
        except UnknownPhoto:
            seen[code] = False

    assert seen == {
        "manager-D2": True,
        "dispatch-dongcheng": True,
        "supervisor": True,
        "dispatch-nancheng": False,
        "liaison": False,
    }
