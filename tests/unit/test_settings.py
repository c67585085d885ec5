"""What the environment may set, and what stands without it."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from gridsvc.settings import CHECKOUT, Settings, load_settings


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    for name in Settings.model_fields:
        monkeypatch.delenv(f"GRIDSVC_{name.upper()}", raising=False)


def test_without_settings_the_private_cluster_serves_this_machine_only() -> None:
    settings = load_settings()

    assert settings.database_url is None
    assert settings.sqlalchemy_url is None
    assert settings.host == "127.0.0.1"
    assert settings.port == 8420
    assert settings.media == settings.var / "media"
    assert (settings.var.parent / "pyproject.toml").exists()


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("postgresql://a:b@db/city", "postgresql+psycopg://a:b@db/city"),
        ("postgres://a:b@db/city", "postgresql+psycopg://a:b@db/city"),
        ("postgresql+psycopg://a@/city?host=/s", "postgresql+psycopg://a@/city?host=/s"),
    ],
)
def test_the_driver_need_not_be_named(
    monkeypatch: pytest.MonkeyPatch, given: str, used: str
) -> None:
    monkeypatch.setenv("DATABASE_URL", given)

    assert load_settings().sqlalchemy_url == used


def test_only_the_database_goes_without_the_prefix(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "1")
    monkeypatch.setenv("GRIDSVC_PORT", "9000")
    monkeypatch.setenv("GRIDSVC_MEDIA_DIR", "/srv/photos")

    assert load_settings().port == 9000
    assert load_settings().media == Path("/srv/photos")


def test_a_wrong_value_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRIDSVC_PORT", "web")

    with pytest.raises(ValidationError, match=r"(?i)port"):
        load_settings()


def test_an_empty_variable_is_no_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "")

    assert load_settings().database_url is None


def test_the_runbook_tells_every_setting() -> None:
    runbook = (CHECKOUT / "docs" / "runbook.md").read_text()
    for name in Settings.model_fields:
        variable = "DATABASE_URL" if name == "database_url" else f"GRIDSVC_{name.upper()}"
        assert f"| `{variable}` |" in runbook
