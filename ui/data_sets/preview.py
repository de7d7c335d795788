"""The first curves of a data set, with its measurement effects, before it is generated."""

import json
from typing import Any

import numpy as np
import streamlit as st

from nmr_core import generate
from nmr_core.datasets import EchoDataset
from nmr_core.plots import COMPONENTS, nearest_figure
from nmr_core.presets import Preset
from ui.shared import caches, compute
from ui.shared.figure import palette, show
from ui.shared.text import duration

N_SHOWN = 3
CHANNEL = "|M|"


def first_curves(preset: Preset, request: dict[str, Any]) -> None:
    """Draw the first curves that a request would generate.

    Parameters
    ----------
    preset : Preset
        Prior and conventions.
    request : dict
        Parameters of the job: seed, and effects if there are any.
    """
    wait = compute.seconds(preset.experiments()[0], N_SHOWN * len(preset.settings))
    if wait > compute.PATIENCE:
        st.caption(f"Three curves take about {duration(wait)} here, too long for a preview.")
        return
    effects = json.dumps(request.get("effects", []))
    seed, effects_seed = request["seed"], request.get("effects_seed", 0)
    opened = _generated(compute.key_of(preset), seed, effects, effects_seed, preset)
    magnitude = COMPONENTS[CHANNEL][0](np.asarray(opened.signals)[:, 0])
    show(
        nearest_figure(
            opened.time,
            magnitude[0],
            magnitude[1:],
            [f"curve {k}" for k in range(1, len(magnitude))],
            f"{CHANNEL} per spin",
            palette(),
            height=260,
            chosen_name="curve 0",
        ),
        key="preview",
        alt=f"The first {N_SHOWN} curves that would be generated.",
    )


@caches.resource(max_entries=16, show_spinner=False)
def _generated(
    key: str, seed: int, effects: str, effects_seed: int, _preset: Preset
) -> EchoDataset:
    with compute.turn():
        return generate(
            _preset, N_SHOWN, seed=seed, effects=json.loads(effects), effects_seed=effects_seed
        )
