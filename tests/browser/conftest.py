"""A real Chromium against the real service over the tiny city."""

import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright

from tests.api.server import Server
from tests.city import PASSWORD

#: Renders MapLibre in software, and asks nobody outside for anything.
ARGUMENTS = [
    "--no-sandbox",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")

SignInTo = Callable[[str, str], Page]


def chromium() -> str:
    """Return the system's Chromium; a test tool cannot download one of its own."""
    found = next((path for name in CHROMIUM if (path := shutil.which(name))), None)
    assert found is not None, "no Chromium: scripts/test installs it"
    return found


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """How the browser is started."""
    return {"executable_path": chromium(), "args": ARGUMENTS}


@pytest.fixture
def desk(browser: Browser) -> Iterator[BrowserContext]:
    """A dispatcher's screen."""
    context = browser.new_context(
        viewport={"width": 1440, "height": 900}, locale="zh-CN", timezone_id="Asia/Shanghai"
    )
    yield context
    context.close()


@pytest.fixture
def phone(browser: Browser, playwright: Playwright) -> Iterator[BrowserContext]:
    """An inspector's phone; where it stands is set by the test."""
    context = browser.new_context(
        **playwright.devices["Pixel 5"],
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        permissions=["geolocation"],
    )
    yield context
    context.close()


def open_signed_in(
    server: Server, context: BrowserContext, page_path: str, login: str, faults: list[str]
) -> Page:
    """Open a page of the service and sign in; what its console complains of is collected."""
    page = context.new_page()
    page.on("pageerror", lambda error: faults.append(f"{page_path} {error}"))
    page.on(
        "console",
        lambda message: (
            faults.append(f"{page_path} {message.text}") if message.type == "error" else None
        ),
    )
    page.on(
        "request",
        lambda request: (
            None
            if request.url.startswith((server.url, "blob:", "data:"))
            else faults.append(f"{page_path} asked {request.url}")
        ),
    )
    page.goto(f"{server.url}{page_path}")
    page.get_by_test_id("login").fill(login)
    page.get_by_test_id("password").fill(PASSWORD)
    page.get_by_test_id("sign-in-submit").click()
    return page
