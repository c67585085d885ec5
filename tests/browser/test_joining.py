"""A dispatcher sees that two incidents are one thing, joins them, and parts them again."""

from playwright.sync_api import BrowserContext, expect

from gridsvc.services.context import Context
from tests.api.server import Server
from tests.browser.conftest import open_signed_in
from tests.city import TinyCity
from tests.deeds import look, reported


def test_what_is_near_is_joined_and_parted(
    ctx: Context, server: Server, tiny_city: TinyCity, desk: BrowserContext
) -> None:
    faults: list[str] = []
    lon, lat = tiny_city.place_in("D5")
    first = look(ctx, reported(ctx, (lon, lat), "RUBBISH-2"))
    later = look(ctx, reported(ctx, (lon + 1e-4, lat), "RUBBISH-2"))

    board = open_signed_in(
        server, desk, f"/d/#/incidents/{later['incident_id']}", "dispatcher", faults
    )
    suggested = board.get_by_test_id("near-suggested")
    expect(suggested).to_contain_text(first["number"], timeout=20_000)
    expect(suggested).to_contain_text("相距 10 米")
    suggested.get_by_test_id("near-join").click()
    # the later goes into the earlier
    expect(board.get_by_test_id("join-sheet")).to_contain_text(
        f"{later['number']} 并入 {first['number']}"
    )
    board.get_by_test_id("join-submit").click()
    expect(board.get_by_test_id("near-main")).to_contain_text(first["number"])
    expect(board.get_by_test_id("drawer-state")).to_have_attribute("data-state", "voided")
    assert look(ctx, later["incident_id"])["joined_into"] == first["incident_id"]

    board.get_by_test_id("near-unjoin-self").click()
    board.get_by_test_id("join-submit").click()
    expect(board.get_by_test_id("near-suggested")).to_contain_text(first["number"])
    assert look(ctx, later["incident_id"])["joined_into"] is None
    assert faults == []
