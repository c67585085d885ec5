"""Numbers that are no place: not a number, out of range, beyond what a datum can hold."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class BadCoordinate(ValueError):
    """A coordinate is not a number, or lies outside what its datum can hold."""

    def __init__(self, position: int | None, statement: str) -> None:
        #: Place of the value in the array given; None for a scalar.
        self.position = position
        where = "" if position is None else f" at position {position}"
        super().__init__(f"{statement}{where}")


def bad_places(lon: Floats, lat: Floats) -> NDArray[np.bool_]:
    """Tell which lon/lat degrees are not a place on Earth (NaN, infinite, out of range)."""
    return ~((np.abs(lon) <= 180.0) & (np.abs(lat) <= 90.0))


def check_place(lon: float, lat: float) -> None:
    """Raise `BadCoordinate` unless lon/lat degrees are a place on Earth."""
    check_degrees(np.array([lon], dtype=float), np.array([lat], dtype=float), scalar=True)


def check_finite(x: Floats, y: Floats, *, scalar: bool) -> None:
    """Raise `BadCoordinate` for the first value that is NaN or infinite."""
    for name, values in (("x", x), ("y", y)):
        bad = np.flatnonzero(~np.isfinite(values))
        if bad.size:
            raise BadCoordinate(
                None if scalar else int(bad[0]), f"{name} = {values[bad[0]]} is not a number"
            )


def check_degrees(lon: Floats, lat: Floats, *, scalar: bool) -> None:
    """Raise `BadCoordinate` for the first lon/lat that is no place on Earth."""
    wrong = np.flatnonzero(bad_places(lon, lat))
    if not wrong.size:
        return
    first = int(wrong[0])
    position = None if scalar else first
    for name, value, limit in (("lon", lon[first], 180), ("lat", lat[first], 90)):
        if not np.isfinite(value):
            raise BadCoordinate(position, f"{name} = {value} is not a number")
        if abs(value) > limit:
            hint = "swapped lon and lat" if abs(lon[first]) <= 90 else "metres taken for degrees"
            if name == "lat" and abs(value) > 180:
                hint = "metres taken for degrees"
            raise BadCoordinate(position, f"{name} = {value} lies outside ±{limit}° ({hint}?)")


def check_landed(
    given_x: Floats,
    given_y: Floats,
    x: Floats,
    y: Floats,
    name: str,
    *,
    degrees: bool,
    scalar: bool,
) -> None:
    """Raise `BadCoordinate` for the first coordinate that a conversion could not place."""
    wrong = bad_places(x, y) if degrees else ~(np.isfinite(x) & np.isfinite(y))
    if wrong.any():
        first = int(np.flatnonzero(wrong)[0])
        raise BadCoordinate(
            None if scalar else first,
            f"({given_x[first]}, {given_y[first]}) cannot be converted "
            + (f"from {name}" if degrees else f"to {name}"),
        )
