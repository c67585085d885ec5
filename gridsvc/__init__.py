"""gridsvc runs a city by grids: reports, dispatch, clocks, maps and plans."""
