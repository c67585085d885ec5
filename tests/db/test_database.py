"""Connections: none stays behind."""

import gc
import threading

from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from gridsvc.store.database import Database


def sessions_of(url: str) -> int:
    """Return how many others are connected to the database of a URL."""
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as connection:
        found: int = connection.execute(
            text(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
                "AND pid <> pg_backend_pid()"
            )
        ).scalar_one()
    return found


def test_a_transaction_under_way_when_all_closes_leaves_no_connection(database_url: str) -> None:
    database = Database.open(database_url, pool_size=2)
    is_open, go_on = threading.Event(), threading.Event()

    def work() -> None:
        with database.begin() as connection:
            connection.execute(text("SELECT 1"))
            is_open.set()
            assert go_on.wait(10)

    thread = threading.Thread(target=work)
    thread.start()
    assert is_open.wait(10)
    gc.disable()  # or the connection might go by chance
    try:
        threading.Timer(0.3, go_on.set).start()
        database.close()
        thread.join()
        assert sessions_of(database_url) == 0
    finally:
        gc.enable()
