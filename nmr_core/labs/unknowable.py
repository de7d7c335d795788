"""Lab 7: a network that memorises a parameter which cannot be estimated from an echo."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from nmr_core.labs.echoes import TARGETS, components, echoes
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
from nmr_core.labs.programs import programs_with_data

N_HIDDEN, RATE = 64, 0.01
EPOCHS = (5, 10, 20, 50, 100, 200, 300)
"""Epochs at which a training can be stopped."""
SHOTS = tuple(sorted({*np.geomspace(1, 300, 45).round().astype(int).tolist(), *EPOCHS}))
"""Epochs at which the errors are drawn."""


@dataclass(frozen=True, eq=False)
class Memory(Result):
    """Estimates of one move, in units of the range of each parameter.

    Attributes
    ----------
    target : str
        Name of the parameter that is drawn.
    epoch : int
        Epoch of the estimates.
    true_train, fit_train : array, (n_curves,)
        True values and estimates of the training curves.
    true_test, fit_test : array, (100,)
        The same of the test curves.
    epochs : array, (n_epochs,)
        Epochs of the errors.
    train, test : array, (n_epochs, 4)
        Root mean square error of each parameter per epoch, in % of its range.
    baseline : array, (4,)
        Test error of the mean of the training curves, in % of the range.
    """

    target: str
    epoch: int
    true_train: np.ndarray
    fit_train: np.ndarray
    true_test: np.ndarray
    fit_test: np.ndarray
    epochs: np.ndarray
    train: np.ndarray
    test: np.ndarray
    baseline: np.ndarray


@lru_cache(maxsize=32)
def _fits(curves: int, decay: float, seed: int) -> np.ndarray:
    """Estimates at each of SHOTS: training curves, then test curves, (n_shots, curves + 100, 4)."""
    data = echoes()
    rows = data.training(curves, seed)
    mean, deviation = data.targets[rows].mean(axis=0), data.targets[rows].std(axis=0)
    standard = (data.targets[rows] - mean) / deviation
    options = Options(n_hidden=N_HIDDEN, epochs=SHOTS[-1], rate=RATE, decay=decay, seed=seed)
    training = train(components()[rows], standard, options, snapshots=SHOTS)
    inputs = np.concatenate([components()[rows], components()[data.test]])
    fits = [training.predict(inputs, shot) for shot in range(len(SHOTS))]
    return np.stack(fits) * deviation + mean


class Unknowable(Lab):
    """Train on echoes, for a parameter that is not in them."""

    number = 7
    slug = "unknowable"
    title = "Memorise the unknowable"
    lead = (
        "In the first picture a network with 5,764 weights learns four parameters of ten echoes to "
        "0.3 % of their range, the range of the interaction ξ included. On other echoes its ξ is "
        "worse than the mean of all."
    )
    guess = Guess(
        "The mean as the answer has an error of 31 %. How large is the network's error of ξ on "
        "other echoes?",
        low=0,
        high=60,
        unit="%",
        number="test",
    )
    controls = (
        Control("curves", "curves", (10, 20, 50, 100, 200, 400), 10, "Echoes to learn from."),
        Control("target", "parameter", tuple(TARGETS), "xi", "What is drawn; all are learned."),
        Control("epoch", "stop at epoch", EPOCHS, EPOCHS[-1], "Early stopping."),
        Control("decay", "weight decay", (0, 0.3, 1, 3, 10, 30), 0, "Shrinks the weights."),
        Control("seed", "seed", tuple(range(10)), 0, "Other echoes and other initial weights."),
    )
    explanation = (
        "These echoes do not depend on ξ, so that the network stores which curve has which ξ "
        "instead of a rule. With more curves α improves, ξ does not: early stopping and weight "
        "decay only return it to the error of the mean."
    )
    parts = Parts(
        data="The shipped data set: up to 400 noise-free echoes, 100 for the test; 20 principal "
        "components of each.",
        model="20 → 64 → 64 → 4 neurons with GELU.",
        cost="Mean square error of the four parameters, each with standard deviation 1.",
        optimiser="Adam, all curves per step, rate 0.01, 300 epochs.",
    )
    on_echoes = (
        "These are echoes. Identify computes which parameters can be estimated before anything "
        "is trained, and every score of this app stands beside the baseline."
    )
    page = "identify"
    references = (
        Reference({"seed": 0}, "test", 43, PROTOTYPE),
        Reference({"seed": 0}, "test", 44.3, MEASURED),
        Reference({"seed": 0}, "baseline", 30.7, MEASURED),
        Reference({"target": "alpha", "seed": 0}, "test", 6.1, MEASURED),
        Reference({"curves": 400, "seed": 0}, "test", 47.2, MEASURED),
        Reference({"curves": 400, "target": "alpha", "seed": 0}, "test", 2.4, PROTOTYPE),
        Reference({"curves": 400, "seed": 0}, "all", 34.3, PROTOTYPE),
        Reference({"curves": 400, "epoch": 50, "seed": 0}, "all", 23.5, PROTOTYPE),
        Reference({"curves": 400, "decay": 10, "seed": 0}, "all", 21.4, MEASURED),
    )

    def run(self, state: State) -> Memory:
        """Estimates of training and test curves at the chosen epoch."""
        s = self.complete(state)
        curves, seed, epoch = int(s["curves"]), int(s["seed"]), int(s["epoch"])
        column = list(TARGETS).index(str(s["target"]))
        data = echoes()
        true_train = data.targets[data.training(curves, seed)]
        true_test = data.targets[data.test]
        fits = _fits(curves, float(s["decay"]), seed)
        train_errors = _percent(fits[:, :curves] - true_train)
        test_errors = _percent(fits[:, curves:] - true_test)
        baseline = _percent(true_train.mean(axis=0) - true_test)
        shot = SHOTS.index(epoch)
        test = test_errors[shot].tolist()
        symbol = TARGETS[str(s["target"])]
        numbers = (
            Number("test", f"error of {symbol}, other echoes", test[column], "%"),
            Number(
                "train", f"error of {symbol}, these echoes", float(train_errors[shot, column]), "%"
            ),
            Number("baseline", f"error of the mean of {symbol}", float(baseline[column]), "%"),
            Number("all", "all four, other echoes", _root_mean(test), "%"),
        )
        return Memory(
            numbers,
            str(s["target"]),
            epoch,
            true_train[:, column],
            fits[shot][:curves, column],
            true_test[:, column],
            fits[shot][curves:, column],
            np.array(SHOTS),
            train_errors,
            test_errors,
            baseline,
        )

    def code(self, state: State) -> Code:
        """The training and the errors of the parameter."""
        return programs_with_data(_MOVE.format(**self.complete(state)))

    def data(self) -> dict[str, np.ndarray]:
        """Components and parameters of all echoes."""
        return {
            "components": components().astype(np.float32),
            "targets": echoes().targets.astype(np.float32),
        }


def _percent(errors: np.ndarray) -> np.ndarray:
    """Root mean square over the curves in %, (..., n_curves, 4) -> (..., 4)."""
    return 100 * np.sqrt(np.mean(errors**2, axis=-2))


def _root_mean(errors: list[float]) -> float:
    return float(np.sqrt(np.mean(np.square(errors))))


_MOVE = """# Of the notebook: components of 500 echoes, and parameters as fractions of their range
x, y = DATA["components"].astype(float), DATA["targets"].astype(float)
seed, target = {seed}, ["alpha", "xi", "p", "d"].index("{target}")
pool = np.arange(400)
rows = (np.random.default_rng(seed).permutation(pool) if seed else pool)[:{curves}]
mean, deviation = y[rows].mean(axis=0), y[rows].std(axis=0)
model = train(
    x[rows], (y[rows] - mean) / deviation, hidden=64, epochs={epoch}, rate=0.01, decay={decay},
    seed=seed,
)


def error(rows):
    errors = predict(model, x[rows]) * deviation + mean - y[rows]
    return 100 * np.sqrt(np.mean(errors[:, target] ** 2))


print(error(slice(400, None)), "% error of {target}, other echoes")
print(error(rows), "% error of {target}, these echoes")
"""
