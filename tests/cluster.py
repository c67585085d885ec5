"""One running private cluster for every test that needs a database."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from gridsvc.embedded import EmbeddedCluster


@pytest.fixture(scope="session")
def open_folder() -> Iterator[Path]:
    """A folder that any user can reach, as pytest's own cannot be when root runs the tests."""
    folder = Path(tempfile.mkdtemp(prefix="gridsvc-test-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def cluster(open_folder: Path) -> Iterator[EmbeddedCluster]:
    """A running cluster with its database, roles and extensions, and no tables."""
    running = EmbeddedCluster(open_folder / "pg", fsync=False)
    with running:
        yield running


@pytest.fixture(scope="session")
def cluster_url(cluster: EmbeddedCluster) -> str:
    """The owner's URL of the empty database of the running cluster."""
    return cluster.url()
