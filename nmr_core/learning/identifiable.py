"""Parameters that no echo depends on, found before any model is trained."""

from contextlib import suppress

import numpy as np

from nmr_core.experiment import LINES, Experiment, Unreachable
from nmr_core.parameters import Parameter
from nmr_core.presets import Preset

QUANTILES = (0.05, 0.5, 1.0)
"""Of the prior: values that a parameter is moved to."""


def unidentifiable(preset: Preset, n_probes: int = 4) -> dict[str, str]:
    """Drawn parameters whose value changes nothing that the simulator receives: name -> reason.

    At a few random points of the prior each parameter is moved through its range. If alpha K(d),
    the rates, the line and the protocol stay equal to 1e-12, no echo can reveal the parameter.

    Parameters
    ----------
    preset : Preset
        Experiment with its prior.
    n_probes : int
        Points of the prior.
    """
    rng = np.random.default_rng(0)
    points = [preset.draw(rng) for _ in range(n_probes)]
    reasons = {}
    for spec in preset.drawn:
        if not any(_matters(preset, point, spec) for point in points):
            reasons[spec.name] = _reason(preset, spec.name)
    return reasons


def _physics(experiments: tuple[Experiment, ...]) -> np.ndarray:
    """All numbers that the simulator receives, in one vector."""
    material, sample = experiments[0].material, experiments[0].sample
    rates = [material.gamma_1, material.gamma_2, material.gamma_3]
    fraction = sample.line_fraction if sample.line == "pseudo_voigt" else 0.0
    line = [sample.line_width, sample.cutoff, list(LINES).index(sample.line), fraction]
    numbers = [np.array([*rates, *line, sample.centre])]
    K = experiments[0].interaction
    for experiment in experiments:
        protocol = experiment.protocol
        numbers.append(np.outer(experiment.couplings, K).ravel())
        pulses = [(pulse.angle * pulse.sense, pulse.phase) for pulse in protocol.pulses]
        numbers.append(np.ravel(pulses))
        numbers.append([protocol.dt, protocol.carrier, protocol.noise])
        numbers.append(protocol.time)
    return np.concatenate(numbers)


def _matters(preset: Preset, point: dict[str, float], spec: Parameter) -> bool:
    """Whether anything that the simulator receives changes along the range of one parameter."""
    here = _physics(preset.experiments(**point))
    for quantile in QUANTILES:
        # A material that does not exist cannot be compared with
        with suppress(Unreachable):
            moved = _physics(preset.experiments(**point | {spec.name: spec.quantile(quantile)}))
            if moved.shape != here.shape or not np.allclose(moved, here, rtol=1e-12, atol=1e-15):
                return True
    return False


def _reason(preset: Preset, name: str) -> str:
    symbol = preset.space[name].symbol
    if name == "xi" and preset.base.material.normalisation == "sum":
        return f"{symbol} cancels: the kernel is divided by its own sum, so no echo depends on it."
    return f"{symbol} cancels: no number that the simulator receives depends on it."
