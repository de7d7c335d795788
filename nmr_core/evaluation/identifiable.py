"""Which parameters never reach the physics, found before any model is trained."""

import numpy as np

from nmr_core.experiment import Experiment
from nmr_core.presets import Preset


def _physics(experiment: Experiment) -> np.ndarray:
    """All numbers that the simulator sees: couplings times K(d), rates, line, grid and pulses, as one vector."""
    m, p, s = experiment.material, experiment.protocol, experiment.sample
    K = experiment.interaction
    return np.concatenate([np.outer([m.alpha_x, m.alpha_y, m.alpha_z], K).ravel(),
                           [m.gamma_1, m.gamma_2, m.gamma_3, s.line_width, s.cutoff, p.dt, p.tau,
                            p.angle_1, p.angle_2, p.phase_1, p.phase_2]])


def unidentifiable(preset: Preset, n_probes: int = 4) -> dict[str, str]:
    """Name -> reason, for each drawn parameter whose value changes nothing that the simulator sees.

    Every parameter is moved through its range at a few random places of the prior; what leaves alpha · K(d), the rates
    and the protocol unchanged (to 1e-12) cannot be learned from any echo, by anyone.
    """
    rng, reasons = np.random.default_rng(0), {}
    places = [preset.draw(rng) for _ in range(n_probes)]
    for spec in preset.drawn:
        moved = [_physics(preset.build(**place | {spec.name: spec.low + f * spec.width})) for place in places
                 for f in (0.05, 0.5, 1.0)]
        here = [_physics(preset.build(**place)) for place in places for _ in range(3)]
        if all(np.allclose(a, b, rtol=1e-12, atol=1e-15) for a, b in zip(moved, here, strict=True)):
            reasons[spec.name] = _reason(preset, spec.name)
    return reasons


def _reason(preset: Preset, name: str) -> str:
    symbol = preset.space[name].symbol
    if name == "xi" and preset.base.material.normalisation == "sum":
        return f"{symbol} cancels: the kernel is divided by its own sum, so no echo depends on it."
    return f"{symbol} cancels: no number that the simulator sees depends on it."
