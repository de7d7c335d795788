"""Lab 9: how gradient descent, momentum, batches and Adam walk down three losses."""

from dataclasses import dataclass

import numpy as np

from nmr_core.labs import landscapes, lennard_jones
from nmr_core.labs.descent import STEPS, Method, descend
from nmr_core.labs.lab import (
    MEASURED,
    Code,
    Control,
    Guess,
    Lab,
    Number,
    Parts,
    Reference,
    Result,
    State,
)
from nmr_core.labs.landscapes import N_SAMPLES, Landscape
from nmr_core.labs.optimisers_code import numpy_program, pytorch_program

RAVINE, WELLS, POTENTIAL = "ravine", "two wells", "potential"
DESCENT, ADAM = "gradient descent", "Adam"
N_RUNS = 50
"""Starts; the fraction that arrives is a number of the lab."""
VIEWS = {RAVINE: (-5.0, 5.0, -3.5, 3.5), WELLS: (-2.0, 2.0, -1.5, 1.5)}
"""Drawn range (x_low, x_high, y_low, y_high) of the landscapes with two parameters."""


@dataclass(frozen=True, eq=False)
class Walk(Result):
    """One run down a landscape.

    Attributes
    ----------
    landscape : str
        Name of the loss.
    losses : array, (n_steps + 1,)
        Loss of all samples after each step; NaN after divergence.
    path : array, (n_steps + 1, n_dimensions)
        Points of the run; of a network all of its weights.
    arrival : float
        First step at which the loss is at the goal, infinity if there is none.
    goal : float
        Loss at which a run has arrived.
    x, y : array, (n_x,) and (n_y,)
        Grid; for the potential x = r (sigma), and y is empty.
    surface : array, (n_y, n_x) or (2, n_x)
        Loss on the grid; for the potential V(r) and the fit at the end.
    """

    landscape: str
    losses: np.ndarray
    path: np.ndarray
    arrival: float
    goal: float
    x: np.ndarray
    y: np.ndarray
    surface: np.ndarray


class Optimisers(Lab):
    """Steps to a goal: rate, momentum, batch, Adam."""

    number = 9
    slug = "optimisers"
    title = "Walk down a loss"
    lead = (
        "In the first picture gradient descent zigzags across a narrow ravine at a rate of 0.09 "
        "and hardly moves along it. It is almost as fast as it can be: above 0.1 it diverges."
    )
    guess = Guess(
        "How many steps does gradient descent need to a loss of 0.01?",
        low=10,
        high=1000,
        unit="steps",
        number="steps",
        log=True,
    )
    controls = (
        Control("landscape", "loss", (RAVINE, WELLS, POTENTIAL), RAVINE, "What is minimised."),
        Control("method", "optimiser", (DESCENT, ADAM), DESCENT, "How a step is computed."),
        Control(
            "rate",
            "learning rate",
            (0.003, 0.01, 0.03, 0.06, 0.09, 0.11, 0.2, 0.3),
            0.09,
            "Length of a step in units of the slope (of Adam: in units of the parameters).",
        ),
        Control(
            "momentum",
            "momentum",
            (0.0, 0.5, 0.9, 0.98),
            0.0,
            "Part of the last step that is kept; β₁ of Adam.",
        ),
        Control(
            "batch",
            "samples per step",
            (1, 4, N_SAMPLES),
            N_SAMPLES,
            "Slopes of few samples are noisy; 32 are all.",
        ),
        Control("seed", "seed", tuple(range(10)), 0, "Draws the start and the batches."),
    )
    explanation = (
        "The largest curvature limits the rate, the smallest one sets the number of steps; "
        "momentum adds up the steps along the ravine. At a small rate and without "
        "momentum, the exact slope is caught in a shallow well for ever, and the noise of small "
        "batches leaves it; so do momentum and a higher rate."
    )
    parts = Parts(
        data="32 samples; each adds a slope of its own, their mean is the loss that is drawn.",
        model="Two parameters, or the 361 weights of a network 10-30-1.",
        cost="The height of the landscape, or the mean square error.",
        optimiser="Gradient descent with momentum, or Adam, at a constant rate.",
    )
    on_echoes = (
        "Train shows the same curve live: a validation error that jumps asks for a lower learning "
        "rate, one that creeps for a higher one."
    )
    page = "train"
    references = (
        Reference({"seed": 0}, "steps", 239, MEASURED),
        Reference({"momentum": 0.9, "seed": 0}, "steps", 44, MEASURED),
        Reference({"method": ADAM, "momentum": 0.9, "seed": 0}, "steps", 263, MEASURED),
        Reference({"landscape": WELLS, "rate": 0.03, "batch": 32}, "arrived", 0, MEASURED),
        Reference({"landscape": WELLS, "rate": 0.03, "momentum": 0.9}, "arrived", 82, MEASURED),
        Reference({"landscape": WELLS, "rate": 0.2}, "arrived", 70, MEASURED),
        Reference({"landscape": WELLS, "rate": 0.03, "batch": 4}, "arrived", 40, MEASURED),
        Reference({"landscape": WELLS, "rate": 0.03, "batch": 1}, "arrived", 100, MEASURED),
        Reference({"landscape": POTENTIAL, "rate": 0.2, "seed": 0}, "steps", 550, MEASURED),
        Reference(
            {"landscape": POTENTIAL, "rate": 0.2, "momentum": 0.9, "seed": 0},
            "steps",
            107,
            MEASURED,
        ),
    )

    def run(self, state: State) -> Walk:
        """Walk down once, and for two parameters from 50 starts."""
        values = self.complete(state)
        name, seed = str(values["landscape"]), int(values["seed"])
        landscape = _landscape(name, seed)
        method = _method(values)
        path = descend(landscape, method, seed, 1 if name == POTENTIAL else N_RUNS)
        with np.errstate(all="ignore"):
            losses = landscape.loss(path)
        arrivals = _arrivals(losses, landscape.goal)
        numbers = _numbers(losses[:, 0], arrivals, landscape.goal, name)
        own = path[:, 0]
        x, y, surface = _fit(own, seed) if name == POTENTIAL else _surface(landscape, name)
        return Walk(numbers, name, losses[:, 0], own, arrivals[0], landscape.goal, x, y, surface)

    def code(self, state: State) -> Code:
        """One run, with its number of steps."""
        values = self.complete(state)
        name, seed = str(values["landscape"]), int(values["seed"])
        goal = _landscape(name, seed).goal
        return Code(
            numpy_program(name, _method(values), seed, goal),
            pytorch_program(name, _method(values), seed, goal),
        )


def _method(state: State) -> Method:
    return Method(
        adam=state["method"] == ADAM,
        rate=float(state["rate"]),
        momentum=float(state["momentum"]),
        batch=int(state["batch"]),
    )


def _landscape(name: str, seed: int) -> Landscape:
    if name == RAVINE:
        return landscapes.ravine()
    return landscapes.two_wells() if name == WELLS else landscapes.network(seed)


def _arrivals(losses: np.ndarray, goal: float) -> np.ndarray:
    """First step of each run with a loss at the goal, infinity without one, (n_runs,)."""
    arrived = losses <= goal
    return np.where(arrived.any(axis=0), arrived.argmax(axis=0), np.inf)


def _numbers(
    losses: np.ndarray, arrivals: np.ndarray, goal: float, name: str
) -> tuple[Number, ...]:
    steps = Number(
        "steps",
        f"steps to a loss of {goal:g}",
        float(arrivals[0]),
        note=_reason(losses, arrivals[0], name),
    )
    diverged = not np.isfinite(losses[-1])
    note = "The steps grew without limit: the rate is too high." if diverged else ""
    last = Number("loss", f"loss after {STEPS} steps", float(losses[-1]), note=note)
    if len(arrivals) == 1:
        return steps, last
    arrived = 100 * float(np.mean(np.isfinite(arrivals)))
    return steps, Number("arrived", f"of {len(arrivals)} starts arrive", arrived, "%"), last


def _reason(losses: np.ndarray, arrival: float, name: str) -> str:
    """Why a run has not arrived."""
    if np.isfinite(arrival):
        return ""
    if not np.isfinite(losses[-1]):
        return "Diverged: each step overshoots more than the last. Lower the rate."
    if name == WELLS:
        return "Caught in the shallow well. Try smaller batches or momentum."
    return f"Not within {STEPS} steps. Try momentum or another rate."


def _surface(landscape: Landscape, name: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    x_low, x_high, y_low, y_high = VIEWS[name]
    x, y = np.linspace(x_low, x_high, 81), np.linspace(y_low, y_high, 61)
    return x, y, landscape.loss(np.stack(np.meshgrid(x, y), axis=-1))


def _fit(path: np.ndarray, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """r, nothing, and (V, fit) at the end of the run."""
    r = np.linspace(lennard_jones.START, lennard_jones.END, 201)
    with np.errstate(all="ignore"):
        fit = landscapes.outputs(path[-1], lennard_jones.gaussians(r))[1]
    return r, np.empty(0), np.stack([lennard_jones.potential(r), fit])
