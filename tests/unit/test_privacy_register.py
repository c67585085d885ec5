"""The register of personal data is complete."""

import re
from pathlib import Path

import pytest

from gridsvc.core.keeping import LINKS_KEPT, ORIGINALS_KEPT, SERVED_KEPT, TEXTS_KEPT
from gridsvc.services.accounts import SESSION_LASTS
from gridsvc.services.retention import LOGGED_READS_KEPT, SIGN_INS_KEPT
from gridsvc.store.tables import metadata

REGISTER = (Path(__file__).parents[2] / "docs" / "privacy.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("table", sorted(metadata.tables))
def test_every_table_is_in_the_register(table: str) -> None:
    assert f"`{table}`" in REGISTER


def test_the_longer_periods_are_those_of_the_register() -> None:
    [photo] = [line for line in REGISTER.splitlines() if line.startswith("| `photo` |")]
    [report] = [line for line in REGISTER.splitlines() if line.startswith("| `report` |")]

    assert f"without EXIF {SERVED_KEPT.days // 365} year" in photo
    assert f"the link to a resident's account {LINKS_KEPT.days // 365} years" in report


def test_the_register_names_no_table_that_is_gone() -> None:
    listed = re.findall(r"^\| `([a-z_]+)`", REGISTER, re.MULTILINE)

    assert set(listed) <= set(metadata.tables)


@pytest.mark.parametrize(
    ("table", "kept"),
    [
        ("session", f"{SESSION_LASTS.total_seconds() / 3600:.0f} hours"),
        ("sign_in", f"{SIGN_INS_KEPT.days} days"),
        ("logged_read", f"{LOGGED_READS_KEPT.days // 365} years"),
        ("report_text", f"{TEXTS_KEPT.days // 365} year after closing"),
        ("action_text", f"{TEXTS_KEPT.days // 365} year after closing"),
        ("photo", f"original {ORIGINALS_KEPT.days} days after closing, served copy"),
    ],
)
def test_what_is_forgotten_is_what_the_register_says(table: str, kept: str) -> None:
    [row] = [line for line in REGISTER.splitlines() if line.startswith(f"| `{table}` |")]

    assert row.split("|")[5].strip().startswith(kept)
