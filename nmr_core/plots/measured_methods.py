"""Methods paragraph on a measured echo: what was done with which versions, seeds and numbers."""

import numpy as np

from nmr_core.datasets.manifest import versions
from nmr_core.inference.error_model import find_error_model
from nmr_core.learning.origin import presets_of
from nmr_core.learning.run import Run
from nmr_core.measured.acquired import Acquired
from nmr_core.measured.answering import Answer


def methods(result: Answer) -> list[str]:
    """Return sentences for the methods section of a paper.

    Parameters
    ----------
    result : Answer
        Of one measured sample.
    """
    sentences = [
        _simulation(result.run),
        _model(result.run),
        _calibration(result.run, result.level),
        *_preparation(result),
        *_simulated_again(result),
        *_refinement(result),
        _versions(),
    ]
    return [sentence for sentence in sentences if sentence]


def _simulation(run: Run) -> str:
    presets = presets_of(run)
    if not presets:
        return f"The model was trained on the data set {run.manifest.dataset_title}."
    preset = presets[0]
    experiment = preset.base
    entry = run.manifest.origin[0]
    effects = ", ".join(
        effect["effect"].replace("_", " ")
        + (f" (σ = {effect['sigma']:.3g})" if effect.get("sigma") else "")
        for effect in entry["effects"]
    )
    sample, protocol = experiment.sample, experiment.protocol
    text = (
        f"Echoes of {sample.n_x} × {sample.n_y} spins were simulated with the preset "
        f"{preset.label} (kernel {experiment.material.kernel.replace('_', ' ')}, line width "
        f"{sample.line_width:.4g} MHz, τ = {protocol.tau:.6g} µs, pulses {protocol.angle_1:g}° and "
        f"{protocol.angle_2:g}°, step {protocol.dt:.4g} µs, integrator "
        f"{protocol.integrator.replace('_', ' ')}, seed {entry.get('seed', 0)})"
    )
    return f"{text} with {effects}." if effects else f"{text} without measurement effects."


def _model(run: Run) -> str:
    m = run.manifest
    ranges = ", ".join(
        f"{spec['symbol']} {spec['low']:g} to {spec['high']:g} {spec['unit']}".rstrip()
        for spec in m.targets.values()
        if "low" in spec
    )
    options = ", ".join(f"{name} {value}" for name, value in m.featurizer_options.items())
    features = f"{m.featurizer} ({options})" if options else m.featurizer
    text = (
        f"The run {m.id} ({features}; {m.model}; seed {m.seed}) was trained on {m.n_train:,} of "
        f"them{m.and_fresh}, tested on {m.n_test:,}"
    )
    return f"{text}, for {ranges}." if ranges else f"{text}."


def _calibration(run: Run, level: float) -> str:
    calibration = find_error_model(run).calibration
    if calibration is None:
        return "The run is not calibrated: its estimates have no intervals."
    return (
        f"Its {level:.0%} intervals were calibrated on {calibration.n_fit:,} echoes that the model "
        f"had not seen (method {calibration.method}, seed {calibration.seed})."
    )


def _preparation(result: Answer) -> list[str]:
    parts = [
        f"{stage.label}: {stage.sentence.rstrip('.')}"
        for stage in result.prepared[0].stages
        if stage.name not in ("measurement", "noise")
    ]
    return [f"The measurement was prepared as follows. {'; '.join(parts)}."]


def _simulated_again(result: Answer) -> list[str]:
    again = result.resimulation
    if again is None:
        return [f"The estimates were not simulated again. {result.note}".rstrip()]
    rms = float(np.sqrt((np.abs(again.residual) ** 2).mean()))
    return [
        f"The estimates were simulated {again.n_seeds:,} times with the noise of the measurement "
        f"and within the errors of such estimates; the p-value {again.p_value:.2g} is the rank of "
        f"the measurement among them (rms residual {rms:.2g} in units of M)."
    ]


def _refinement(result: Answer) -> list[str]:
    fit = result.refinement
    if fit is None:
        return []
    values = ", ".join(
        f"{result.run.manifest.targets.get(name, {'symbol': name})['symbol']} = {value:.4g} ± "
        f"{fit.sd.get(name, float('nan')):.2g}"
        for name, value in fit.values.items()
    )
    return [
        f"Least squares of the simulator on the echo ({fit.n_evaluations:,} evaluations) gave "
        f"{values}, χ² = {fit.chi2:.3g}, p-value {fit.p_value:.2g}."
    ]


def _versions() -> str:
    listed = ", ".join(f"{name} {value}" for name, value in versions().items())
    return f"Versions: {listed}."


def protocol_line(result: Answer, acquired: Acquired | None) -> str:
    """Return what was measured in one line, with the origin of each number.

    Parameters
    ----------
    result : Answer
        Of one measured sample.
    acquired : Acquired, optional
        Of :func:`nmr_core.measured.acquired.acquired`; default: points and times of the file only.
    """
    one = result.prepared[0]
    measurement = one.measurement
    parts = [
        f"{len(measurement):,} points, {measurement.time[0]:.5g} to {measurement.time[-1]:.5g} µs",
        f"SNR {one.snr:.3g}",
    ]
    if acquired is not None:
        parts += [
            f"{fact['quantity']} {fact['value']} ({fact['origin']})"
            for fact in acquired.facts
            if fact["value"] != "not known" and fact["quantity"] != "Points"
        ]
    named = {"temperature_k": ("temperature", "K"), "field_t": ("field", "T")}
    for key, (word, unit) in named.items():
        if key in measurement.about:
            parts.append(f"{word} {measurement.about[key]} {unit}")
    return " · ".join(parts)
