"""Lab 4: more points, less variance."""

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
from nmr_core.labs.network import Options, train
from nmr_core.labs.programs import numpy_program, torch_program

SIZES = (10, 20, 40, 80, 160)
"""Numbers of points of the learning curve."""
EPOCHS, RATE = 800, 0.005


@dataclass(frozen=True)
class Draw:
    """Fit of one draw of points.

    Attributes
    ----------
    r, v : array, (n_points,)
        Training points (sigma, epsilon).
    fit : array, (n_grid,)
        Energies of the network (epsilon).
    training, test : float
        Root mean square errors at the points and against the potential, in epsilon.
    """

    r: np.ndarray
    v: np.ndarray
    fit: np.ndarray
    training: float
    test: float


@dataclass(frozen=True)
class LearningCurveResult(Result):
    """Fits of several draws, and the errors against the number of points.

    Attributes
    ----------
    draws : tuple of Draw
        With the chosen number of points.
    grid : array, (n_grid,)
        Distances of the fits, in sigma.
    training, test : array, (n_sizes, n_draws)
        Errors for each of :data:`SIZES`, in epsilon.
    noise : float
        Of the energies, in epsilon.
    """

    draws: tuple[Draw, ...]
    grid: np.ndarray
    training: np.ndarray
    test: np.ndarray
    noise: float


@lru_cache(maxsize=512)
def fit(n: int, draw: int, noise: float, seed: int) -> Draw:
    """Train on one draw."""
    points = lj.points(n, draw, noise)
    inputs = lj.gaussians(points.r)
    training = train(inputs, points.v, Options(epochs=EPOCHS, rate=RATE, seed=seed))
    r = lj.test_grid()
    values = training.predict(lj.gaussians(r))[:, 0]
    error = lj.rmse(training.predict(inputs)[:, 0] - points.v)
    return Draw(points.r, points.v, values, error, lj.rmse(values - lj.potential(r)))


class LearningCurve(Lab):
    """Training and test error against the number of points."""

    number = 4
    slug = "learning_curve"
    title = "How many points?"
    lead = (
        "In the first picture ten points, drawn three times, give three different fits. With more "
        "points the fits agree with each other and with the potential, and the training error "
        "rises to the noise."
    )
    guess = Guess(
        "How many times smaller is the test error with 160 points than with ten?",
        1.0,
        1000.0,
        "",
        "gain",
        log=True,
    )
    controls = (
        Control("points", "points", SIZES, 10, "Points of each fit."),
        Control("noise", "noise (ε)", (0.0, 0.02, 0.05, 0.1, 0.2), 0.05, "Noise of the energies."),
        Control("draws", "draws", (1, 2, 3, 5), 3, "How often the points are drawn anew."),
        Control("draw", "first draw", tuple(range(20)), 0, "Other random points."),
        Control("seed", "seed", tuple(range(20)), 0, "Initial weights of the networks."),
    )
    explanation = (
        "The spread between draws is the variance of the model: it is what more points reduce. "
        "The training error rises to the noise; the error against the potential falls below it, "
        "because a fit through many noisy points averages their noise."
    )
    parts = Parts(
        data="10 to 160 points with noise; the test is the potential from 1 to 3 σ.",
        model="Ten Gaussians of r → 75 → 75 → 1 neurons with GELU.",
        cost="Mean square error at the points.",
        optimiser="Adam, all points per step, rate 0.005, 800 epochs.",
    )
    on_echoes = (
        "Studies draws the same curve for echoes: error against the number of curves, with its "
        "spread over seeds."
    )
    page = "studies"
    references = (
        Reference({"draws": 5}, "test", 0.24, PROTOTYPE),
        Reference({"draws": 5}, "spread", 0.139, PROTOTYPE),
        Reference({"draws": 5, "points": 160}, "train", 0.049, PROTOTYPE),
        Reference({"draws": 5}, "train", 0.0100, MEASURED),
        Reference({"draws": 5, "points": 160}, "test", 0.0211, MEASURED),
    )

    def run(self, state: State) -> LearningCurveResult:
        s = self.complete(state)
        n, noise, seed, first = int(s["points"]), float(s["noise"]), int(s["seed"]), int(s["draw"])
        numbers_of_draws = range(first, first + int(s["draws"]))
        table = [[fit(size, draw, noise, seed) for draw in numbers_of_draws] for size in SIZES]
        training = np.array([[one.training for one in row] for row in table])
        test = np.array([[one.test for one in row] for row in table])
        row = SIZES.index(n)
        means = test.mean(axis=1)
        numbers = (
            Number("test", "test error", float(means[row]), "ε"),
            Number("spread", "spread of the test error between draws", float(test[row].std()), "ε"),
            Number("train", "error at the points", float(training[row].mean()), "ε"),
            Number("gain", "test error with 10 and with 160 points, ratio", means[0] / means[-1]),
        )
        r = lj.test_grid()
        return LearningCurveResult(numbers, tuple(table[row]), r, training, test, noise)

    def code(self, state: State) -> Code:
        move = _MOVE.format(**self.complete(state))
        return Code(numpy_program(move), torch_program(move))


_MOVE = """grid = np.linspace(1.0, 3.0, 201)
training, test = [], []
for draw in range({draw}, {draw} + {draws}):
    r, v = points({points}, draw, noise={noise})
    model = train(gaussians(r), v, epochs=800, rate=0.005, seed={seed})
    training.append(rmse(predict(model, gaussians(r)) - v))
    test.append(rmse(predict(model, gaussians(grid)) - potential(grid)))
print(np.mean(test), "test error")
print(np.std(test), "spread of the test error between draws")
print(np.mean(training), "error at the points")
"""
