"""Lab 5: more weights are not the problem, and weight decay is the better control."""

from dataclasses import dataclass, replace
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
from nmr_core.labs.network import Options, count_weights, train
from nmr_core.labs.programs import numpy_program, torch_program

WIDTHS = (1, 2, 4, 8, 16, 32, 75)
"""Neurons per hidden layer."""
DECAYS = (0.0, 1.0, 3.0, 10.0, 30.0)
EPOCHS = 1500
WEIGHTS = tuple(count_weights(lj.N_GAUSSIANS, width) for width in WIDTHS)
"""Weights of the networks with each of :data:`WIDTHS`."""


@dataclass(frozen=True)
class Setup:
    """Points, initial weights, size and weight decay of one training."""

    points: int
    noise: float
    draw: int
    seed: int
    width: int
    decay: float


@dataclass(frozen=True)
class Fit:
    """A trained network.

    Attributes
    ----------
    fit : array, (n_grid,)
        Energies in epsilon.
    training, test : float
        Root mean square errors at the points and against the potential from 1 to 3 sigma.
    """

    fit: np.ndarray
    training: float
    test: float


@dataclass(frozen=True)
class SizeResult(Result):
    """Errors against the number of weights and against the decay, as means over the draws.

    Attributes
    ----------
    r, v : array, (n_points,)
        Points of the first draw (sigma, epsilon).
    grid, fit : array, (n_grid,)
        Distances (sigma) and energies of the network of the first draw (epsilon).
    by_width, by_decay : array, (n_values, 2)
        Training and test error, in epsilon.
    width, decay : int, float
        Of the fit.
    """

    r: np.ndarray
    v: np.ndarray
    grid: np.ndarray
    fit: np.ndarray
    by_width: np.ndarray
    by_decay: np.ndarray
    width: int
    decay: float


@lru_cache(maxsize=1024)
def fit(setup: Setup) -> Fit:
    """Train one network."""
    points = lj.points(setup.points, setup.draw, setup.noise)
    inputs = lj.gaussians(points.r)
    options = Options(setup.width, EPOCHS, decay=setup.decay, seed=setup.seed)
    training = train(inputs, points.v, options)
    r = lj.test_grid()
    test = lj.rmse(training.predict(lj.gaussians(r))[:, 0] - lj.potential(r))
    error = lj.rmse(training.predict(inputs)[:, 0] - points.v)
    return Fit(training.predict(lj.gaussians(lj.grid()))[:, 0], error, test)


class Size(Lab):
    """Width and weight decay."""

    number = 5
    slug = "size"
    title = "Size and weight decay"
    lead = (
        "Twenty points with noise, networks with 15 to 6,601 weights. Large networks reach a "
        "smaller training error and a larger test error, but not 440 times larger."
    )
    guess = Guess(
        "In the first picture 6,601 weights have a test error of about 0.25 ε. How large is it "
        "with weight decay 10?",
        0.01,
        1.0,
        "ε",
        "decayed",
        log=True,
    )
    controls = (
        Control("width", "neurons per layer", WIDTHS, 75, "Of each of the two hidden layers."),
        Control("decay", "weight decay", DECAYS, 0.0, "Pull of the weights towards zero."),
        Control("points", "points", (10, 15, 20, 40), 20, "Training points."),
        Control("noise", "noise (ε)", (0.0, 0.05, 0.1, 0.2), 0.1, "Noise of the energies."),
        Control("draws", "draws", (1, 3), 3, "How many draws the numbers are means of."),
        Control("draw", "first draw", tuple(range(20)), 0, "Other random points."),
        Control("seed", "seed", tuple(range(20)), 0, "Initial weights; another for each draw."),
    )
    explanation = (
        "What counts is which curves a training reaches, not how many weights it has. Weight decay "
        "prefers small weights, that is smooth curves: too little fits noise, too much fits "
        "nothing."
    )
    parts = Parts(
        data="Points with noise; the test is the potential from 1 to 3 σ.",
        model="Ten Gaussians of r → H → H → 1 neurons with GELU, H from 1 to 75.",
        cost="Mean square error at the points.",
        optimiser="AdamW, rate 0.001, 1,500 epochs; each step shrinks the weights by rate · decay.",
    )
    on_echoes = (
        "The networks of this app have the option alpha (L2): try a study of its value on your "
        "data set."
    )
    page = "studies"
    references = (
        Reference({"width": 1}, "test", 0.14, PROTOTYPE),
        Reference({"decay": 10.0}, "test", 0.125, PROTOTYPE),
        Reference({"decay": 30.0}, "test", 0.28, PROTOTYPE),
        Reference({}, "test", 0.247, MEASURED),
        Reference({"width": 32}, "test", 0.197, MEASURED),
    )

    def run(self, state: State) -> SizeResult:
        s = self.complete(state)
        width, decay = int(s["width"]), float(s["decay"])
        setups = [
            Setup(int(s["points"]), float(s["noise"]), int(s["draw"]) + i, int(s["seed"]) + i, 0, 0)
            for i in range(int(s["draws"]))
        ]
        by_width = np.array([_errors(setups, value, decay) for value in WIDTHS])
        by_decay = np.array([_errors(setups, width, value) for value in DECAYS])
        here = by_width[WIDTHS.index(width)]
        numbers = (
            Number("test", "test error", here[1], "ε"),
            Number("train", "error at the points", here[0], "ε"),
            Number("weights", "weights", count_weights(lj.N_GAUSSIANS, width)),
            Number("decayed", "test error with decay 10", by_decay[DECAYS.index(10.0)][1], "ε"),
        )
        points = lj.points(setups[0].points, setups[0].draw, setups[0].noise)
        values = fit(replace(setups[0], width=width, decay=decay)).fit
        r = lj.grid()
        return SizeResult(numbers, points.r, points.v, r, values, by_width, by_decay, width, decay)

    def code(self, state: State) -> Code:
        move = _MOVE.format(**self.complete(state))
        return Code(numpy_program(move), torch_program(move))


def _errors(setups: list[Setup], width: int, decay: float) -> tuple[float, float]:
    """Training and test error, as means over the draws."""
    fits = [fit(replace(setup, width=width, decay=decay)) for setup in setups]
    training = float(np.mean([one.training for one in fits]))
    return training, float(np.mean([one.test for one in fits]))


_MOVE = """grid = np.linspace(1.0, 3.0, 201)
training, test = [], []
for i in range({draws}):
    r, v = points({points}, {draw} + i, noise={noise})
    model = train(gaussians(r), v, hidden={width}, epochs=1500, decay={decay}, seed={seed} + i)
    training.append(rmse(predict(model, gaussians(r)) - v))
    test.append(rmse(predict(model, gaussians(grid)) - potential(grid)))
print(np.mean(test), "test error")
print(np.mean(training), "error at the points")
"""
