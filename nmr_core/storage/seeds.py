"""Random streams by purpose: which numbers are drawn from which seed.

Samples. A stream of sample k of the data set with this seed has the entropy
(seed, k, purpose, ...). Data sets are equal to the last bit because of it, so these numbers never
change.

Everything else. A side stream is a child of its seed,
``SeedSequence(seed, spawn_key=(purpose, ...))``. numpy pads entropy with zeros, so that (seed, 6)
is (seed, 6, 0), the parameters of sample 6; a child is never the stream of a sample.
"""

from enum import IntEnum, unique

import numpy as np

PARAMETERS = 0
"""Sample k: its parameters, drawn from the prior."""
OFFSETS = 1
"""Sample k: offsets of its spins; noise of acquisition j is from (seed, k, OFFSETS, 1 + j)."""
EFFECTS = 2
"""Sample k: its effect number e, from (seed, k, EFFECTS, e)."""
SOBOL = 3
"""The scrambling of a Sobol sequence, from (seed, SOBOL).

As in version 0.3, because data sets depend on it.
"""
NOISE_FLOOR = 4
"""Sample k: the offsets of its repetition j, from (seed, k, NOISE_FLOOR, j)."""
IDENTIFIABILITY = 5
"""Point k of the prior: the offsets of repetition j, from (seed, k, IDENTIFIABILITY, j)."""
RESIMULATION = 6
"""Simulation k of a measured echo: its offsets."""


@unique
class Purpose(IntEnum):
    """What a side stream is for; a number is never used again for something else."""

    FRESH_SAMPLES = 1
    LEARNING_CURVE = 2
    SEARCH = 3
    PERMUTED_LABELS = 4
    REDRAWN_POINTS = 5
    CALIBRATION_SPLIT = 6
    ENSEMBLE_MEMBERS = 7
    MEASUREMENT_NOISE = 8
    REPEATED_SAMPLES = 9
    IDENTIFICATION_POINTS = 10
    LOCAL_CURVES = 11
    LOCAL_POSTERIOR = 12
    DESIGN_MATERIALS = 13
    DESIGN_NOISE = 14
    DESIGN_SEARCH = 15
    DESIGN_BOOK = 16
    DESIGN_SCREEN = 17
    DESIGN_PROOF = 18


def sample_seed(seed: int, sample: int, *purpose: int) -> list[int]:
    """The entropy of a stream of one sample, such as ``sample_seed(0, 7, OFFSETS)``."""
    return [seed, sample, *purpose]


def sample_stream(seed: int, sample: int, *purpose: int) -> np.random.Generator:
    """The stream of one sample, such as ``sample_stream(0, 7, PARAMETERS)``."""
    return np.random.default_rng(sample_seed(seed, sample, *purpose))


def _child(seed: int, purpose: Purpose, keys: tuple[int, ...]) -> np.random.SeedSequence:
    return np.random.SeedSequence(seed, spawn_key=(int(purpose), *keys))


def side_stream(seed: int, purpose: Purpose, *keys: int) -> np.random.Generator:
    """The stream for one purpose; ``keys`` tell apart several of the same purpose."""
    return np.random.default_rng(_child(seed, purpose, keys))


def side_seed(seed: int, purpose: Purpose, *keys: int, bits: int = 52) -> int:
    """A seed, a whole number below 2^bits, for one purpose."""
    state = _child(seed, purpose, keys).generate_state(1, np.uint64)[0]
    return int(state >> np.uint64(64 - bits))
