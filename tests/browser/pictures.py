"""Take the README's pictures from a running demo: `python -m tests.browser.pictures URL VAR OUT`.

Play a morning with `gridsvc simulate` meanwhile, so that the pages live.
"""

import io
import sys
from pathlib import Path
from uuid import uuid4

import httpx2
from PIL import Image
from playwright.sync_api import BrowserContext, Page, sync_playwright
from shapely.geometry import shape

from gridsvc.services.demo_accounts import ACCOUNTS_FILE, read_accounts
from tests.browser.conftest import ARGUMENTS, chromium


def signed_in(context: BrowserContext, url: str, login: str, password: str) -> Page:
    """Open a page and sign in."""
    page = context.new_page()
    page.goto(url)
    page.get_by_test_id("login").fill(login)
    page.get_by_test_id("password").fill(password)
    page.get_by_test_id("sign-in-submit").click()
    return page


def keep(page: Page, path: Path, width: int) -> None:
    """Keep what a page shows, at a width in pixels."""
    image = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    image = image.resize(
        (width, round(image.height * width / image.width)), Image.Resampling.LANCZOS
    )
    image.save(path, quality=88, method=6)
    print(path, path.stat().st_size // 1024, "KB")


def desk_pictures(context: BrowserContext, url: str, password: str, out: Path) -> None:
    """The city at a glance, and one incident with the reasons of its dispatch."""
    page = signed_in(context, f"{url}/d/", "dispatcher-city", password)
    page.get_by_test_id("map").wait_for()
    page.wait_for_function("window.__mapIdle !== undefined", timeout=60_000)
    page.get_by_test_id("queue-tab-all").click()
    page.wait_for_timeout(6_000)
    keep(page, out / "dispatch-city.webp", 1280)
    page.get_by_test_id("queue-row").nth(2).click()
    page.get_by_test_id("decision-reasons").first.wait_for()
    page.wait_for_timeout(6_000)
    page.get_by_test_id("why").first.scroll_into_view_if_needed()
    page.wait_for_timeout(500)
    keep(page, out / "dispatch-why.webp", 1280)


def make_work(url: str, password: str) -> None:
    """Let the inspector report a few things in their own grid, so that there are tasks to show."""
    with httpx2.Client(base_url=url) as client:
        session = client.post(
            "/api/v1/auth/sign-in", json={"login": "inspector", "password": password}
        ).json()
        client.headers["X-CSRF-Token"] = session["csrf"]
        grid = client.get(f"/api/v1/grids/{session['posts'][0]['grid']['grid_id']}").json()
        place = shape(grid["outline"]).representative_point()
        matters = [
            matter
            for matter in client.get("/api/v1/matters").json()["items"]
            if matter["entry_tier"] == "patrol" and matter["conditions"][0]["level"] == "community"
        ]
        for number, matter in enumerate(matters[:4]):
            client.put(
                f"/api/v1/reports/{uuid4()}",
                json={
                    "observed_at": session["clock"]["now"],
                    "place": {"lon": place.x + number * 1e-4, "lat": place.y, "source": "manual"},
                    "matter": matter["code"],
                    "condition": matter["conditions"][0]["code"],
                },
            ).raise_for_status()


def task_picture(context: BrowserContext, url: str, password: str, out: Path) -> None:
    """What an inspector has to do."""
    page = signed_in(context, f"{url}/m/", "inspector", password)
    page.get_by_test_id("task").first.wait_for()
    page.wait_for_timeout(1_000)
    keep(page, out / "phone-tasks.webp", 390)


def report_picture(context: BrowserContext, url: str, password: str, out: Path) -> None:
    """A report being made."""
    page = signed_in(context, f"{url}/m/", "inspector", password)
    page.get_by_test_id("tab-report").click()
    page.get_by_test_id("place-grid").wait_for()
    page.wait_for_timeout(2_000)
    keep(page, out / "phone-report.webp", 390)


def take(url: str, var: Path, out: Path) -> None:
    """Take every picture."""
    out.mkdir(parents=True, exist_ok=True)
    passwords = {account.login: account.password for account in read_accounts(var / ACCOUNTS_FILE)}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        # Waiting for what the page says of itself evaluates text, which its policy forbids.
        where = {"locale": "zh-CN", "timezone_id": "Asia/Shanghai", "bypass_csp": True}
        desk = browser.new_context(viewport={"width": 1440, "height": 900}, **where)
        desk_pictures(desk, url, passwords["dispatcher-city"], out)
        pixel = playwright.devices["Pixel 5"]
        make_work(url, passwords["inspector"])
        task_picture(browser.new_context(**pixel, **where), url, passwords["inspector"], out)
        phone = browser.new_context(
            **pixel,
            **where,
            permissions=["geolocation"],
            geolocation={"longitude": 113.7935, "latitude": 23.0205, "accuracy": 9},
        )
        report_picture(phone, url, passwords["inspector"], out)
        browser.close()


if __name__ == "__main__":
    take(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
