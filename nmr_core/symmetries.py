"""Symmetries of an ensemble of echoes, which multiply training data for free.

If the line is symmetric, the offsets -delta are as likely as delta. A rotation of all spins by pi
about the axis of the magnetisation after the first pulse maps one echo to the other, if it leaves
couplings, pulses and relaxation unchanged: m_x -> -m_x for a magnetisation along y, so
M -> -conj(M), Re M -> -Re M. Counter-rotating terms have a phase of their own and break every such
map; so does one line for all curves. Which maps hold is determined numerically: echoes with delta
and with -delta are simulated on a small lattice and compared.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from nmr_core.effects import effects_from
from nmr_core.errors import InputError
from nmr_core.experiment import PHYSICAL, Experiment, Sample
from nmr_core.presets import Preset
from nmr_core.sequences import SEQUENCES
from nmr_core.simulator.batch import Batch
from nmr_core.simulator.offsets import draw_offsets

LATTICE = {"n_x": 7, "n_y": 6}
N_STEPS = 12
"""Steps in tau, enough for every term to act."""
N_DRAWS = 6
"""Smallest number of points of the prior that are tested, with every value of a choice."""
TOLERANCE = 1e-9
FAINT = 1e-6
"""Smaller signals are ignored."""
SYMMETRIC_LINES = ("stratified", "iid", "grid")


@dataclass(frozen=True)
class Symmetry:
    """The map M -> factor conj(M), or factor M.

    Parameters
    ----------
    name : str
        ASCII identifier, the key in ``SYMMETRIES``.
    label : str
        Text for menus.
    factor : complex
        1, -1, i or -i.
    conjugates : bool
        Whether M is conjugated.
    """

    name: str
    label: str
    factor: complex
    conjugates: bool = True

    def apply(self, signals: np.ndarray) -> np.ndarray:
        """Map complex signals of any shape; returns a new array of the same type.

        Raises
        ------
        InputError
            If the signals are not complex.
        """
        signals = np.asarray(signals)
        if signals.dtype.kind != "c":
            raise InputError(
                f"A symmetry maps complex curves, got {signals.dtype}. Pass M, not its features."
            )
        return (signals.conj() if self.conjugates else signals) * signals.dtype.type(self.factor)


SYMMETRIES: dict[str, Symmetry] = {
    symmetry.name: symmetry
    for symmetry in (
        Symmetry("mirror_re", "Re M → -Re M", -1),
        Symmetry("mirror_im", "Im M → -Im M", 1),
        Symmetry("swap", "Re M ↔ Im M", 1j),
        Symmetry("swap_negative", "Re M ↔ -Im M", -1j),
        Symmetry("negative", "M → -M", -1, False),
        Symmetry("turn", "M → i M", 1j, False),
        Symmetry("turn_back", "M → -i M", -1j, False),
    )
}
"""Candidates by name; :func:`symmetries` returns those of a preset."""


def symmetries(preset: Preset) -> tuple[Symmetry, ...]:
    """Symmetries of a preset.

    Returns
    -------
    tuple of Symmetry
        The maps under which signals are as likely as before, whatever the parameters and for all
        acquisitions at once.
    """
    try:
        return _tested(preset)
    except TypeError:  # a prior with values that cannot be hashed
        return _tested.__wrapped__(preset)


def symmetries_of(dataset: Any) -> tuple[Symmetry, ...]:
    """Symmetries of a data set; () if its preset is unknown or a measurement effect breaks them."""
    if dataset.preset is None:
        return ()
    effects = effects_from(dataset.manifest.effects)
    if not all(effect.keeps_symmetry for effect in effects):
        return ()
    return symmetries(dataset.preset)


@lru_cache(maxsize=64)
def _tested(preset: Preset) -> tuple[Symmetry, ...]:
    """The candidates that hold at all tested points of the prior."""
    left = list(SYMMETRIES.values())
    has_signal = False
    for number, experiments in enumerate(_drawn(preset)):
        if not all(_is_symmetric(experiment.sample) for experiment in experiments):
            return ()
        plus, minus = _both(experiments, number)
        has_signal = has_signal or np.abs(plus).max() > FAINT
        left = [
            symmetry for symmetry in left if np.abs(symmetry.apply(plus) - minus).max() < TOLERANCE
        ]
        if not left:
            return ()
    return tuple(left) if has_signal else ()


def _is_symmetric(sample: Sample) -> bool:
    """Whether the offsets -delta are as likely as delta."""
    return sample.offsets in SYMMETRIC_LINES and not sample.centre


def _drawn(preset: Preset):
    """Samples of the prior as small experiments, on a Latin hypercube."""
    rng = np.random.default_rng(0)
    n_draws = max([N_DRAWS, *(len(spec.values) for spec in preset.space)])
    cells = np.stack([rng.permutation(n_draws) for _ in preset.space], axis=1)
    for point in (cells + 0.5) / n_draws:
        yield [_small(experiment) for experiment in preset.draw_sample(rng, point).experiments]


def _small(experiment: Experiment) -> Experiment:
    """The same physics on a small lattice and a short grid, with a mean field of the same size."""
    small = experiment.replace(**LATTICE, record_from=0.0, record_every=1)
    protocol = experiment.protocol
    if protocol.sequence in SEQUENCES and protocol.n_tau > N_STEPS:
        small = small.replace(tau=N_STEPS * protocol.dt, acquire=0.0)
    if not experiment.alpha:
        return small
    whole, part = (np.abs(e.interaction).sum() for e in (experiment, small))
    names = ("alpha_x", "alpha_y", "alpha_z")
    scale = min(whole / part if part else 1.0, PHYSICAL["alpha_x"].high / experiment.alpha)
    return small.replace(**{name: scale * getattr(experiment, name) for name in names})


def _both(experiments: Sequence[Experiment], seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Echoes with offsets delta and with -delta, complex128 (n_settings, n_times) each."""
    delta = draw_offsets(experiments[0].sample, seed)
    n = len(experiments)
    offsets = np.concatenate(
        [np.broadcast_to(sign * delta, (n, *delta.shape)) for sign in (1.0, -1.0)]
    )
    signals = Batch([*experiments, *experiments], offsets, "float64").run()
    return signals[:n], signals[n:]
