"""Which grids touch, in the form that is stored: by grid id, lower first."""

from collections.abc import Sequence

import numpy as np
from shapely.geometry.base import BaseGeometry

from gridsvc.core.geo.adjacency import Contact, adjacencies
from gridsvc.core.geo.coverage import NamedOutlines
from gridsvc.core.grid import AdjacencyKind
from gridsvc.store.grids import Adjacent


def borders_between(
    ids: Sequence[int], outlines_4490: Sequence[BaseGeometry], city_codes: Sequence[str]
) -> list[Adjacent]:
    """Return the borders and corners that grids share, across city lines with tolerance."""
    array = np.empty(len(outlines_4490), dtype=object)
    array[:] = list(outlines_4490)
    # Text orders 10 before 9; only as numbers is the lower id the lower one.
    found = adjacencies(
        NamedOutlines(ids=tuple(str(i) for i in ids), outlines_4490=array),
        Contact.QUEEN,
        city_codes,
    )
    return sorted(
        (
            Adjacent(
                a=min(int(one.a), int(one.b)),
                b=max(int(one.a), int(one.b)),
                shared_m=one.shared_m,
                kind=AdjacencyKind(one.kind),
                crosses_city=one.crosses_city,
            )
            for one in found
        ),
        key=lambda row: (row.a, row.b),
    )
