"""The tiny city that other tests stand on, and the migrations under it."""

from gridsvc.services.context import Context
from gridsvc.store.grids import adjacencies
from gridsvc.store.migrate import check_drift
from tests.city import OPENED_AT, TinyCity


def test_the_migrations_make_the_tables_of_the_code(database_url: str) -> None:
    check_drift(database_url)


def test_the_tiny_city_has_one_border_with_the_neighbour_city(
    ctx: Context, tiny_city: TinyCity
) -> None:
    with ctx.database.begin() as connection:
        borders = adjacencies(connection, OPENED_AT)

    [across] = [border for border in borders if border.crosses_city]
    assert {across.a, across.b} == {tiny_city.grid_ids["N2"], tiny_city.grid_ids["S1"]}
