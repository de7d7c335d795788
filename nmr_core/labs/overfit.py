"""Lab 1: a network that passes through all of its points, and fails between and beyond them."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from nmr_core.labs import lennard_jones as lj
from nmr_core.labs.lab import (
    MEASURED,
    PROTOTYPE,
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
from nmr_core.labs.network import Options, Training, count_weights, train
from nmr_core.labs.programs import numpy_program, torch_program


@dataclass(frozen=True)
class OverfitResult(Result):
    """Fit of one move.

    Attributes
    ----------
    r, v : array, (n_points,)
        Training points (sigma, epsilon).
    grid, fit : array, (n_grid,)
        Distances (sigma) and energies of the network (epsilon).
    losses : array, (epochs,)
        Root mean square error of the training points per epoch, in epsilon.
    """

    r: np.ndarray
    v: np.ndarray
    grid: np.ndarray
    fit: np.ndarray
    losses: np.ndarray


@dataclass(frozen=True)
class Setup:
    """Points and initial weights of a move, see the controls of :class:`Overfit`."""

    points: int
    noise: float
    draw: int
    seed: int
    start: float
    end: float

    def descriptors(self, r: np.ndarray) -> np.ndarray:
        """Gaussians on the range of the points."""
        return lj.gaussians(r, start=self.start, end=self.end)


@lru_cache(maxsize=64)
def fit(setup: Setup) -> tuple[lj.Points, Training]:
    """Training points and the trained network."""
    points = lj.points(setup.points, setup.draw, setup.noise, setup.start, setup.end)
    return points, train(setup.descriptors(points.r), points.v, Options(seed=setup.seed))


class Overfit(Lab):
    """6,601 weights on ten points."""

    number = 1
    slug = "overfit"
    title = "Ten points, 6,601 weights"
    lead = (
        "A network with 6,601 weights passes exactly through ten points of the Lennard-Jones "
        "potential. Between the points it is wrong, and beyond them it knows nothing."
    )
    guess = Guess(
        "In the first picture the error at the ten points is below 0.001 ε. How large is it beyond "
        "the points?",
        0.0001,
        10.0,
        "ε",
        "outside",
        log=True,
    )
    controls = (
        Control("points", "points", (3, 5, 8, 10, 15, 20, 40, 80), 10, "Training points."),
        Control(
            "noise", "noise (ε)", (0.0, 0.02, 0.05, 0.1, 0.2, 0.5), 0.0, "Noise of the energies."
        ),
        Control("draw", "draw", tuple(range(60)), 40, "Other random points."),
        Control("seed", "seed", tuple(range(20)), 0, "Initial weights of the network."),
        Control("start", "from r (σ)", (0.95, 1.0, 1.1, 1.2), 1.0, "Smallest r of the points."),
        Control("end", "to r (σ)", (1.5, 2.0, 2.5, 3.0), 3.0, "Largest r of the points."),
    )
    explanation = (
        "More weights than points: many curves pass through all points, and the cost does not "
        "prefer the right one. The training error therefore shows nothing about other points; "
        "only points that were not used for the training do."
    )
    parts = Parts(
        data="Points (r, V) of V = 4 (r⁻¹² − r⁻⁶), with or without noise.",
        model="Ten Gaussians of r → 75 → 75 → 1 neurons with GELU.",
        cost="Mean square error at the points.",
        optimiser="Adam, all points per step, rate 0.001, 1,000 epochs.",
    )
    on_echoes = (
        "Train a network on 20 curves: its training error is near zero. On other curves it still "
        "estimates α, but p, d and ξ no better than the baseline. Every score of this app is from "
        "curves that the model has not seen."
    )
    page = "train"
    references = (
        Reference({}, "inside", 0.068, PROTOTYPE),
        Reference({}, "outside", 1.96, PROTOTYPE),
        Reference({}, "inside", 0.065, MEASURED),
        Reference({}, "outside", 2.09, MEASURED),
        Reference({}, "train", 0.00067, MEASURED),
    )

    def run(self, state: State) -> OverfitResult:
        s = self.complete(state)
        setup = Setup(
            points=int(s["points"]),
            noise=float(s["noise"]),
            draw=int(s["draw"]),
            seed=int(s["seed"]),
            start=float(s["start"]),
            end=float(s["end"]),
        )
        points, training = fit(setup)
        r = lj.grid()
        values = training.predict(setup.descriptors(r))[:, 0]
        between, beyond = lj.errors_of(values, r, points)
        losses = np.sqrt(training.losses)
        n_weights = count_weights(lj.N_GAUSSIANS, training.n_hidden)
        numbers = (
            Number("outside", "error beyond the points", beyond, "ε", training.note),
            Number("inside", "error between the points", between, "ε", training.note),
            Number("train", "error at the points", float(losses[-1]), "ε", training.note),
            Number("weights", "weights", n_weights),
        )
        return OverfitResult(numbers, points.r, points.v, r, values, losses)

    def code(self, state: State) -> Code:
        move = _MOVE.format(**self.complete(state))
        return Code(numpy_program(move), torch_program(move))


_MOVE = """r, v = points({points}, draw={draw}, noise={noise}, start={start}, end={end})
model = train(gaussians(r, start={start}, end={end}), v, seed={seed})

grid = np.linspace(0.9, 3.0, 421)
errors = predict(model, gaussians(grid, start={start}, end={end})) - potential(grid)
inside = (grid >= r.min()) & (grid <= r.max())
print(rmse(errors[~inside]), "error beyond the points")
print(rmse(errors[inside]), "error between the points")
print(rmse(predict(model, gaussians(r, start={start}, end={end})) - v), "error at the points")
"""
