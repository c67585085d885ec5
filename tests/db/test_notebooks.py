"""The workload notebook over the tiny city: what a supervisor reads, and a map that asks nobody."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient
from playwright.sync_api import Page, sync_playwright
from sqlalchemy import text

from gridsvc.services.context import Context
from tests.city import TinyCity
from tests.deeds import SECRET, draft, officer, send, set_clock

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOK = ROOT / "notebooks" / "workload.ipynb"
#: An ordinary Monday morning; a week later the limits of five days have run out.
MONDAY = datetime(2026, 6, 15, 4, tzinfo=UTC)
NEXT_MONDAY = MONDAY + timedelta(days=7)
#: D1 asks most of its community, N1 and N2 alike; one report in twelve lies in no grid.
PLACES = ("D1", "D1", "D1", "D2", "D5", "N1", "N2", "D1", "D4", "N1", "N2", (113.9, 21.5))
CONDITIONS = ("MANHOLE-1", "RUBBISH-1", "FIRELANE-1", "ROAD-1", "MANHOLE-2")


@dataclass(frozen=True)
class Executed:
    """An executed notebook, and the map it wrote."""

    outputs: dict[str, list[Any]]
    map_file: Path

    def printed(self, cell: str) -> str:
        return "".join(o.text for o in self.outputs[cell] if o.output_type == "stream")

    def table(self, cell: str) -> list[dict[str, str]]:
        """Return the rows of a cell's table by the English word of each heading."""
        [shown] = [o.data["text/html"] for o in self.outputs[cell] if "data" in o]
        cells = TableCells()
        cells.feed(shown)
        words = [heading.split(" ", 1)[1] for heading in cells.rows[0]]
        return [dict(zip(words, row, strict=True)) for row in cells.rows[1:]]


class TableCells(HTMLParser):
    """Collects the text of every cell of a table."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.is_in_cell = False

    def handle_starttag(self, tag: str, _attrs: Any) -> None:
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")
        self.is_in_cell = tag in ("td", "th")

    def handle_endtag(self, _tag: str) -> None:
        self.is_in_cell = False

    def handle_data(self, data: str) -> None:
        if self.is_in_cell:
            self.rows[-1][-1] += data


class Links(HTMLParser):
    """Collects what a page would fetch by itself."""

    FETCHING = ("src", "srcset", "href", "data", "poster")

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag != "a":
            self.found += [value or "" for name, value in attrs if name in self.FETCHING]


@pytest.fixture(scope="module")
def _reports(ctx: Context, tiny_city: TinyCity) -> None:
    """Five dozen reports on Monday; a week has passed since. Four people live in N1."""
    set_clock(ctx, MONDAY)
    inspector = officer(ctx, "manager-D1")
    pairs = islice(zip(cycle(PLACES), cycle(CONDITIONS), strict=False), 60)
    send(ctx, inspector, *(draft(ctx, place, condition) for place, condition in pairs))
    with ctx.database.begin() as connection:
        connection.execute(
            text("UPDATE grid_version SET population = 4 WHERE grid_id = :id"),
            {"id": tiny_city.grid_ids["N1"]},
        )
    set_clock(ctx, NEXT_MONDAY)


@pytest.fixture(scope="module")
def executed(_reports: None, ctx: Context, tmp_path_factory: pytest.TempPathFactory) -> Executed:
    """The notebook executed from top to bottom in a kernel of its own."""
    folder = tmp_path_factory.mktemp("notebook")
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    environment = os.environ | {  # noqa: TID251 - the kernel is another process
        "DATABASE_URL": ctx.database.url,
        "GRIDSVC_VAR": str(folder),
        "PYTHONPATH": str(ROOT),
        # no history in the home of whoever runs the tests
        "IPYTHONDIR": str(folder / "ipython"),
    }
    client = NotebookClient(
        notebook,
        kernel_name="python3",
        timeout=120,
        resources={"metadata": {"path": str(NOTEBOOK.parent)}},
    )
    client.execute(env=environment)
    outputs = {cell.id: cell.outputs for cell in notebook.cells if cell.cell_type == "code"}
    return Executed(outputs, folder / "workload.html")


@dataclass
class Opened:
    """A page in Chromium, with everything it asked for and complained about."""

    page: Page
    asked: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def map_page(executed: Executed) -> Iterator[Opened]:
    """The map opened from the disk, in a browser that has a network."""
    chromium = next(
        path
        for name in ("chromium", "chromium-browser", "google-chrome")
        if (path := shutil.which(name))
    )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium,
            args=[
                *("--no-sandbox", "--disable-quic", "--no-first-run"),
                "--disable-background-networking",
            ],
        )
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        opened = Opened(page)
        page.on("request", lambda request: opened.asked.append(request.url))
        page.on("pageerror", lambda error: opened.complaints.append(str(error)))
        page.on("console", lambda message: opened.complaints.append(message.text))
        page.goto(executed.map_file.as_uri(), wait_until="networkidle")
        yield opened
        browser.close()


def rows(ctx: Context, statement: str) -> dict[str, Any]:
    """Return the rows of a statement by their first column."""
    with ctx.database.begin() as connection:
        return {row[0]: row for row in connection.execute(text(statement))}


def test_it_is_committed_without_results() -> None:
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]

    assert all(not cell.outputs and cell.execution_count is None for cell in cells)
    assert NOTEBOOK.stat().st_size < 20_000


def test_it_runs_without_a_warning(executed: Executed) -> None:
    shown = [output for outputs in executed.outputs.values() for output in outputs]
    said = executed.printed("data")

    assert [output for output in shown if output.get("name") == "stderr"] == []
    assert "2 镇街 towns, 3 社区 communities, 8 网格 grids, 2 of them withheld" in said
    assert "2026-06-22 12:00" in said


def test_the_towns_are_those_of_the_database(executed: Executed, ctx: Context) -> None:
    counted = rows(
        ctx,
        f"""
        SELECT d.name, count(*) AS open, count(*) FILTER (WHERE due_at <= '{NEXT_MONDAY}') AS late
        FROM incident i JOIN division d ON d.code IN (i.city_code, i.town_code)
        WHERE i.closed_at IS NULL GROUP BY d.name
        """,
    )
    minutes = rows(
        ctx,
        """
        SELECT d.name, sum(t.minutes) AS minutes
        FROM task t JOIN incident i USING (incident_id)
        JOIN division d ON d.code IN (i.city_code, i.town_code)
        WHERE t.finished_at IS NULL GROUP BY d.name
        """,
    )

    table = executed.table("towns")

    assert [row["division"] for row in table] == ["东莞市", "东城街道", "南城街道"]
    for row in table:
        expected = counted[row["division"]]
        assert int(row["open"]) == expected.open > 0
        assert row["late"] == f"{expected.late / expected.open:.0%}" != "0%"
        assert row["load, min"] == f"{minutes[row['division']].minutes:,}"
    assert sum(int(row["open"]) for row in table[1:]) == int(table[0]["open"]) - 5  # in no grid


def test_the_grids_above_their_mean_come_by_how_much(
    executed: Executed, ctx: Context, tiny_city: TinyCity
) -> None:
    minutes = rows(
        ctx,
        """
        SELECT g.code, g.community_code, coalesce(sum(t.minutes), 0) AS minutes
        FROM grid g LEFT JOIN incident i ON i.owner_grid_id = g.grid_id
        LEFT JOIN task t ON t.incident_id = i.incident_id AND t.finished_at IS NULL
        GROUP BY g.code, g.community_code
        """,
    )
    above = {}
    for code, row in minutes.items():
        siblings = [r.minutes for r in minutes.values() if r.community_code == row.community_code]
        mean = sum(siblings) / len(siblings)
        if row.minutes > mean:
            above[code] = (f"{row.minutes:,}", f"{row.minutes - mean:,.0f}")

    table = executed.table("ranking")

    assert table[0]["grid"] == tiny_city.grid_code("D1")
    assert {row["grid"]: (row["load, min"], row["above mean, min"]) for row in table} == above
    excess = [int(row["above mean, min"]) for row in table]
    assert excess == sorted(excess, reverse=True)


def test_nobody_is_named(executed: Executed, ctx: Context) -> None:
    with ctx.database.begin() as connection:
        people = connection.execute(
            # a code such as "fire" is a word of Leaflet's too
            text(
                "SELECT name FROM officer_person UNION SELECT code FROM post WHERE code LIKE '%-%'"
            )
        ).scalars()
        private = [SECRET, *people]
    shown = str(executed.outputs) + executed.map_file.read_text(encoding="utf-8")

    assert "东城一社区" in shown
    assert [words for words in private if words in shown] == []


def test_the_map_links_nothing(executed: Executed) -> None:
    page = executed.map_file.read_text(encoding="utf-8")
    links = Links()
    links.feed(page)

    assert links.found == []
    assert "url(http" not in page
    assert "@import" not in page
    assert "sourceMappingURL" not in page


def test_the_map_opens_alone_and_shows_the_grids(
    map_page: Opened, executed: Executed, ctx: Context, tiny_city: TinyCity
) -> None:
    page = map_page.page
    grids = page.locator("path.leaflet-interactive")

    assert map_page.asked == [executed.map_file.as_uri()]
    assert map_page.complaints == []
    assert grids.count() == 8  # the neighbour city's strip is not ours to count
    boxes = [grids.nth(i).bounding_box() for i in range(8)]
    assert all(box and box["width"] > 50 and box["height"] > 50 for box in boxes)
    colours = [grids.nth(i).get_attribute("fill") for i in range(8)]
    d1, _, d3, *_, n1, n2 = colours
    assert d1 == "#87391b"  # the most
    assert d3 == "#faf8f2"  # nothing to do
    assert n1 == n2 == "#cfd2d0"  # a handful of people, and the grid that hides them
    assert page.locator(".place-name").all_inner_texts() == ["东城街道", "南城街道"]
    assert "未完成任务" in page.locator(".legend").inner_text()


def test_pointing_at_a_grid_tells_its_figures(map_page: Opened, tiny_city: TinyCity) -> None:
    def told_at(number: int) -> str:
        map_page.page.locator("path.leaflet-interactive").nth(number).hover()
        return map_page.page.locator(".leaflet-tooltip").inner_text()

    of_d1, of_n1 = told_at(0), told_at(6)

    assert tiny_city.grid_code("D1") in of_d1
    assert "东城一社区" in of_d1
    assert "未结 open\t20" in of_d1  # four places in twelve, sixty reports
    assert tiny_city.grid_code("N1") in of_n1
    assert "未结 open\t–" in of_n1
