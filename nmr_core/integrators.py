"""How the mean field is stepped through time; each integrator is a function of the state that it advances.

A state offers ``field()`` (the mean field of the spins as they are), ``rotate(field, fraction)`` (every spin turned
and relaxed exactly under that field, for a fraction of a step), ``keep()`` and ``restore()``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from inspect import getdoc


@dataclass(frozen=True)
class Integrator:
    """name, label as menus show it, the step function, its order (error ~ dt^order), its equation in LaTeX."""

    name: str
    label: str
    function: Callable
    order: int
    equation: str

    @property
    def help(self) -> str:
        """The text of the function, for the app."""
        return getdoc(self.function) or ""


def exponential_euler(state) -> None:
    """The mean field is held constant over a step and every spin is rotated and relaxed exactly under it.

    m(s + h) = exp(h L[B(s)]) m(s), h = 2π dt in reduced time. First order in dt; one field (two FFTs) a step.
    Source: the reference codes of 2020 to 2024; needed to reproduce their data.
    """
    state.rotate(state.field(), 1.0)


def exponential_midpoint(state) -> None:
    """The field is taken from half a step ahead, and the whole step is rotated and relaxed exactly under it.

    m(s + h) = exp(h L[B(s + h/2)]) m(s) with the field of the predictor exp(h/2 L[B(s)]) m(s), h = 2π dt. Second
    order in dt; two fields a step. Source: Hochbruck & Ostermann, Acta Numerica 19, 209 (2010), section 2.
    """
    state.keep()
    state.rotate(state.field(), 0.5)
    ahead = state.field()
    state.restore()
    state.rotate(ahead, 1.0)


INTEGRATORS: dict[str, Integrator] = {
    integrator.name: integrator
    for integrator in (
        Integrator(
            "exponential_euler",
            "Exponential Euler (1st order)",
            exponential_euler,
            1,
            r"m(s+h) = e^{h L[B(s)]}\, m(s)",
        ),
        Integrator(
            "exponential_midpoint",
            "Exponential midpoint (2nd order)",
            exponential_midpoint,
            2,
            r"m(s+h) = e^{h L[B(s+h/2)]}\, m(s)",
        ),
    )
}
