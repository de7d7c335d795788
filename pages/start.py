"""What does a nuclear spin echo say about a material?"""

import streamlit as st

from ui.shared import boot, figure_code

boot.guard(__file__)
st.title("What does a nuclear spin echo say about a material?", anchor=False)
st.markdown(
    "Electrons couple the nuclear spins, and the echo comes back distorted. "
    "Its shape depends on the strength **α** of the coupling, its range (**ξ**, **p**) and the "
    "dissipation **d**. Simulate thousands of echoes, train models on them, and see which "
    "parameters can be estimated."
)

from nmr_core.plots import Panel, overlay_figure, parity_figure
from nmr_core.presets import DEFAULT
from nmr_core.pretrained.first_echoes import ALPHAS, OTHERS, first_echoes
from ui.shared import compute, once
from ui.shared.figure import palette, show
from ui.start import guide

EXAMPLE = "example-mlp"

st.header("Try it in three clicks", divider="gray", anchor=False)
guide.steps()

left, right = st.columns([1.5, 1], gap="large")
with left:
    st.markdown("**The same pulses, three materials**")
    others = ", ".join(f"{name}={value:g}" for name, value in OTHERS.items())
    show(
        once.figure(lambda: overlay_figure(first_echoes(), palette()), "start-echoes"),
        key="start-echoes",
        name="echoes-of-three-materials",
        alt="Stronger coupling distorts the echo more.",
        code=figure_code.lines(
            "overlay_figure",
            f"preset = nmr.preset('{DEFAULT}')",
            "echoes = {",
            f"    f'α = {{a:g}} MHz': nmr.simulate(preset.build(alpha=a, {others}), seed=0)",
            f"    for a in {ALPHAS}",
            "}",
            "figure = overlay_figure(echoes, LIGHT)",
        ),
    )
    st.page_link("pages/simulate.py", label="Play with an echo", icon=":material/ssid_chart:")
with right:
    st.markdown("**Estimated by a small network** (400 example echoes)")
    run = compute.run(EXAMPLE, "")
    target = run.manifest.targets["alpha"]
    panel = Panel.of(run, "alpha", palette().of(run.manifest.model), "α")
    show(
        once.figure(lambda: parity_figure(panel, target, palette()), "start-parity", run),
        key="start-parity",
        name="parity-alpha-example-mlp",
        alt="Predicted against true coupling.",
        code=figure_code.lines(
            "Panel, parity_figure",
            figure_code.run_line(run),
            "panel = Panel.of(run, 'alpha', LIGHT.of(run.manifest.model), 'α')",
            "figure = parity_figure(panel, run.manifest.targets['alpha'], LIGHT)",
        ),
    )
    st.page_link("pages/compare.py", label="See every parameter", icon=":material/leaderboard:")
