"""M19: put right on the spot in three taps on the phone, the pair of photographs aside."""

import io
from pathlib import Path

from PIL import Image
from playwright.sync_api import BrowserContext, Page, expect

from tests.api.server import Server
from tests.browser.conftest import open_signed_in
from tests.city import TinyCity

MOST_TAPS = 3


def photograph(folder: Path, name: str, grey: int) -> Path:
    """Return a photograph; another grey is another photograph."""
    out = io.BytesIO()
    Image.new("RGB", (1200, 900), (grey, grey, 90)).save(out, "JPEG")
    path = folder / f"{name}.jpg"
    path.write_bytes(out.getvalue())
    return path


def test_m19_from_the_tab_to_done(
    server: Server, tiny_city: TinyCity, phone: BrowserContext, tmp_path: Path
) -> None:
    faults: list[str] = []
    lon, lat = tiny_city.place_in("D1")
    phone.set_geolocation({"longitude": lon, "latitude": lat, "accuracy": 9})
    page = open_signed_in(server, phone, "/m/", "grid_manager", faults)
    taps: list[str] = []

    def tap(page: Page, testid: str) -> None:
        taps.append(testid)
        page.get_by_test_id(testid).click()

    tap(page, "tab-report")
    tap(page, "quick-fix-RUBBISH-1")
    for slot, grey in (("before", 40), ("after", 200)):
        page.get_by_test_id(f"photo-input-{slot}").set_input_files(photograph(tmp_path, slot, grey))
        expect(page.get_by_test_id(f"photos-{slot}").locator("img")).to_be_visible()
    expect(page.get_by_test_id("place-grid")).to_contain_text("东城一社区", timeout=20_000)
    tap(page, "submit-report")

    expect(page.get_by_test_id("upload-view")).to_have_attribute(
        "data-state", "sent", timeout=20_000
    )
    expect(page.get_by_test_id("receipt-number")).to_be_visible()
    assert len(taps) <= MOST_TAPS
    [report] = server.acting_as("manager-D1").get("/incidents", params={"limit": 1}).json()["items"]
    # a share is looked at by somebody else; nothing is dispatched to be done
    assert report["state"] in ("closed", "rechecking")
    assert (report["owner"] is None) == (report["state"] == "closed")
    assert faults == []
