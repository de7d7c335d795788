"""Models that fit a measurement: those made for its protocol, and those that ship."""

from dataclasses import dataclass, field

import streamlit as st

from nmr_core.errors import InputError
from nmr_core.learning import Run
from nmr_core.measured import Prepared, Target
from nmr_core.measured.choice import points_sentence, runs_for_measurements
from nmr_core.measured.estimating import OUT_OF_DOMAIN, estimate
from nmr_core.measured.for_run import prepare_for_run
from nmr_core.measured.making import MadeFor, differences, made_models
from nmr_core.measured.out_of_range import Number, numbers_out_of_range
from ui.measurement.sample import Sample
from ui.predict import error_model, reading
from ui.shared import compute

FITS = "_measured-fits"
MOST = 12
"""Made models that are compared, the newest first."""
SAME_TAU = 0.05
"""Relative difference of two pulse spacings that a shipped model takes for one."""


@dataclass(frozen=True, eq=False)
class Fit:
    """A model, and whether it fits.

    Attributes
    ----------
    run : Run
    label : str
    reasons : list of str
        Why it does not fit; [] if it does.
    error : InputError, optional
        Of its preparation.
    numbers : list of Number
        What is out of range.
    """

    run: Run
    label: str
    reasons: list[str]
    error: InputError | None = None
    numbers: list[Number] = field(default_factory=list)


def fitting(sample: Sample) -> list[Fit]:
    """Return all models for measurements, those that fit first; found once per measurement."""
    made = made_models()[:MOST]
    key = (sample.key, tuple((run.id, run.manifest.created) for run, _ in made))
    stored = st.session_state.get(FITS)
    if stored is None or stored[0] != key:
        with st.spinner("Looking for a model that fits …"), compute.turn():
            fits = [_made(sample, run, made_for) for run, made_for in made]
            if all(fit.reasons for fit in fits):
                fits += [_shipped(sample, run) for run in runs_for_measurements()]
        stored = st.session_state[FITS] = (key, sorted(fits, key=lambda fit: bool(fit.reasons)))
    return stored[1]


def _made(sample: Sample, run: Run, made_for: MadeFor) -> Fit:
    """A model that was made for a measurement."""
    reasons = differences(made_for, sample.acquired, sample.echoes)
    return Fit(run, run.manifest.title, reasons)


def _shipped(sample: Sample, run: Run) -> Fit:
    """A model that ships with the app."""
    label = run.manifest.title
    settings = run.manifest.settings
    if len(settings) not in (0, len(sample.pairs)):
        return Fit(run, label, [f"It takes {len(settings)} echoes of a sample."])
    tau, own = sample.acquired[0].tau, settings[0].get("tau") if settings else None
    if tau and own and abs(tau / own - 1) > SAME_TAU:
        return Fit(run, label, [f"τ is {tau:.4g} µs; the model was trained for {own:.4g} µs."])
    target = reading.target(run.id, run.manifest.created)
    try:
        prepared = prepare_for_run(run, sample.measurements, target=target)
    except InputError as error:
        return Fit(run, label, [str(error)], error)
    reasons, numbers = _out_of_domain(run, prepared, target)
    if reasons:
        return Fit(run, label, reasons, numbers=numbers)
    return Fit(run, f"{label} ({points_sentence(target)})", [])


def _out_of_domain(
    run: Run, prepared: list[Prepared], target: Target
) -> tuple[list[str], list[Number]]:
    """Why a measurement is out of the domain of a model, and the numbers out of range."""
    model, _ = error_model.load(run)
    row = estimate(run, prepared, insist=True, error_model=model).iloc[0]
    if row["applicability"] != OUT_OF_DOMAIN:
        return [], []
    numbers = [one for each in prepared for one in numbers_out_of_range(run, each, target)]
    reasons = [one.sentence for one in numbers] or [str(row["reason"])]
    return ["The measurement is out of its domain.", *reasons], numbers
