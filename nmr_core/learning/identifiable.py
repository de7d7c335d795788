"""Which parameters never reach the physics, found before any model is trained."""

from contextlib import suppress

import numpy as np

from nmr_core.experiment import Experiment, Unreachable
from nmr_core.parameters import Parameter
from nmr_core.presets import Preset


def _physics(experiments: tuple[Experiment, ...]) -> np.ndarray:
    """All numbers that the simulator sees: couplings times K(d), rates, line, and of each setting grid and pulses."""
    m, s = experiments[0].material, experiments[0].sample
    seen = [
        np.outer([m.alpha_x, m.alpha_y, m.alpha_z], experiments[0].interaction).ravel(),
        [m.gamma_1, m.gamma_2, m.gamma_3, s.line_width, s.cutoff],
    ]
    for e in experiments:
        p = e.protocol
        pulses = [(pulse.angle * pulse.sense, pulse.phase) for pulse in p.pulses]
        seen += [np.ravel(pulses), [p.dt, p.carrier, p.noise], p.time]
    return np.concatenate(seen)


def unidentifiable(preset: Preset, n_probes: int = 4) -> dict[str, str]:
    """Name -> reason, for each drawn parameter whose value changes nothing that the simulator sees.

    Every parameter is moved through its prior at a few random places of the prior; what leaves alpha · K(d), the rates
    and the protocol unchanged (to 1e-12) cannot be learned from any echo, by anyone.
    """
    rng, reasons = np.random.default_rng(0), {}
    places = [preset.draw(rng) for _ in range(n_probes)]
    for spec in preset.drawn:
        if not any(_matters(preset, place, spec) for place in places):
            reasons[spec.name] = _reason(preset, spec.name)
    return reasons


def _matters(preset: Preset, place: dict[str, float], spec: Parameter) -> bool:
    """Whether anything that the simulator sees changes when one parameter moves through its range."""
    here = _physics(preset.experiments(**place))
    for share in (0.05, 0.5, 1.0):
        with suppress(Unreachable):  # no such material: nothing to compare with
            moved = _physics(preset.experiments(**place | {spec.name: spec.quantile(share)}))
            if moved.shape != here.shape or not np.allclose(moved, here, rtol=1e-12, atol=1e-15):
                return True
    return False


def _reason(preset: Preset, name: str) -> str:
    symbol = preset.space[name].symbol
    if name == "xi" and preset.base.material.normalisation == "sum":
        return f"{symbol} cancels: the kernel is divided by its own sum, so no echo depends on it."
    return f"{symbol} cancels: no number that the simulator sees depends on it."
