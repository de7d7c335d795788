"""Integrators of the mean-field equations; each is a function that advances a state by one step.

A state has the methods ``field()`` (the mean field of the present spins), ``rotate(field,
fraction)`` (rotate and relax every spin exactly under that field, for a fraction of a step),
``keep()`` and ``restore()``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from nmr_core.docstrings import description


class State(Protocol):
    """Spins that an integrator advances."""

    def field(self) -> Any:
        """The mean field of the present spins."""

    def rotate(self, field: Any, fraction: float) -> None:
        """Rotate and relax every spin exactly under ``field`` for a fraction of a step."""

    def keep(self) -> None:
        """Store the spins."""

    def restore(self) -> None:
        """Return to the stored spins."""


@dataclass(frozen=True)
class Integrator:
    """A named integrator.

    Parameters
    ----------
    name : str
        ASCII identifier, the key in ``INTEGRATORS``.
    label : str
        Text for menus.
    function : callable
        Advances a :class:`State` by one step.
    order : int
        The error falls as dt^order.
    equation : str
        The step in LaTeX.
    single_use : bool
        Whether the function uses every field once, before it asks for the next one; the simulator
        then need not copy it.
    """

    name: str
    label: str
    function: Callable[[State], None]
    order: int
    equation: str
    single_use: bool = False

    @property
    def help(self) -> str:
        """Help text for menus: the description of the function."""
        return description(self.function)


def exponential_euler(state: State) -> None:
    """Exact rotation and relaxation under the field at the beginning of the step.

    m(s + h) = exp(h L[B(s)]) m(s), h = 2π dt. First order in dt; one field (two FFTs) per step.

    Notes
    -----
    The published data sets were simulated with this step.

    References
    ----------
    ML4SCI spin-echo challenge (2020) and its successors of 2021 to 2024.
    """
    state.rotate(state.field(), 1.0)


def exponential_midpoint(state: State) -> None:
    """Exact rotation and relaxation under a predicted field of the middle of the step.

    m(s + h) = exp(h L[B(s + h/2)]) m(s) with the field of the predictor exp(h/2 L[B(s)]) m(s),
    h = 2π dt. Second order in dt; two fields per step.

    References
    ----------
    Hochbruck & Ostermann, Acta Numerica 19, 209 (2010), section 2.
    """
    state.keep()
    # Half a step under the present field predicts the field of the middle
    state.rotate(state.field(), 0.5)
    middle = state.field()
    # The whole step under that field
    state.restore()
    state.rotate(middle, 1.0)


INTEGRATORS: dict[str, Integrator] = {
    integrator.name: integrator
    for integrator in (
        Integrator(
            "exponential_euler",
            "Exponential Euler (1st order)",
            exponential_euler,
            1,
            r"m(s+h) = e^{h L[B(s)]}\, m(s)",
            single_use=True,
        ),
        Integrator(
            "exponential_midpoint",
            "Exponential midpoint (2nd order)",
            exponential_midpoint,
            2,
            r"m(s+h) = e^{h L[B(s+h/2)]}\, m(s)",
            single_use=True,
        ),
    )
}
"""Name -> integrator, in the order of menus."""
