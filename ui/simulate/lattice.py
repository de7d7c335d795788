"""Every spin of the lattice over time."""

import streamlit as st

from nmr_core.plots import COMPONENTS_OF_SPIN, lattice_figure
from ui.shared import compute, export, figure_code, inputs, picture_cost
from ui.shared.figure import palette, show
from ui.shared.query import EchoQuery


def view(query: EchoQuery) -> None:
    """Show a movie of one component of every spin."""
    names = {name: name for name in ("phase", *COMPONENTS_OF_SPIN)}
    component = inputs.choice("Component", names, "component", link=True)
    cost = picture_cost.of_movie(query.experiment, compute.N_FRAMES)
    python = f"{query.python}\nmovie = nmr.movie(experiment, {compute.N_FRAMES}, seed={query.seed})"
    if picture_cost.refused(cost, "This movie", "Take a smaller lattice", python, "python"):
        return
    movie = compute.movie(query.experiment, query.seed)
    show(
        lattice_figure(movie, component, palette()),
        key="lattice",
        name=f"lattice-{component}-{query.preset}",
        code=figure_code.lines(
            "lattice_figure",
            f"experiment = {figure_code.echo(query)}.experiment",
            f"movie = nmr.movie(experiment, {len(movie.time)}, seed={query.seed})",
            f"figure = lattice_figure(movie, {component!r}, LIGHT)",
        ),
        alt=f"{component} of every spin, playable over time.",
    )
    with st.container(horizontal=True):
        export.download(
            "NPZ",
            lambda: export.npz(time=movie.time, m=movie.m, mz=movie.mz),
            "lattice.npz",
            "application/octet-stream",
            "lattice-npz",
        )
        call = f"movie = nmr.movie(experiment, {len(movie.time)}, seed={query.seed})"
        export.reproduce(f"{query.python}\n{call}", query.command)
