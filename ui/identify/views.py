"""What the information says, from several sides; only the view that is open is drawn."""

import numpy as np
import pandas as pd
import streamlit as st

from nmr_core.inference.identifiability import Identification
from nmr_core.inference.identifiability.directions import directions
from nmr_core.plots import identifiability as figures
from ui.data_sets import catalogue
from ui.identify import ask
from ui.identify.form import Question
from ui.shared import boot, compute, export, inputs
from ui.shared.palette import palette, show

VIEWS = {
    "time": "Over time",
    "directions": "Together",
    "prior": "Across the prior",
    "scan": "Against a setting",
    "map": "Over two",
    "profile": "Profile",
}


@st.fragment
def views(asked: Question, found: Identification | None) -> None:
    """Everything that answers a click: only this is run again, not the whole page. Without an answer only what is a job of
    its own can be asked."""
    with boot.worded():
        side = inputs.tabs(VIEWS, "side")
        if side in ask.KINDS:
            ask.view(asked, side)
        elif found is None:
            st.caption("Here it will stand when it is found out, by the button above.")
        else:
            {"time": _time, "directions": _directions, "prior": _prior}[side](found)
            _take(asked, found, side)


def _place(found: Identification) -> int:
    """Which place of the prior is looked at."""
    labels = {
        str(k): ", ".join(
            f"{spec.symbol} = {row[spec.name]:.3g}" for spec in found.specs if spec.name in row
        )
        for k, row in enumerate(found.places.to_dict("records"))
    }
    return (
        int(inputs.choice("Place of the prior", labels, f"identify-place-{found.key}", width=380))
        if len(labels) > 1
        else 0
    )


def _setting(found: Identification) -> int:
    labels = {
        str(k): catalogue.described(setting) or str(k + 1)
        for k, setting in enumerate(found.settings)
    }
    return (
        int(inputs.choice("Setting", labels, f"identify-setting-{found.key}", width=180))
        if len(labels) > 1
        else 0
    )


def band(found: Identification, place: int, setting: int) -> np.ndarray:
    """One standard deviation of Re M (or Im M) from curve to curve, (n_times,): half of the disorder's variance, the noise's."""
    disorder = found.disorder_sd[place, setting] if found.disorder else 0.0
    return np.sqrt(disorder**2 / 2 + found.sigma**2 + np.zeros(len(found.time)))


def _time(found: Identification) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        place, setting = _place(found), _setting(found)
    curves = found.scaled_sensitivities()[place, setting]
    show(
        figures.sensitivity_curves_figure(
            found.time, curves, band(found, place, setting), found.specs, palette()
        ),
        key="identify-time",
        alt="Sensitivity of the signal to every parameter along the time axis.",
    )
    error = float(np.nanmax(found.step_error[place]))
    st.caption(
        "dM/dθ times the range of θ: what a move through the whole range would change if the answer were straight. Every "
        "row has its own scale. Where the lines leave the grey band, one point of one echo tells; many points together "
        f"tell more. Half the step changes these curves by at most {error:.1g} of their size."
    )


def _directions(found: Identification) -> None:
    place = _place(found)
    known = directions(found.names, found.fisher[place])
    show(
        figures.directions_figure(known.bounds, known.components, found.specs, palette()),
        key="identify-directions",
        alt="Eigen-directions of the Fisher information, the best known first.",
    )
    st.caption(
        "What an echo tells best, to worst, in shares of the ranges: a bar alone is a parameter that is read by itself, "
        "several bars one that is only read together with others."
    )


def _prior(found: Identification) -> None:
    percents = found.bounds.pivot(index="place", columns="name", values="bound_percent")[
        list(found.names)
    ]
    show(
        figures.places_figure(percents.to_numpy(float), found.specs, palette()),
        key="identify-prior",
        alt="The bound of every parameter at every place of the prior.",
    )
    st.caption(
        "One dot per place of the prior. Right of the dotted line one echo says less than the prior did; a triangle at the "
        "end: nothing."
    )
    with st.expander("The numbers"):
        st.dataframe(
            table(found),
            hide_index=True,
            column_config={
                name: st.column_config.NumberColumn(format="%.4g")
                for name in ("value", "bound", "% of range", "others known", "with prior")
            },
        )


def table(found: Identification) -> pd.DataFrame:
    """The bounds of every place and parameter, as they are shown and taken home."""
    return found.bounds.rename(
        columns={
            "bound_percent": "% of range",
            "conditional": "others known",
            "with_prior": "with prior",
        }
    )


def curves_table(found: Identification) -> pd.DataFrame:
    """dM/dtheta, a row for every place, setting and time."""
    n_places, n_settings, _, n_times = found.sensitivities.shape
    index = np.indices((n_places, n_settings, n_times)).reshape(3, -1)
    columns = {"place": index[0], "setting": index[1], "time_us": found.time[index[2]]}
    for k, name in enumerate(found.names):
        curve = found.sensitivities[:, :, k].reshape(-1)
        columns |= {f"re_dM_d{name}": curve.real, f"im_dM_d{name}": curve.imag}
    return pd.DataFrame(columns)


def _take(asked: Question, found: Identification, side: str) -> None:
    """Downloads of what is shown, and the lines that make it again."""
    with st.container(horizontal=True):
        make = (lambda: curves_table(found)) if side == "time" else (lambda: table(found))
        export.download(
            "Table (CSV)",
            lambda: compute.csv(make()),
            f"identify-{side}.csv",
            "text/csv",
            "identify-csv",
        )
        export.reproduce(*ask.lines(asked))
