"""Borders drawn once: labelled cells become arcs that the areas on both sides share."""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString, Polygon

from geodata.cells import Labels, Raster
from geodata.noise import Array

SMOOTHING_PASSES = 8
SIMPLIFY_M = 14.0


def arcs_between(labels: Labels, raster: Raster) -> NDArray[np.object_]:
    """Return the borders between unlike labels as smooth lines in EPSG:4547.

    A line runs from one meeting point of three areas to the next; meeting points stay put.
    """
    segments = np.vstack((_upright(labels), _level(labels)))
    corners = segments * raster.cell_m + np.array([raster.west, raster.south])
    merged = shapely.get_parts(shapely.line_merge(shapely.multilinestrings(corners)))
    return np.asarray(shapely.simplify(_smoothed(merged), SIMPLIFY_M, preserve_topology=False))


def _upright(labels: Labels) -> Array:
    row, column = np.nonzero(labels[:, 1:] != labels[:, :-1])
    return np.stack(
        (np.column_stack((column + 1, row)), np.column_stack((column + 1, row + 1))), axis=1
    ).astype(float)


def _level(labels: Labels) -> Array:
    row, column = np.nonzero(labels[1:] != labels[:-1])
    return np.stack(
        (np.column_stack((column, row + 1)), np.column_stack((column + 1, row + 1))), axis=1
    ).astype(float)


def _smoothed(lines: NDArray[np.object_]) -> NDArray[np.object_]:
    coords, line_of = shapely.get_coordinates(lines, return_index=True)
    inner = np.ones(len(coords), bool)
    change = np.nonzero(np.diff(line_of))[0]
    inner[np.concatenate(([0], change + 1, change, [len(coords) - 1]))] = False
    places = np.nonzero(inner)[0]
    for _ in range(SMOOTHING_PASSES):
        coords[places] = coords[places] / 2 + (coords[places - 1] + coords[places + 1]) / 4
    return np.asarray(shapely.linestrings(coords, indices=line_of))


@dataclass(frozen=True, slots=True)
class Faces:
    """Areas that a set of lines encloses, with the label each one belongs to."""

    polygons: NDArray[np.object_]
    labels: NDArray[np.int64]


def faces_of(lines: list[LineString], labels: Labels, raster: Raster) -> Faces:
    """Return the enclosed faces; scraps go to the neighbour with the longest common border.

    A scrap is a face without label or a lesser part of a label that has a greater one.
    Scraps that touch nothing keep or get the label -1.
    """
    polygons = np.asarray(shapely.get_parts(shapely.polygonize(lines)))
    inside = shapely.point_on_surface(polygons)
    column = ((shapely.get_x(inside) - raster.west) // raster.cell_m).astype(int)
    row = ((shapely.get_y(inside) - raster.south) // raster.cell_m).astype(int)
    return Faces(polygons, without_scraps(polygons, labels[row, column].astype(np.int64)))


def without_scraps(
    polygons: NDArray[np.object_],
    labels: NDArray[np.int64],
    groups: NDArray[np.int64] | None = None,
) -> NDArray[np.int64]:
    """Return labels of which each names one connected area.

    With `groups` a scrap goes to a neighbour of its own group only.
    """
    labels = labels.copy()
    tree = shapely.STRtree(polygons)
    area = shapely.area(polygons)
    order = np.argsort(-area, kind="stable")
    _, first = np.unique(labels[order], return_index=True)
    settled = np.zeros(len(polygons), bool)
    settled[order[first]] = True
    settled[labels < 0] = False
    waiting = [int(k) for k in order if not settled[k]]
    while waiting:
        left = []
        for face in waiting:
            near = [
                int(k)
                for k in tree.query(polygons[face])
                if k != face and settled[k] and (groups is None or groups[k] == groups[face])
            ]
            shared = [
                (_shared_m(polygons[face], polygons[k]), labels[k] == labels[face], k) for k in near
            ]
            real = [s for s in shared if s[0] > 0]
            if not real:
                left.append(face)
                continue
            kin = [s for s in real if s[1]]
            labels[face] = labels[max(kin or real)[2]]
            settled[face] = True
        if len(left) == len(waiting):
            labels[left] = -1  # specks off the coast
            break
        waiting = left
    return labels


def _shared_m(a: Polygon, b: Polygon) -> float:
    return float(a.intersection(b).length)
