"""Lab 0: a network that cannot memorise ten points has a bug in its data or its training."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from nmr_core.labs import lennard_jones as lj
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
from nmr_core.labs.network import Options, Training, train
from nmr_core.labs.programs import numpy_program, torch_program

EPOCHS, RATE = 3000, 1e-3
BUGS = ("none", "A", "B", "C", "D")
ENOUGH = 0.01
"""Error below which the points are memorised, in epsilon: every draw reaches it without a bug."""


@dataclass(frozen=True)
class MemoriseResult(Result):
    """Fit of one move.

    Attributes
    ----------
    r, v : array, (n_points,)
        Training points (sigma, epsilon).
    grid, fit : array, (n_grid,)
        Distances (sigma) and energies of the network (epsilon).
    losses, correct : array, (epochs,)
        Root mean square error of the training points per epoch, with the bug and without one.
    """

    r: np.ndarray
    v: np.ndarray
    grid: np.ndarray
    fit: np.ndarray
    losses: np.ndarray
    correct: np.ndarray


def descriptors(r: np.ndarray, bug: str) -> np.ndarray:
    """Gaussians of r; with bug A of r in ångström (argon), with D of rounded distances."""
    if bug == "A":
        r = 3.4 * r
    if bug == "D":
        r = np.round(r)
    return lj.gaussians(r)


@lru_cache(maxsize=64)
def fit(n: int, draw: int, seed: int, bug: str) -> tuple[lj.Points, Training]:
    """Training points and the network, trained with a bug."""
    points = lj.points(n, draw)
    inputs = descriptors(points.r, bug)
    targets = points.v[::-1] if bug == "B" else points.v
    rate = 1.0 if bug == "C" else RATE
    return points, train(inputs, targets, Options(seed=seed, epochs=EPOCHS, rate=rate))


class Memorise(Lab):
    """Memorise a few points first."""

    number = 0
    slug = "memorise"
    title = "Memorise first"
    lead = (
        "6,601 weights memorise ten points to 0.01 ε in 3,000 epochs. In the first picture they do "
        "not: there is a bug. Compare the bugs A to D, and find each in the code below."
    )
    guess = Guess(
        "The training has bug D. How large is its error at the ten points after 3,000 epochs?",
        0.0001,
        10.0,
        "ε",
        "train",
        log=True,
    )
    controls = (
        Control("points", "points", (1, 2, 3, 5, 8, 10), 10, "Training points."),
        Control("bug", "bug", BUGS, "D", "What is wrong with the training."),
        Control("draw", "draw", tuple(range(60)), 40, "Other random points."),
        Control("seed", "seed", tuple(range(20)), 0, "Initial weights of the network."),
    )
    explanation = (
        "Before a long training, memorise a few points: an error that stays above 0.01 ε is a bug "
        "in the data, the descriptor or the step, not a lack of weights. Bug B shows the limit of "
        "this test: a network memorises wrong targets too."
    )
    parts = Parts(
        data="At most ten points (r, V) of V = 4 (r⁻¹² − r⁻⁶).",
        model="Ten Gaussians of r → 75 → 75 → 1 neurons with GELU.",
        cost="Mean square error at the points.",
        optimiser="Adam, all points per step, rate 0.001, 3,000 epochs.",
    )
    on_echoes = (
        "Tick “Sanity checks too” on Train: a job after the training memorises a few curves. The "
        "command is spin-echo-lab study sanity."
    )
    page = "train"
    references = (
        Reference({"bug": "none"}, "epochs", 94, MEASURED),
        Reference({}, "train", 0.0438, MEASURED),
    )

    def run(self, state: State) -> MemoriseResult:
        s = self.complete(state)
        n, draw, seed, bug = int(s["points"]), int(s["draw"]), int(s["seed"]), str(s["bug"])
        points, training = fit(n, draw, seed, bug)
        _, correct = fit(n, draw, seed, "none")
        r = lj.grid()
        values = training.predict(descriptors(r, bug))[:, 0]
        between, _ = lj.errors_of(values, r, points)
        alone = "There is nothing between one point." if n == 1 else ""
        losses, correct_losses = np.sqrt(training.losses), np.sqrt(correct.losses)
        numbers = (
            Number("train", "error at the points", float(losses[-1]), "ε", training.note),
            _first_epoch(losses),
            Number("inside", "error between the points", between, "ε", training.note or alone),
        )
        return MemoriseResult(numbers, points.r, points.v, r, values, losses, correct_losses)

    def code(self, state: State) -> Code:
        s = self.complete(state)
        bug = str(s["bug"])
        lines = _LINES | _WRONG.get(bug, {})
        move = _MOVE.format(points=s["points"], draw=s["draw"], seed=s["seed"], **lines)
        return Code(numpy_program(move), torch_program(move))


def _first_epoch(losses: np.ndarray) -> Number:
    """First epoch after which the points are memorised."""
    low = np.flatnonzero(losses < ENOUGH)
    label = "epochs until the points are memorised"
    if len(low):
        return Number("epochs", label, float(low[0]))
    note = f"Not below {ENOUGH} ε in {len(losses):,} epochs."
    return Number("epochs", label, float("nan"), "", note)


_LINES = {"inputs": "gaussians(r)", "targets": "v", "rate": "0.001"}
_WRONG = {
    "A": {"inputs": "gaussians(3.4 * r)"},
    "B": {"targets": "v[::-1]"},
    "C": {"rate": "1.0"},
    "D": {"inputs": "gaussians(np.round(r))"},
}
_MOVE = """r, v = points({points}, draw={draw})
x, y = {inputs}, {targets}
model = train(x, y, epochs=3000, rate={rate}, seed={seed})

print(rmse(predict(model, x) - y), "error at the points")
"""
