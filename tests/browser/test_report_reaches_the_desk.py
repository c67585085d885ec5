"""The whole way: a report with photograph and position appears on an open dispatch map."""

import io
import time
from pathlib import Path

from PIL import Image
from PIL.TiffImagePlugin import IFDRational
from playwright.sync_api import BrowserContext, Page, expect

from tests.api.server import Server
from tests.browser.conftest import open_signed_in
from tests.city import TinyCity


def photograph(folder: Path, lon: float, lat: float) -> Path:
    """Return a photograph as a phone makes it, large and with a position in its EXIF."""
    image = Image.effect_noise((1600, 1200), 60).convert("RGB")
    exif = image.getexif()
    exif[0x010F] = "Phone"
    exif[0x0112] = 6  # lies on its side
    gps = exif.get_ifd(0x8825)
    gps[1], gps[2] = "N", (IFDRational(lat), IFDRational(0), IFDRational(0))
    gps[3], gps[4] = "E", (IFDRational(lon), IFDRational(0), IFDRational(0))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=85, exif=exif)
    path = folder / "scene.jpg"
    path.write_bytes(out.getvalue())
    return path


def fill_report(page: Page, photo: Path) -> None:
    """Fill the report form: photograph, position from the phone, matter and condition."""
    page.get_by_test_id("tab-report").click()
    page.get_by_test_id("photo-input-scene").set_input_files(photo)
    expect(page.get_by_test_id("photos-scene").locator("img")).to_be_visible()
    expect(page.get_by_test_id("place-grid")).to_contain_text("东城一社区", timeout=20_000)
    page.get_by_text("入格事项").first.click()
    page.get_by_test_id("matter-RUBBISH").click()
    page.get_by_test_id("condition-RUBBISH-2").click()
    page.get_by_test_id("note").fill("巷口一堆")


def test_a_report_appears_on_the_open_map(
    server: Server,
    tiny_city: TinyCity,
    desk: BrowserContext,
    phone: BrowserContext,
    tmp_path: Path,
) -> None:
    """An inspector reports; the dispatcher, who has not touched the page, sees it arrive."""
    faults: list[str] = []
    lon, lat = tiny_city.place_in("D2")
    phone.set_geolocation({"longitude": lon, "latitude": lat, "accuracy": 9})
    board = open_signed_in(server, desk, "/d/", "dispatcher", faults)
    expect(board.get_by_test_id("stream")).to_have_attribute("data-state", "live", timeout=20_000)
    board.get_by_test_id("queue-tab-all").click()
    expect(board.get_by_test_id("queue-row")).to_have_count(0)
    hand = open_signed_in(server, phone, "/m/", "grid_manager", faults)
    # three kilometres to the east of where it is reported, or 2.6 should it speak GCJ-02
    fill_report(hand, photograph(tmp_path, lon + 0.03, lat))

    began = time.monotonic()
    hand.get_by_test_id("submit-report").click()
    row = board.get_by_test_id("queue-row").first
    expect(row).to_contain_text("暴露垃圾", timeout=20_000)
    delay = time.monotonic() - began
    print(f"\nfrom the tap to the dispatcher's list: {delay:.2f} s")

    number = hand.get_by_test_id("receipt-number")
    expect(number).to_be_visible(timeout=20_000)
    expect(row).to_contain_text(number.inner_text().split()[-1])
    row.click()
    expect(board.get_by_test_id("drawer")).to_contain_text("东城一社区")
    expect(board.get_by_test_id("decision-reasons")).to_be_visible()
    photo = board.get_by_test_id("incident-photos").locator("img")
    expect(photo).to_be_visible(timeout=20_000)
    # it arrived upright, and what its camera said of the place came along as a hint
    width, height = photo.evaluate(
        "image => image.decode().then(() => [image.naturalWidth, image.naturalHeight])"
    )
    assert width < height
    expect(board.get_by_test_id("photo-hints")).to_contain_text("拍摄于约 2.6 公里外")
    assert faults == []
