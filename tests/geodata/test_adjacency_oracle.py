"""Apart from the other tests because importing libpysal alone takes longer than all of them."""

import warnings

import geopandas
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridsvc.core.geo.adjacency import Contact, adjacencies
from gridsvc.core.geo.coverage import NamedOutlines
from tests.builders import coverage_with_hole_and_parts


@pytest.mark.slow
@settings(deadline=None)
@given(seed=st.integers(0, 20), kind=st.sampled_from(list(Contact)))
def test_clean_coverages_have_the_neighbours_that_libpysal_finds(seed: int, kind: Contact) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what libpysal imports is not ours to mend
        from libpysal.graph import Graph
    outlines = coverage_with_hole_and_parts(seed)
    areas = NamedOutlines(
        ids=tuple(f"A{i:03d}" for i in range(len(outlines))),
        outlines_4490=np.array(outlines, dtype=object),
    )
    frame = geopandas.GeoSeries(outlines, index=list(areas.ids))
    oracle = Graph.build_contiguity(frame, rook=kind is Contact.ROOK, strict=True).adjacency
    expected = {(a, b) for (a, b), weight in oracle.items() if weight and a < b}

    assert {(one.a, one.b) for one in adjacencies(areas, kind)} == expected
