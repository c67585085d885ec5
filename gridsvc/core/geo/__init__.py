"""Geometry: datums, locating, coverages, adjacency."""
