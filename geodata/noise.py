"""Smooth pseudo-random displacement of the plane: what makes drawn borders look grown.

Waves of several lengths are added up. The steepness of each octave is bounded, so that
the displacement bends lines without folding the plane over.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

WAVES_PER_OCTAVE = 5


@dataclass(frozen=True, slots=True)
class Displacement:
    """A displacement field over the metric plane (metres in, metres out)."""

    wave_vectors: Array  # (n, 2), radians per metre
    phases: Array  # (n, 2), one for each component
    amplitudes_m: Array  # (n,)

    def at(self, x: Array, y: Array) -> tuple[Array, Array]:
        """Return the displacement (dx, dy) in metres at metric positions (n,)."""
        angle = x[:, None] * self.wave_vectors[:, 0] + y[:, None] * self.wave_vectors[:, 1]
        dx, dy = ((np.sin(angle + p) * self.amplitudes_m).sum(axis=1) for p in self.phases.T)
        return dx, dy

    def over(self, x: Array, y: Array) -> tuple[Array, Array]:
        """Return the displacement (dx, dy) on the raster of all x (columns) and y (rows).

        sin(a + b) = sin a cos b + cos a sin b turns the raster into one matrix product.
        Millimetres are enough, and rounding keeps results alike on unlike machines.
        """
        up = y[:, None] * self.wave_vectors[:, 1]
        fields = []
        for phase in self.phases.T:
            across = x[:, None] * self.wave_vectors[:, 0] + phase
            left = np.hstack((np.cos(up), np.sin(up))) * np.tile(self.amplitudes_m, 2)
            right = np.hstack((np.sin(across), np.cos(across)))
            fields.append(np.round(left @ right.T, 3))
        return fields[0], fields[1]


def displacement(
    rng: np.random.Generator, wavelengths_m: tuple[float, ...], steepness: float
) -> Displacement:
    """Draw a field whose octaves each bend a line by about `steepness` (metres per metre)."""
    vectors, phases, amplitudes = [], [], []
    for wavelength in wavelengths_m:
        bearings = rng.uniform(0, 2 * np.pi, WAVES_PER_OCTAVE)
        wave_number = 2 * np.pi / (wavelength * rng.uniform(0.75, 1.3, WAVES_PER_OCTAVE))
        vectors.append(np.column_stack((np.cos(bearings), np.sin(bearings))) * wave_number[:, None])
        phases.append(rng.uniform(0, 2 * np.pi, (WAVES_PER_OCTAVE, 2)))
        amplitudes.append(steepness / wave_number / np.sqrt(WAVES_PER_OCTAVE))
    return Displacement(np.vstack(vectors), np.vstack(phases), np.concatenate(amplitudes))
