"""Lab 6: the band of an ensemble, and how much of the truth it covers."""

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
from nmr_core.labs.network import DIVERGED, Options, train
from nmr_core.labs.programs import numpy_program, torch_program

STARTS, BOOTSTRAPS, DRAWS = "other starts", "bootstraps", "other points"
Z_90 = 1.645
"""Half width of a 90 % band in standard deviations."""
EVEN_DRAWS = range(0, 60, 2)
COVERAGES = {STARTS: (1, 18, 57), BOOTSTRAPS: (61, 92, 100)}
"""Kind -> smallest, median and largest part of the curve in the band over EVEN_DRAWS, in %; eight
members, 20 points, noise 0.1.
"""
ECHO_COVERAGES = {STARTS: (51, 86), BOOTSTRAPS: (73, 87)}
"""Kind -> of the four parameters of the test echoes, the one that is least and the one that is most
often in a 90 % band of eight networks of lab 7, trained on 400 echoes for 300 epochs, in %.
"""
CALIBRATED = (89, 91)
"""The same of the calibrated intervals of the runs that ship, see benchmarks/coverage.py."""


@dataclass(frozen=True, eq=False)
class Band(Result):
    """Members of an ensemble and their band.

    Attributes
    ----------
    r, v : array, (n_points,)
        Points (sigma, epsilon) of all members, of the first one where each has its own.
    grid, truth : array, (n_grid,)
        Distances and the potential.
    members : array, (n_members, n_grid)
        Fits.
    mean, half : array, (n_grid,)
        Mean of the members and half width of the 90 % band, in epsilon.
    inside : bool array, (n_grid,)
        Where the distance lies between the training points.
    """

    r: np.ndarray
    v: np.ndarray
    grid: np.ndarray
    truth: np.ndarray
    members: np.ndarray
    mean: np.ndarray
    half: np.ndarray
    inside: np.ndarray


@dataclass(frozen=True)
class Setup:
    """Members of an ensemble, see the controls of :class:`Ensembles`."""

    kind: str
    points: int
    noise: float
    draw: int
    seed: int

    def data(self, member: int) -> lj.Points:
        """Training points of a member."""
        shift = 1000 * member if self.kind == DRAWS else 0
        points = lj.points(self.points, self.draw + shift, self.noise)
        if self.kind != BOOTSTRAPS:
            return points
        rng = np.random.default_rng([self.draw, self.seed, member])
        rows = rng.integers(self.points, size=self.points)
        return lj.Points(points.r[rows], points.v[rows])


def covered_part(kind: str) -> str:
    """How much of the curve the bands of a kind cover, as text."""
    low, median, high = COVERAGES[kind]
    return f"{low} to {high} % (median {median} %)"


def echo_coverage() -> str:
    """Coverage on echoes of eight starts and of calibrated intervals, as text."""
    return (
        f"90 % bands of eight starts cover {_ends(ECHO_COVERAGES[STARTS])} of the true parameters, "
        f"calibrated intervals {_ends(CALIBRATED)}"
    )


def _ends(values: tuple[int, int]) -> str:
    return f"{values[0]} to {values[1]} %"


@lru_cache(maxsize=256)
def _member(setup: Setup, member: int) -> np.ndarray:
    """Fit of one member on the grid."""
    points = setup.data(member)
    training = train(lj.gaussians(points.r), points.v, Options(seed=setup.seed + member))
    return training.predict(lj.gaussians(lj.grid()))[:, 0].astype(float)


class Ensembles(Lab):
    """Several networks, and how much they differ."""

    number = 6
    slug = "ensembles"
    title = "Agreement is not truth"
    lead = (
        "In the first picture eight networks with other initial weights learn the same 20 noisy "
        "points. They agree almost perfectly, and all are wrong in the same way."
    )
    guess = Guess(
        "The band holds 90 % of the eight networks. How much of the true curve does it hold?",
        low=0,
        high=100,
        unit="%",
        number="coverage",
    )
    controls = (
        Control(
            "kind",
            "members differ by",
            (STARTS, BOOTSTRAPS, DRAWS),
            STARTS,
            "Initial weights; points drawn again with replacement; or new points for each.",
        ),
        Control("members", "members", (2, 4, 8, 16), 8, "Networks of the ensemble."),
        Control("points", "points", (10, 20, 40), 20, "Training points of each member."),
        Control("noise", "noise (ε)", (0.0, 0.05, 0.1, 0.2), 0.1, "Noise of the energies."),
        Control("draw", "draw", tuple(range(60)), 40, "Other random points."),
        Control("seed", "seed", tuple(range(20)), 0, "Initial weights; member k has seed + k."),
    )
    explanation = (
        "The members share their points, and so the errors that come from these points; only what "
        f"differs between members shows in their band. In 30 draws, other starts cover "
        f"{covered_part(STARTS)}, bootstraps {covered_part(BOOTSTRAPS)}, and members with points "
        "of their own all of it: a simulation can make these, a measurement cannot."
    )
    parts = Parts(
        data="Points (r, V) of V = 4 (r⁻¹² − r⁻⁶) with noise, one set or one per member.",
        model="Ten Gaussians of r → 75 → 75 → 1 neurons with GELU, several of them.",
        cost="Mean square error at the points of the member.",
        optimiser="Adam, all points per step, rate 0.001, 1,000 epochs.",
    )
    on_echoes = (
        f"With 400 echoes, 90 % bands of eight starts cover {_ends(ECHO_COVERAGES[STARTS])} of the "
        f"true parameters, of eight bootstraps {_ends(ECHO_COVERAGES[BOOTSTRAPS])}. The intervals "
        "of this app are calibrated on echoes that the model has not seen, and cover "
        f"{_ends(CALIBRATED)}."
    )
    page = "calibration"
    references = (
        Reference({"points": 10, "noise": 0.0, "seed": 0}, "error", 0.068, PROTOTYPE),
        Reference({"points": 10, "noise": 0.0, "seed": 0}, "spread", 0.003, PROTOTYPE),
        Reference({"points": 10, "noise": 0.0, "seed": 0}, "times", 1.08, MEASURED),
        Reference({"seed": 0}, "times", 34.5, MEASURED),
        Reference({"seed": 0}, "coverage", 2.5, MEASURED),
        Reference({"kind": BOOTSTRAPS, "seed": 0}, "coverage", 67, MEASURED),
        Reference({"kind": DRAWS, "seed": 0}, "coverage", 100, MEASURED),
    )

    def run(self, state: State) -> Band:
        """Train the members and compare their band with the potential."""
        s = self.complete(state)
        setup = Setup(
            kind=str(s["kind"]),
            points=int(s["points"]),
            noise=float(s["noise"]),
            draw=int(s["draw"]),
            seed=int(s["seed"]),
        )
        members = np.stack([_member(setup, k) for k in range(int(s["members"]))])
        points, r = lj.points(setup.points, setup.draw, setup.noise), lj.grid()
        truth = lj.potential(r)
        inside = (r >= points.r.min()) & (r <= points.r.max())
        mean, deviation = members.mean(axis=0), members.std(axis=0, ddof=1)
        half = Z_90 * deviation
        errors = np.abs(mean - truth)[inside]
        spread = float(np.median(deviation[inside]))
        covered = 100 * float(np.mean(errors <= half[inside]))
        note = "" if np.isfinite(members).all() else DIVERGED
        numbers = (
            Number("coverage", "of the curve in the 90 % band", covered, "%", note),
            Number(
                "times", "median error / median spread", float(np.median(errors)) / spread, "", note
            ),
            Number("error", "error between the points", lj.rmse(errors), "ε", note),
            Number("spread", "median spread of the members", spread, "ε", note),
        )
        return Band(numbers, points.r, points.v, r, truth, members, mean, half, inside)

    def code(self, state: State) -> Code:
        """All members in a loop."""
        move = _MOVE.format(**self.complete(state))
        return Code(numpy_program(move), torch_program(move))


_MOVE = """kind, n_points, noise, draw, seed = "{kind}", {points}, {noise}, {draw}, {seed}


def data(member):
    shift = 1000 * member if kind == "other points" else 0
    r, v = points(n_points, draw + shift, noise)
    if kind != "bootstraps":
        return r, v
    rows = np.random.default_rng([draw, seed, member]).integers(n_points, size=n_points)
    return r[rows], v[rows]


grid = np.linspace(0.9, 3.0, 421)
fits = []
for member in range({members}):
    r, v = data(member)
    fits.append(predict(train(gaussians(r), v, seed=seed + member), gaussians(grid)))
r, v = points(n_points, draw, noise)
inside = (grid >= r.min()) & (grid <= r.max())
errors = np.abs(np.mean(fits, axis=0) - potential(grid))[inside]
deviation = np.std(fits, axis=0, ddof=1)[inside]
print(100 * np.mean(errors <= 1.645 * deviation), "% of the curve in the 90 % band")
print(rmse(errors), "error between the points")
print(np.median(deviation), "median spread of the members")
"""
