"""What does the echo of this material look like?"""

import streamlit as st

from nmr_core.datasets.manifest import SEED
from nmr_core.experiment import OFFSETS, PHYSICAL
from nmr_core.figures import COMPONENTS, echo_figure
from nmr_core.presets import PRESETS
from nmr_core.simulator.analytic import uncoupled_magnitude
from ui import boot, compute, export, inputs
from ui.palette import palette, show

boot.guard(__file__)

st.title("What does the echo of this material look like?")
controls, picture = st.columns([1, 2.6], gap="large")

with controls:
    name = inputs.choice("Preset", {n: p.label for n, p in PRESETS.items()}, "preset", link=True)
    preset = PRESETS[name]
    st.caption(preset.description)
    values = {spec.name: inputs.slider(spec, spec.name, link=True) for spec in preset.space}
    with st.expander("Couplings, pulses and lattice"):
        base = preset.base
        fields = {}
        for field in ("alpha_z", "tau", "angle_1", "phase_1", "angle_2", "phase_2", "n_x", "n_y", "line_width"):
            spec = PHYSICAL[field]
            limits = {"n_x": (4, 128), "n_y": (4, 128), "tau": (5, 200), "alpha_z": (-0.5, 0.5)}.get(field, (spec.low, spec.high))
            fields[field] = inputs.number(spec.within(*limits, getattr(base, field)), f"{name}-{field}", link=True)
        fields["offsets"] = inputs.choice("Offsets are drawn", {o: o for o in (base.offsets, *OFFSETS)}, f"{name}-offsets",
                                          link=True)
    seed = inputs.number(SEED.within(0, 2**31, 0, description="Places the offsets on the lattice. Same seed, same echo."),
                         "seed", link=True)
changed = {field: value for field, value in fields.items() if value != getattr(base, field)}

with picture:
    experiment = preset.build(**values | changed)
    echo = compute.echo(experiment, seed)
    when, height = echo.peak
    numbers = st.container(horizontal=True, gap="large")
    numbers.metric("Echo |M|", f"{height:.4f}", help="Largest |M| after the second pulse; at most 1/2.")
    numbers.metric("at t", f"{when:.1f} µs")
    numbers.metric("Coupling ωp", f"{experiment.omega_p:.2f} Γ", help="2 α |W| in line widths Γ. Interesting: 2.5 to 4.5.")
    numbers.metric("Kernel sum W", f"{experiment.W:.4g}", help="W = sum of K(d) over the lattice.")
    shown = st.pills("Show", list(COMPONENTS), selection_mode="multi", default=list(COMPONENTS), key="components",
                     persist_state="session", label_visibility="collapsed")
    plain = st.toggle("Compare with no coupling", key="uncoupled", persist_state="session",
                      help="The dotted line is exact: the line's characteristic function times the decay.")
    show(echo_figure(echo, palette(), tuple(shown) or ("|M|",), uncoupled_magnitude(experiment) if plain else None),
         key="echo", alt=f"Echo of {preset.label}: |M| peaks at {height:.3f} after {when:.1f} µs.")
    hidden = compute.hidden_parameters(name, (), preset)
    for reason in hidden.values():
        st.info(f"Move it and see: {reason}", icon=":material/visibility_off:")
    with st.container(horizontal=True):
        export.download("CSV", lambda: export.echo_csv(echo), "echo.csv", "text/csv", "echo-csv")
        export.download("NPZ", lambda: export.npz(time=echo.time, signal=echo.signal, mz=echo.mz), "echo.npz",
                        "application/octet-stream", "echo-npz")
        arguments = {**values, **changed}
        export.reproduce(
            "import nmr_core as nmr\n\nexperiment = nmr.preset(" + repr(name) + ").build(\n    "
            + ", ".join(f"{k}={v!r}" for k, v in arguments.items()) + f")\necho = nmr.simulate(experiment, seed={seed})",
            f"python -m nmr_core simulate --preset {name} --seed {seed} "
            + " ".join(f"--set {k}={v}" for k, v in arguments.items()) + " --out echo.csv")
