"""Sensitivity of the predictions to every point of the signal."""

import numpy as np
import streamlit as st

from nmr_core.evaluation.explain import Explanation, Sensitivity
from nmr_core.learning import Run
from nmr_core.plots import sensitivity as figures
from ui.explain.importance import channel_choice
from ui.shared import figure_code, inputs
from ui.shared.figure import palette, show

PARTS = ["re", "im"]


def view(run: Run, explanation: Explanation, symbols: dict[str, str], setting: int) -> None:
    """Show |d prediction / d M(t)| on average, and d prediction / d M(t) of every echo."""
    sensitivity = explanation.sensitivity
    show(
        figures.sensitivity_figure(explanation, sensitivity, palette(), symbols, setting=setting),
        key="sensitivity",
        name=f"explain-sensitivity-{run.id}",
        code=figure_code.explained(
            explanation,
            symbols,
            "sensitivity_figure",
            "sensitivity = explanation.sensitivity",
            f"figure = sensitivity_figure(explanation, sensitivity, LIGHT, symbols, "
            f"setting={setting})",
            module="sensitivity",
        ),
        alt="|d prediction / d M(t)| along the time axis, one row per output.",
    )
    st.caption(_method(sensitivity))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        names = {str(k): symbols.get(name, name) for k, name in enumerate(sensitivity.outputs)}
        output = int(inputs.choice("Prediction of", names, "slopes-of", link=True, width=200))
        values, labels = _orders(run, sensitivity)
        key = inputs.choice("Echoes sorted by", labels, "slopes-by", link=True, width=240)
        part = channel_choice("Part", PARTS, "slopes-part", strongest_part(sensitivity))
    show(
        figures.curve_slopes_figure(
            explanation,
            sensitivity,
            values[key],
            labels[key],
            palette(),
            output,
            setting=setting,
            part=part,
        ),
        key="slopes",
        name=f"explain-slopes-{run.id}",
        code=figure_code.explained(
            explanation,
            symbols,
            "curve_slopes_figure",
            "import numpy as np",
            f"values = np.array({values[key].tolist()!r})  # by which the echoes are sorted",
            f"options = dict(setting={setting}, part={part!r})",
            f"figure = curve_slopes_figure(explanation, explanation.sensitivity, values, "
            f"{labels[key]!r}, LIGHT, {output}, **options)",
            module="sensitivity",
        ),
        alt=f"Slopes of {names[str(output)]} with {part} M(t) for every echo.",
    )
    st.caption(
        "One row per echo: orange where a larger signal raises the prediction, blue where it "
        "lowers it."
    )


def strongest_part(sensitivity: Sensitivity) -> str:
    """Return the part of the signal, "re" or "im", that the predictions depend on most."""
    # slopes: (n_curves, n_outputs, n_settings, 2, n_times)
    strength = np.abs(sensitivity.slopes).mean(axis=(0, 1, 2, 4))
    return PARTS[int(strength.argmax())]


def _method(sensitivity: Sensitivity) -> str:
    """How the slopes were computed, and how far they are derivatives."""
    text = (
        f"|d prediction / d M(t)|, the mean over {len(sensitivity.samples)} held-out echoes. Re "
        "M and Im M were moved up "
        f"and down by {sensitivity.step:.2g} (noise from point to point: {sensitivity.noise:.2g}). "
    )
    if sensitivity.smooth:
        return f"{text}Half that step gives the same slopes."
    return (
        f"{text}Half that step changes the slopes by {sensitivity.change:.0%}: this model is not "
        "smooth, so read them as "
        "its response to a change of this size, not as derivatives."
    )


def _orders(run: Run, sensitivity: Sensitivity) -> tuple[dict[str, np.ndarray], dict[str, str]]:
    """(values by name, labels) to sort the echoes by: true values, or class probabilities."""
    rows = run.predictions.set_index("sample").loc[sensitivity.samples]
    if run.task == "classification":
        labels = {
            f"probability_{name}": f"probability of {name}"
            for name in run.classes
            if f"probability_{name}" in rows
        }
        if not labels:
            return {"": sensitivity.samples}, {"": "number"}
        return {name: rows[name].to_numpy() for name in labels}, labels
    labels = {name: spec["label"] for name, spec in run.manifest.targets.items()}
    return {name: rows[f"true_{name}"].to_numpy() for name in labels}, labels
