"""One weakly coupled sample at several pulse angles, for the question which kernel it has."""

from collections.abc import Sequence
from dataclasses import replace

from nmr_core.errors import InputError
from nmr_core.kernels import KERNELS
from nmr_core.presets import gsoc_2021
from nmr_core.presets._preset import Preset

ANGLES = (
    (70.0, 70.0),
    (90.0, 180.0),
    (110.0, 110.0),
    (90.0, 150.0),
    (90.0, 90.0),
    (135.0, 90.0),
    (75.0, 150.0),
    (45.0, 90.0),
)
"""First and second pulse, degrees, chosen among 18 pairs for the best estimates of the number of
neighbours W^2/sum K^2, each together with those before it (benchmarks/results/kernel_angles.md)."""


def pulse_angles(n_angles: int = 4, orientations: Sequence[float] = (0.0,)) -> dict[str, list]:
    """Acquisitions of one sample, as arguments of :meth:`Preset.measure`.

    Parameters
    ----------
    n_angles : int
        The first ``n_angles`` pairs of :data:`ANGLES`.
    orientations : sequence of float
        Angles between the field and the crystal's z axis, degrees; every pair of pulses is
        applied at each.

    Returns
    -------
    dict
        Lists angle_1 and angle_2, and orientation if one differs from 0, with
        n_angles · len(orientations) values each.

    Raises
    ------
    InputError
        If there are no orientations, or not that many pairs.
    """
    if not (1 <= n_angles <= len(ANGLES) and len(orientations)):
        raise InputError(
            f"n_angles must be between 1 and {len(ANGLES)} with at least one orientation, got "
            f"{n_angles} and {len(orientations)}. Give other angles with Preset.measure."
        )
    pairs = ANGLES[:n_angles]
    measured = {
        "angle_1": [first for first, _ in pairs] * len(orientations),
        "angle_2": [second for _, second in pairs] * len(orientations),
    }
    if any(orientations):
        measured["orientation"] = [float(at) for at in orientations for _ in pairs]
    return measured


def _preset(kernel: str) -> Preset:
    weak = next(p for p in gsoc_2021.PRESETS if p.name == f"gsoc_2021_weak_{kernel}")
    return replace(
        weak,
        name=f"pulse_angles_{kernel}",
        label=f"Four pulse angles, {KERNELS[kernel].label}",
        description=f"One sample with {KERNELS[kernel].label} coupling at four pairs of pulse "
        "angles: joined with the other two kernels, the data for the question which kernel it is.",
        source="Couplings, strength and time grid of the weak sets of the ML4SCI summer of code "
        "2021, with a line per sample, which all its acquisitions share; pulse angles as in Carr "
        "et al., PRB 106, L041119 (2022), the pairs are ours.",
        base=weak.base.replace(offsets="iid"),
        settings=tuple((("angle_1", first), ("angle_2", second)) for first, second in ANGLES[:4]),
    )


PRESETS = tuple(_preset(kernel) for kernel in gsoc_2021.SOLVED)
