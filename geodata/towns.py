"""Towns: land cut out of the plane so that each town has its true middle and area.

Each town is a site with an oblong distance of its own and a weight. A place belongs to the
town whose weighted distance is least, and to nobody where all of them are too far: that
makes the city's outline. Sites and weights are moved until middles and areas fit.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from geodata.cells import OUTSIDE, Labels, Mask, Raster, closed, gathered, looked_up
from geodata.facts import Town
from geodata.noise import Array, Displacement

TUNING = ((300.0, 5), (150.0, 3))  # cell in metres, rounds
STEPS_PER_ROUND = 5
LAND_TRIES = 2  # corrections of the land's size in each round
AREA_ALLOWED = 0.10
MIDDLE_ALLOWED_M = 2_000.0
BOLDNESS = 0.6
LEND = 0.12
TEMPER = 0.75  # full elongation would let a long town reach across its neighbours
DISC_REACH_M = 1_800.0  # how far a disc may move from its town's true middle
SITE_REACH_M = 2_500.0
MARGIN_M = 5_000.0
ROUNDING_KM2 = 4.0  # rounds the notches between the outermost towns
CLOSING_M = 2_400.0  # narrower notches and ponds between towns are filled with land


def raster_over(seats: Array, towns: Sequence[Town], cell_m: float) -> Raster:
    """Return a raster that holds every town and a margin for the neighbours' strips."""
    reach = np.array([np.sqrt(t.area_km2 * t.elongation / np.pi) * 1e3 for t in towns])[:, None]
    west, south = (seats - reach).min(axis=0) - MARGIN_M
    east, north = (seats + reach).max(axis=0) + MARGIN_M
    west, south = np.floor(np.array([west, south]) / 1000) * 1000
    return Raster(
        float(west),
        float(south),
        cell_m,
        int((east - west) // cell_m) + 1,
        int((north - south) // cell_m) + 1,
    )


@dataclass(frozen=True, slots=True)
class TownLayout:
    """The city's land and the sites and weights that divide it among the towns.

    `bend` curves the borders in the large, `ripple` afterwards all borders in the small,
    the city's outline included.
    """

    towns: tuple[Town, ...]
    discs: Array  # (n, 2), EPSG:4547, middles of the discs that make up the land
    swell: Array  # (n,), how much larger than the towns their discs are drawn to cover the land
    sites: Array  # (n, 2), EPSG:4547
    weights_km2: Array
    bend: Displacement
    ripple: Displacement

    def labels(self, raster: Raster) -> Labels:
        """Return the town's index for each cell, OUTSIDE where there is none."""
        bent_x, bent_y = raster.bent(self.bend)
        land = _land(bent_x, bent_y, self.towns, self.discs, self.swell, raster.cell_m)
        labels = _labels(bent_x, bent_y, self.towns, self.sites, self.weights_km2, land)
        return gathered(looked_up(labels, raster, *raster.bent(self.ripple)), len(self.towns))


def lay_out(
    towns: Sequence[Town],
    seats: Array,
    bend: Displacement,
    ripple: Displacement,
    progress: Callable[[int, int], None],
) -> TownLayout:
    """Draw the land, then tune sites and weights until middles and areas are the true ones.

    `seats` (n, 2) are the true middles in EPSG:4547. The land is fixed first: dividing a
    given land among given areas always has an answer, and tuning finds it.
    """
    towns = tuple(towns)
    wanted_km2 = np.array([town.area_km2 for town in towns])
    plain = np.ones(len(towns))
    layout = TownLayout(towns, seats, plain, seats, wanted_km2 / np.pi, bend, ripple)
    best, best_misfit = layout, np.inf
    done, total = 0, sum(rounds for _, rounds in TUNING)
    for cell_m, rounds in TUNING:
        fine = cell_m == TUNING[-1][0]
        raster = raster_over(seats, towns, cell_m)
        x, y = raster.centres()
        bent_x, bent_y = raster.bent(bend)
        rippled = raster.bent(ripple)
        for _ in range(rounds):
            for _ in range(LAND_TRIES):
                land = _land(bent_x, bent_y, towns, layout.discs, layout.swell, cell_m)
                excess = land.sum() * (cell_m / 1000) ** 2 / wanted_km2.sum()
                layout = replace(layout, swell=layout.swell / excess)
            land = _land(bent_x, bent_y, towns, layout.discs, layout.swell, cell_m)
            for _ in range(STEPS_PER_ROUND):
                labels = _labels(bent_x, bent_y, towns, layout.sites, layout.weights_km2, land)
                labels = looked_up(labels, raster, *rippled)
                if fine:
                    labels = gathered(labels, len(towns))
                area_km2, middles = _measured(labels, x, y, len(towns), cell_m)
                if (
                    fine
                    and (misfit := _misfit(area_km2 / wanted_km2, middles - seats)) < best_misfit
                ):
                    best, best_misfit = layout, misfit
                fair_km2 = wanted_km2 * area_km2.sum() / wanted_km2.sum()
                lack_km2 = np.clip(fair_km2 - area_km2, -0.4 * fair_km2, 0.4 * fair_km2)
                gain_km2 = BOLDNESS * _response(labels, layout.sites, cell_m) @ lack_km2
                # A town squeezed out for a moment has no middle to go by.
                held_enough = (area_km2 > 0.3 * wanted_km2)[:, None]
                pull = np.where(held_enough, seats - middles, 0.0)
                layout = replace(
                    layout,
                    weights_km2=layout.weights_km2 + gain_km2,
                    sites=_kept_near(seats, layout.sites + 0.3 * pull, SITE_REACH_M),
                )
            if not fine:
                layout = replace(
                    layout,
                    discs=_kept_near(seats, layout.discs + 0.5 * pull, DISC_REACH_M),
                    swell=_plumper(layout, wanted_km2),
                )
            done += 1
            progress(done, total)
    return best


def _misfit(area_ratio: Array, offset_m: Array) -> float:
    """Return the worst deviation of any town, 1 where it is just as far off as we allow."""
    return float(
        max(
            np.abs(area_ratio - 1).max() / AREA_ALLOWED,
            np.hypot(*offset_m.T).max() / MIDDLE_ALLOWED_M,
        )
    )


def _kept_near(seats: Array, places: Array, reach_m: float) -> Array:
    return seats + np.clip(places - seats, -reach_m, reach_m)


def _plumper(layout: TownLayout, wanted_km2: Array) -> Array:
    """Return the discs' swell with more land where towns had to reach far for theirs."""
    short_km2 = layout.weights_km2 - wanted_km2 / np.pi
    more = LEND * (short_km2 - np.median(short_km2)) / wanted_km2
    middling = np.median(layout.swell)
    return np.asarray(np.clip(layout.swell + more * middling, 0.6 * middling, 1.7 * middling))


def _measured(labels: Labels, x: Array, y: Array, towns: int, cell_m: float) -> tuple[Array, Array]:
    """Return area in km² and the middle (EPSG:4547) of each town's cells."""
    held = labels != OUTSIDE
    owner = labels[held]
    count = np.bincount(owner, minlength=towns)
    sums = np.column_stack([np.bincount(owner, axis[held], minlength=towns) for axis in (x, y)])
    area_km2 = count.astype(np.float64) * (cell_m / 1000) ** 2
    return area_km2, sums / np.maximum(count, 1)[:, None]


def _response(labels: Labels, sites: Array, cell_m: float) -> Array:
    """Return by how much weights (km²) must change for areas to grow by one km² each.

    A border moves by the change in weight over twice the distance of its sites; the sum
    over all borders is a Laplacian, and its inverse carries land across the whole city at
    once instead of from neighbour to neighbour.
    """
    count = len(sites)
    border_km = np.zeros((count, count))
    for a, b in ((labels[1:], labels[:-1]), (labels[:, 1:], labels[:, :-1])):
        meet = (a != b) & (a != OUTSIDE) & (b != OUTSIDE)
        np.add.at(border_km, (a[meet], b[meet]), cell_m / 1000)
    border_km += border_km.T
    apart_km = np.hypot(*(sites[:, None] - sites[None, :]).transpose(2, 0, 1)) / 1000
    give = border_km / np.maximum(2 * apart_km, 2.0)
    laplacian = np.diag(give.sum(axis=1)) - give
    # A town without any border yet answers to its weight as a lone disc does.
    lone = np.diag(np.where(give.sum(axis=1) == 0, 1.0, 1e-3))
    return np.asarray(np.linalg.inv(laplacian + lone))


def _land(
    x: Array, y: Array, towns: tuple[Town, ...], discs: Array, swell: Array, cell_m: float
) -> Mask:
    """Return where the towns' discs, melting together, cover the plane."""
    presence = np.zeros(x.shape)
    for town, disc, size in zip(towns, discs, swell, strict=True):
        area_km2 = size * town.area_km2 / np.pi
        # Farther away than this a town's presence is nil.
        reach_m = np.sqrt((area_km2 + 6 * ROUNDING_KM2) * town.elongation) * 1000
        window = _window(x, y, disc, reach_m)
        power = _oblong_km2(x[window], y[window], town, disc, 1.0) - area_km2
        presence[window] += np.exp(np.clip(-power / ROUNDING_KM2, -50, 50))
    return closed(presence >= 1, round(CLOSING_M / cell_m))


def _window(x: Array, y: Array, middle: Array, reach_m: float) -> tuple[slice, slice]:
    """Return the rows and columns that hold every bent cell within reach of a place."""
    rows = np.nonzero(np.abs(y - middle[1]).min(axis=1) <= reach_m)[0]
    columns = np.nonzero(np.abs(x - middle[0]).min(axis=0) <= reach_m)[0]
    return slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)


def _labels(
    x: Array, y: Array, towns: tuple[Town, ...], sites: Array, weights_km2: Array, land: Mask
) -> Labels:
    on_land_x, on_land_y = x[land], y[land]
    best = np.full(on_land_x.shape, np.inf)
    owner = np.zeros(on_land_x.shape, np.int32)
    for index, (town, site, weight) in enumerate(zip(towns, sites, weights_km2, strict=True)):
        power = _oblong_km2(on_land_x, on_land_y, town, site, TEMPER) - weight
        nearer = power < best
        best[nearer] = power[nearer]
        owner[nearer] = index
    labels = np.full(x.shape, OUTSIDE, np.int32)
    labels[land] = owner
    return labels


def _oblong_km2(x: Array, y: Array, town: Town, site: Array, temper: float) -> Array:
    """Return the square of the distance, shorter along the town's axis than across it."""
    axis = np.radians(town.axis_deg)
    oblong = town.elongation**temper
    east, north = (x - site[0]) / 1000, (y - site[1]) / 1000
    along = east * np.sin(axis) + north * np.cos(axis)
    across = east * np.cos(axis) - north * np.sin(axis)
    return np.asarray(along**2 / oblong + across**2 * oblong)
