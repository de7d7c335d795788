"""Lab 2: the right descriptor needs one weight, the wrong one fails with thousands."""

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
from nmr_core.labs.network import Options, Training, count_weights, train
from nmr_core.labs.programs import numpy_program, torch_program

GAUSSIANS = "Gaussians"
KINDS = (GAUSSIANS, "r", "1/r", "1/r^6", "1/r^6 and 1/r^12", "1/r^12 - 1/r^6")


@dataclass(frozen=True)
class Descriptor:
    """Functions of r that the model sees.

    Parameters
    ----------
    kind : str
        One of :data:`KINDS`.
    n : int
        Number of Gaussians.
    width : float
        Their width in units of the spacing of their centres.
    """

    kind: str
    n: int
    width: float

    def __call__(self, r: np.ndarray) -> np.ndarray:
        """Values, (n_points, n_functions)."""
        if self.kind == GAUSSIANS:
            return lj.gaussians(r, self.n, self.width)
        columns = {
            "r": (r,),
            "1/r": (r**-1,),
            "1/r^6": (r**-6,),
            "1/r^6 and 1/r^12": (r**-6, r**-12),
            "1/r^12 - 1/r^6": (r**-12 - r**-6,),
        }
        return np.stack(columns[self.kind], axis=1)

    @property
    def code(self) -> str:
        """The same in the program."""
        if self.kind == GAUSSIANS:
            return f"gaussians(r, {self.n}, {self.width})"
        columns = {
            "r": "r",
            "1/r": "r**-1",
            "1/r^6": "r**-6",
            "1/r^6 and 1/r^12": "r**-6, r**-12",
            "1/r^12 - 1/r^6": "r**-12 - r**-6",
        }
        return f"np.stack([{columns[self.kind]}], axis=1)"


@dataclass(frozen=True)
class DescriptorsResult(Result):
    """Fits of one move.

    Attributes
    ----------
    r, v : array, (n_points,)
        Training points (sigma, epsilon).
    grid, fit, line : array, (n_grid,)
        Distances (sigma), energies of the network and of the linear model (epsilon).
    functions : array, (n_grid, n_functions)
        The descriptor.
    """

    r: np.ndarray
    v: np.ndarray
    grid: np.ndarray
    fit: np.ndarray
    line: np.ndarray
    functions: np.ndarray


@lru_cache(maxsize=64)
def fit(
    n: int, draw: int, noise: float, seed: int, descriptor: Descriptor
) -> tuple[lj.Points, Training]:
    """Training points and the trained network."""
    points = lj.points(n, draw, noise)
    return points, train(descriptor(points.r), points.v, Options(seed=seed))


def linear(points: lj.Points, descriptor: Descriptor, r: np.ndarray) -> np.ndarray:
    """Energies of the linear model without intercept, by least squares of smallest norm."""
    weights = np.linalg.lstsq(descriptor(points.r), points.v, rcond=None)[0]
    return descriptor(r) @ weights


class Descriptors(Lab):
    """Gaussians, powers, and the answer itself."""

    number = 2
    slug = "descriptors"
    title = "What the network sees"
    lead = (
        "The same ten points and the same network; only the functions of r that it sees change. "
        "With Gaussians 6,601 weights fail beyond the points."
    )
    guess = Guess(
        "In the first picture the network is wrong by 0.065 ε between the points. How large is the "
        "error of a linear model of the same ten Gaussians, with 10 weights instead of 6,601?",
        0.001,
        10.0,
        "ε",
        "linear_inside",
        log=True,
    )
    controls = (
        Control("kind", "descriptor", KINDS, GAUSSIANS, "Functions of r that the model sees."),
        Control("n", "Gaussians", (2, 3, 5, 10, 20, 40), 10, "Number of Gaussians."),
        Control("width", "width (spacings)", (0.3, 0.5, 1.0, 2.0, 3.0), 1.0, "Their width."),
        Control("points", "points", (3, 5, 8, 10, 15, 20, 40), 10, "Training points."),
        Control("noise", "noise (ε)", (0.0, 0.02, 0.05, 0.1, 0.2), 0.0, "Noise of the energies."),
        Control("draw", "draw", tuple(range(60)), 40, "Other random points."),
        Control("seed", "seed", tuple(range(20)), 0, "Initial weights of the network."),
    )
    explanation = (
        "In the first picture ten weights do no worse than 6,601. A descriptor is knowledge: with "
        "r⁻¹² − r⁻⁶ one weight is enough, also beyond the points; Gaussians know only where r is, "
        "and narrow ones leave gaps."
    )
    parts = Parts(
        data="Points (r, V) of V = 4 (r⁻¹² − r⁻⁶).",
        model="Descriptor → 75 → 75 → 1 neurons with GELU; or one weight per function.",
        cost="Mean square error at the points.",
        optimiser="Adam, rate 0.001, 1,000 epochs; least squares for the linear model.",
    )
    on_echoes = (
        "Descriptors of an echo are its features: polynomials of pieces, moments, spectra. Compare "
        "them with the same model."
    )
    page = "train"
    references = (
        Reference({}, "inside", 0.0650, MEASURED),
        Reference({"width": 0.3}, "inside", 0.3055, MEASURED),
        Reference({"kind": "1/r^6"}, "inside", 0.0201, MEASURED),
        Reference({"kind": "1/r^12 - 1/r^6"}, "inside", 0.0024, MEASURED),
        Reference({"kind": "1/r^12 - 1/r^6"}, "outside", 0.589, MEASURED),
    )

    def run(self, state: State) -> DescriptorsResult:
        s = self.complete(state)
        descriptor = Descriptor(str(s["kind"]), int(s["n"]), float(s["width"]))
        points, training = fit(
            int(s["points"]), int(s["draw"]), float(s["noise"]), int(s["seed"]), descriptor
        )
        r = lj.grid()
        values = training.predict(descriptor(r))[:, 0]
        line = linear(points, descriptor, r)
        between, beyond = lj.errors_of(values, r, points)
        line_between, line_beyond = lj.errors_of(line, r, points)
        n_functions = descriptor(r).shape[1]
        numbers = (
            Number("outside", "beyond the points, network", beyond, "ε", training.note),
            Number("inside", "between the points, network", between, "ε", training.note),
            Number("linear_outside", "beyond the points, linear model", line_beyond, "ε"),
            Number("linear_inside", "between the points, linear model", line_between, "ε"),
            Number("weights", "weights of the network", count_weights(n_functions, 75)),
            Number("linear_weights", "weights of the linear model", n_functions),
        )
        return DescriptorsResult(numbers, points.r, points.v, r, values, line, descriptor(r))

    def code(self, state: State) -> Code:
        s = self.complete(state)
        descriptor = Descriptor(str(s["kind"]), int(s["n"]), float(s["width"]))
        parts = _DESCRIPTOR.format(code=descriptor.code)
        move = _MOVE.format(**s)
        return Code(numpy_program(move, parts), torch_program(move, parts))


_DESCRIPTOR = """
def descriptor(r):
    return {code}
"""
_MOVE = """r, v = points({points}, draw={draw}, noise={noise})
model = train(descriptor(r), v, seed={seed})
weights = np.linalg.lstsq(descriptor(r), v, rcond=None)[0]

grid = np.linspace(0.9, 3.0, 421)
between = (grid >= r.min()) & (grid <= r.max())
errors = predict(model, descriptor(grid)) - potential(grid)
print(rmse(errors[~between]), "beyond the points, network")
print(rmse(errors[between]), "between the points, network")
errors = descriptor(grid) @ weights - potential(grid)
print(rmse(errors[~between]), "beyond the points, linear model")
print(rmse(errors[between]), "between the points, linear model")
"""
