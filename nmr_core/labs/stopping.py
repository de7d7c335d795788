"""Lab 3: validation points show when to stop a training."""

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

EPOCHS = (0, *sorted({round(10 ** (i / 16)) for i in range(56)}), 3200)
"""Epochs whose weights are stored, about sixteen per power of ten."""
FRACTIONS = (0.2, 0.3, 0.4, 0.5, 0.6)


@dataclass(frozen=True)
class Setup:
    """Points, their split and the initial weights."""

    points: int
    share: float
    noise: float
    draw: int
    seed: int

    @property
    def n_training(self) -> int:
        """Points that are not used for the validation."""
        return self.points - round(self.share * self.points)


@dataclass(frozen=True)
class Curves:
    """Errors of one draw after each of :data:`EPOCHS`, in epsilon.

    Attributes
    ----------
    training, validation, test : array, (n_epochs,)
        At the training points, at the validation points, and against the potential.
    """

    training: np.ndarray
    validation: np.ndarray
    test: np.ndarray

    @property
    def best(self) -> int:
        """Position of the epoch with the smallest validation error; 0 if all are NaN."""
        finite = np.where(np.isfinite(self.validation), self.validation, np.inf)
        return int(np.argmin(finite))


@dataclass(frozen=True)
class StoppingResult(Result):
    """Errors per epoch, and the fit after one of them.

    Attributes
    ----------
    curves : Curves
        Of the first draw.
    epoch : int
        Epoch of the fit.
    r, v : array, (n_points,)
        Training points first, then validation points (sigma, epsilon).
    n_training : int
        How many are training points.
    grid, fit : array, (n_grid,)
        Distances (sigma) and energies of the network (epsilon).
    """

    curves: Curves
    epoch: int
    r: np.ndarray
    v: np.ndarray
    n_training: int
    grid: np.ndarray
    fit: np.ndarray


@dataclass(frozen=True)
class Draw:
    """One training, without its weights, which would fill the cache.

    Attributes
    ----------
    points : Points
        Training points first, then validation points.
    curves : Curves
        Errors per epoch.
    fits : array, (n_epochs, n_grid)
        Energies of the network after each of :data:`EPOCHS`, in epsilon.
    note : str
        A sentence if the training diverged, else "".
    """

    points: lj.Points
    curves: Curves
    fits: np.ndarray
    note: str


@lru_cache(maxsize=64)
def fit(setup: Setup) -> Draw:
    """Train on one draw."""
    points = lj.points(setup.points, setup.draw, setup.noise)
    inputs, n = lj.gaussians(points.r), setup.n_training
    training = train(inputs[:n], points.v[:n], Options(epochs=EPOCHS[-1], seed=setup.seed), EPOCHS)
    # The training, validation and test points, and the distances of the figure
    test = lj.test_grid()
    bounds = np.cumsum([n, setup.points - n, len(test)])
    rows = np.concatenate([inputs, lj.gaussians(test), lj.gaussians(lj.grid())])
    targets = np.split(np.concatenate([points.v, lj.potential(test)]), bounds[:2])
    errors, fits = [], []
    for i in range(len(EPOCHS)):
        *values, drawn = np.split(training.predict(rows, i)[:, 0], bounds)
        errors.append([lj.rmse(v - t) for v, t in zip(values, targets, strict=True)])
        fits.append(drawn)
    return Draw(points, Curves(*np.array(errors).T), np.array(fits), training.note)


class Stopping(Lab):
    """Early stopping by validation points."""

    number = 3
    slug = "stopping"
    title = "Stop in time"
    lead = (
        "With noise the training error falls for ever, while the error against the true potential "
        "rises again. Points kept out of the training show where to stop."
    )
    guess = Guess(
        "How many times smaller is the error if the training is stopped where the validation error "
        "is smallest, instead of after 3,200 epochs?",
        0.5,
        50.0,
        "",
        "gain",
        log=True,
    )
    controls = (
        Control("epoch", "epoch", EPOCHS, EPOCHS[-1], "Epoch of the fit; nothing is trained anew."),
        Control("points", "points", (10, 15, 20, 25, 30, 40), 25, "Points to be split."),
        Control("share", "validation", FRACTIONS, 0.4, "Fraction kept for the validation."),
        Control("noise", "noise (ε)", (0.0, 0.02, 0.05, 0.1, 0.2), 0.1, "Noise of the energies."),
        Control("draw", "draw", tuple(range(60)), 0, "Other random points."),
        Control("draws", "draws", (1, 3, 5), 1, "How many draws the numbers are means of."),
        Control("seed", "seed", tuple(range(20)), 0, "Initial weights of the network."),
    )
    explanation = (
        "A network learns the shape first and the noise later. The validation error turns where "
        "the noise begins: stopping there costs nothing but a few points."
    )
    parts = Parts(
        data="Points with noise, split into training and validation; the test is the potential.",
        model="Ten Gaussians of r → 75 → 75 → 1 neurons with GELU.",
        cost="Mean square error at the training points.",
        optimiser="Adam, all points per step, rate 0.001, up to 3,200 epochs.",
    )
    on_echoes = (
        "Networks on echoes stop early too: the live curve of a training shows both errors and the "
        "best epoch."
    )
    page = "train"
    references = (
        Reference({"draws": 5}, "last", 0.462, PROTOTYPE),
        Reference({"draws": 5}, "stopped", 0.1745, MEASURED),
        Reference({"draws": 5}, "gain", 2.67, MEASURED),
        Reference({}, "stopped", 0.127, MEASURED),
        Reference({}, "last", 0.478, MEASURED),
    )

    def run(self, state: State) -> StoppingResult:
        s = self.complete(state)
        first, epoch = int(s["draw"]), int(s["epoch"])
        setups = [
            Setup(int(s["points"]), float(s["share"]), float(s["noise"]), draw, int(s["seed"]))
            for draw in range(first, first + int(s["draws"]))
        ]
        draws = [fit(setup) for setup in setups]
        one, curves, position = draws[0], draws[0].curves, EPOCHS.index(epoch)
        last = float(np.mean([draw.curves.test[-1] for draw in draws]))
        stopped = float(np.mean([draw.curves.test[draw.curves.best] for draw in draws]))
        here = float(curves.test[position])
        numbers = (
            Number("gain", "gain by stopping", last / stopped, "", one.note),
            Number("stopped", "test error, stopped", stopped, "ε", one.note),
            Number("last", "test error after 3,200 epochs", last, "ε", one.note),
            Number("best", "epoch of the smallest validation error", EPOCHS[curves.best]),
            Number("test", "test error at the epoch, first draw", here, "ε", one.note),
        )
        return StoppingResult(
            numbers,
            curves,
            epoch,
            one.points.r,
            one.points.v,
            setups[0].n_training,
            lj.grid(),
            one.fits[position],
        )

    def code(self, state: State) -> Code:
        s = self.complete(state)
        move = _MOVE.format(epochs=EPOCHS, **s)
        return Code(numpy_program(move, _STOP), torch_program(move, _STOP))


_STOP = '''
def stop(draw, n, share, noise, seed, epochs):
    """Test errors at the smallest validation error and after the last epoch."""
    r, v = points(n, draw, noise)
    k = n - round(share * n)
    x, grid = gaussians(r), np.linspace(1.0, 3.0, 201)
    models = train(x[:k], v[:k], epochs=epochs[-1], seed=seed, snapshots=epochs)
    validation = [rmse(predict(model, x[k:]) - v[k:]) for model in models]
    test = [rmse(predict(model, gaussians(grid)) - potential(grid)) for model in models]
    return test[int(np.argmin(validation))], test[-1]
'''
_MOVE = """epochs = {epochs}
draws = range({draw}, {draw} + {draws})
errors = [stop(draw, {points}, {share}, {noise}, {seed}, epochs) for draw in draws]
stopped, last = np.mean(errors, axis=0)
print(last / stopped, "gain by stopping")
print(stopped, "test error, stopped")
print(last, "test error after 3,200 epochs")
"""
