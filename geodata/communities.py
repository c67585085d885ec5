"""Communities: each town's land shared out among its communities, denser near the middle."""

from dataclasses import dataclass

import numpy as np

from geodata.cells import Labels
from geodata.facts import Community
from geodata.noise import Array

SAMPLE = 2_500
RELAXATIONS = 18
CROWDING = 1.6  # how much more often a community lies in the middle than at the rim
KIND_ORDER = {"residents": 0, "villagers": 1, "other": 2}


@dataclass(frozen=True, slots=True)
class Patch:
    """The cells of one town (or strip) and the communities that share them."""

    cells: tuple[np.ndarray, ...]  # rows and columns
    middle: Array  # (2,), where people crowd
    communities: tuple[Community, ...]


def share_out(
    patches: list[Patch], x: Array, y: Array, shape: tuple[int, int], rng: np.random.Generator
) -> tuple[Labels, list[Community]]:
    """Return the community index of each cell (-1 for none) and the communities indexed.

    `x` and `y` are the cells' bent metric positions, so that borders come out grown
    rather than ruled. The communities of residents (居委会) take the places nearest to
    the middle, those of villagers (村委会) the places farther out.
    """
    owner = np.full(shape, -1, np.int32)
    placed: list[Community] = []
    for patch in patches:
        here = np.column_stack((x[patch.cells], y[patch.cells]))
        sites = _sites(here, patch.middle, len(patch.communities), rng)
        nearness = np.hypot(*(sites - patch.middle).T)
        outward = sites[np.argsort(nearness, kind="stable")]
        ordered = sorted(patch.communities, key=lambda c: (KIND_ORDER[c.kind], c.code))
        nearest = _nearest(here, outward)
        owner[patch.cells] = nearest + len(placed)
        placed.extend(ordered)
    return owner, placed


def along_the_line(
    patches: list[Patch], x: Array, y: Array, owner: Labels, first: int, rng: np.random.Generator
) -> list[Community]:
    """Share strips out in walking order round the city; writes into `owner` from `first` on."""
    placed: list[Community] = []
    for patch in patches:
        here = np.column_stack((x[patch.cells], y[patch.cells]))
        sites = _sites(here, here.mean(axis=0), len(patch.communities), rng)
        from_city = sites - patch.middle
        seen_from_city = np.arctan2(from_city[:, 0], from_city[:, 1])
        turned = np.angle(
            np.exp(1j * (seen_from_city - np.angle(np.exp(1j * seen_from_city).mean())))
        )
        sites = sites[np.argsort(turned, kind="stable")]
        owner[patch.cells] = _nearest(here, sites) + first + len(placed)
        placed.extend(patch.communities)
    return placed


def _sites(cells: Array, middle: Array, wanted: int, rng: np.random.Generator) -> Array:
    """Spread sites over the cells by Lloyd's relaxation, closer together near the middle."""
    sample = cells[rng.permutation(len(cells))[:SAMPLE]]
    reach = np.hypot(*(sample - middle).T)
    weight = 1 + CROWDING * np.exp(-((reach / np.median(reach)) ** 2))
    sites = sample[rng.choice(len(sample), wanted, replace=False, p=weight / weight.sum())]
    for _ in range(RELAXATIONS):
        nearest = _nearest(sample, sites)
        mass = np.maximum(np.bincount(nearest, weight, minlength=wanted), 1e-9)
        sums = [np.bincount(nearest, weight * axis, minlength=wanted) for axis in sample.T]
        moved = np.column_stack(sums) / mass[:, None]
        filled = np.bincount(nearest, minlength=wanted) > 0
        sites = np.where(filled[:, None], moved, sites)
    return sites


def _nearest(points: Array, sites: Array) -> np.ndarray:
    best = np.full(len(points), np.inf)
    owner = np.zeros(len(points), np.int32)
    for index, (sx, sy) in enumerate(sites):
        distance = (points[:, 0] - sx) ** 2 + (points[:, 1] - sy) ** 2
        nearer = distance < best
        best[nearer] = distance[nearer]
        owner[nearer] = index
    return owner
