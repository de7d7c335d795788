"""The periodic lattice: distances between spins, and K(d) as an array."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import product

import numpy as np

from nmr_core.errors import InputError
from nmr_core.kernels import KERNELS


@dataclass(frozen=True)
class Lattice:
    """A two-dimensional Bravais lattice.

    Parameters
    ----------
    name : str
        ASCII identifier, the key in ``LATTICES``.
    label : str
        Text for menus.
    vectors : tuple of (x, y)
        a_1 and a_2, in nearest-neighbour distances.
    help : str
        One or two sentences.
    """

    name: str
    label: str
    vectors: tuple[tuple[float, float], tuple[float, float]]
    help: str


LATTICES: dict[str, Lattice] = {
    lattice.name: lattice
    for lattice in (
        Lattice(
            "square",
            "Square",
            ((1.0, 0.0), (0.0, 1.0)),
            "a₁ = (1, 0), a₂ = (0, 1); four nearest neighbours. With one row (ny = 1) it is a "
            "chain.",
        ),
        Lattice(
            "hexagonal",
            "Hexagonal",
            ((1.0, 0.0), (0.5, 0.75**0.5)),
            "a₁ = (1, 0), a₂ = (1/2, √3/2); six nearest neighbours, one spin per cell.",
        ),
    )
}

SIGNS = {
    "uniform": "the same for all pairs",
    "alternating": "(-1)^(i+j): antiferromagnetic, a checkerboard",
}


@dataclass(frozen=True)
class Grid:
    """A periodic lattice of finite size.

    Parameters
    ----------
    lattice : str
        A name in ``LATTICES``.
    n_x, n_y : int
        Sites along a_1 and a_2.
    """

    lattice: str
    n_x: int
    n_y: int


@dataclass(frozen=True)
class Weights:
    """Dependence of K on direction and parity.

    K is multiplied by s_w + p_w cos(theta) + d_w cos(2 theta), and by (-1)^(i+j) if ``sign`` is
    "alternating" (antiferromagnetic).

    Parameters
    ----------
    s_w, p_w, d_w : float
        Weights of the s-, p- and d-wave part; theta is the angle to a_1.
    sign : str
        A name in ``SIGNS``.
    """

    s_w: float = 1.0
    p_w: float = 0.0
    d_w: float = 0.0
    sign: str = "uniform"


@dataclass(frozen=True)
class Coupling:
    """Everything that determines K(d) on a grid.

    Parameters
    ----------
    kernel : str
        A name in ``KERNELS``.
    parameters : tuple of (name, value)
        Parameters of the kernel.
    normalisation : str
        "sum" to divide K by its own sum, else "none".
    weights : Weights
    """

    kernel: str
    parameters: tuple[tuple[str, float], ...]
    normalisation: str = "none"
    weights: Weights = Weights()

    @property
    def described(self) -> str:
        """Text for messages, such as "gaussian kernel with xi = 3 sites and p = 2"."""
        units = {spec.name: spec.unit for spec in KERNELS[self.kernel].parameters}
        values = [f"{name} = {value:g} {units[name]}".rstrip() for name, value in self.parameters]
        return f"{self.kernel} kernel with {' and '.join(values) or 'no parameters'}"


@dataclass(frozen=True)
class Geometry:
    """Shortest periodic displacement of every lattice offset (i, j).

    Attributes
    ----------
    r : float64 array, (n_x, n_y)
        Its length, in sites; 1 at (0, 0), where K is set to 0.
    cos_theta, cos_2theta : float64 array, (n_x, n_y)
        theta is its angle to a_1. Of equally short displacements the mean, so that a kernel stays
        exactly even or odd.
    parity : float64 array, (n_x, n_y)
        (-1)^(i+j).
    """

    r: np.ndarray
    cos_theta: np.ndarray
    cos_2theta: np.ndarray
    parity: np.ndarray


def _reduced(a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The shortest two vectors of the same torus, by Lagrange's reduction."""
    while True:
        if a @ a > b @ b:
            a, b = b, a
        turns = round(a @ b / (a @ a))
        if turns == 0:
            return a, b
        b = b - turns * a


def _candidates(grid: Grid) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """(r, cos_theta) of periodic displacements, the shortest of every lattice offset among them."""
    a_1, a_2 = map(np.array, LATTICES[grid.lattice].vectors)
    # Displacement of every offset, each index in its symmetric range
    i = np.fft.fftfreq(grid.n_x, 1 / grid.n_x)[:, None]
    j = np.fft.fftfreq(grid.n_y, 1 / grid.n_y)[None, :]
    x = i * a_1[0] + j * a_2[0]
    y = i * a_1[1] + j * a_2[1]
    # Periods of the lattice; a direction of one site has no way round
    around = [n * a for n, a in ((grid.n_x, a_1), (grid.n_y, a_2)) if n > 1]
    if len(around) == 2:
        # Fold into the reduced cell: the shortest displacement is then there, or one period away
        around = list(_reduced(*around))
        u, v = (
            np.round((x * w[1] - y * w[0]) / (o[0] * w[1] - o[1] * w[0]))
            for o, w in (around, around[::-1])
        )
        x = x - u * around[0][0] - v * around[1][0]
        y = y - u * around[0][1] - v * around[1][1]
    for turns in product((-1, 0, 1), repeat=len(around)):
        shift = sum((t * o for t, o in zip(turns, around, strict=True)), np.zeros(2))
        r = np.hypot(x + shift[0], y + shift[1])
        r[0, 0] = 1.0
        yield r, (x + shift[0]) / r


@lru_cache(maxsize=8)
def geometry(grid: Grid) -> Geometry:
    """Shortest periodic displacements on a grid; the arrays are read-only."""
    shape = (grid.n_x, grid.n_y)
    best = np.full(shape, np.inf)
    cosines = np.zeros((2, *shape))
    count = np.zeros(shape)
    for r, cosine in _candidates(grid):
        closer = r < best * (1 - 1e-9)
        tied = np.abs(r - best) <= best * 1e-9
        best = np.where(closer, r, best)
        # Restart the means at a shorter displacement, add to them at an equally short one
        powers = (cosine, 2 * cosine**2 - 1)
        cosines = np.where(closer, 0, cosines) + np.where(closer | tied, powers, 0)
        count = np.where(closer, 0, count) + (closer | tied)
    i = np.fft.fftfreq(grid.n_x, 1 / grid.n_x)[:, None]
    j = np.fft.fftfreq(grid.n_y, 1 / grid.n_y)[None, :]
    arrays = Geometry(best, *(cosines / count), 1 - 2 * ((i + j) % 2))
    for array in vars(arrays).values():
        array.setflags(write=False)
    return arrays


def _kernel_values(coupling: Coupling, grid: Grid) -> np.ndarray:
    """K without weights and normalisation, float64 (n_x, n_y)."""
    kernel, values = KERNELS[coupling.kernel], dict(coupling.parameters)
    shortest = geometry(grid).r
    if not kernel.angular:
        return kernel(shortest, **values)
    total, count = np.zeros(shortest.shape), np.zeros(shortest.shape)
    # Mean of K over equally short displacements
    for r, cos_theta in _candidates(grid):
        is_shortest = np.abs(r - shortest) <= shortest * 1e-9
        total += np.where(is_shortest, kernel(shortest, cos_theta, **values), 0.0)
        count += is_shortest
    return total / count


def angular_weights(weights: Weights, grid: Grid) -> np.ndarray | float:
    """Factor of K that depends on direction and parity.

    Returns
    -------
    float64 array, (n_x, n_y), or float
        A number if it is the same for all offsets.
    """
    g = geometry(grid)
    angular: np.ndarray | float = weights.s_w
    if weights.p_w or weights.d_w:
        angular = weights.s_w + weights.p_w * g.cos_theta + weights.d_w * g.cos_2theta
    return angular * g.parity if weights.sign == "alternating" else angular


@lru_cache(maxsize=4)
def interaction(coupling: Coupling, grid: Grid) -> np.ndarray:
    """K(d) for every lattice offset.

    Returns
    -------
    float64 array, (n_x, n_y)
        Read-only; K(0) = 0, and with the normalisation "sum" divided by its sum W.

    Raises
    ------
    InputError
        If K has no finite values, or adds up to zero and is to be divided by its sum.
    """
    with np.errstate(all="ignore"):
        K = _kernel_values(coupling, grid) * angular_weights(coupling.weights, grid)
        K[0, 0] = 0.0
        if coupling.normalisation == "sum":
            total = K.sum()
            if abs(total) <= 1e-12 * np.abs(K).sum() and K.any():
                raise InputError(
                    f"The {coupling.kernel} kernel with these angular weights and signs adds up to "
                    'zero, so it cannot be divided by its sum. Use normalisation "none", or a '
                    "weight s_w."
                )
            K = K / total
    if not np.isfinite(K).all():
        raise InputError(
            f"The {coupling.described} has no finite values on a {grid.n_x} × {grid.n_y} lattice. "
            "Choose a longer range."
        )
    K.setflags(write=False)
    return K


@lru_cache(maxsize=16)
def shells(weights: Weights, grid: Grid) -> tuple[np.ndarray, np.ndarray]:
    """Shells of equal distance, for the sum W = sum_shell weight K(r).

    Returns
    -------
    r : float64 array, (n_shells,)
        Distances on the grid, in sites, ascending.
    weight : float64 array, (n_shells,)
        Sum of the angular weights of the spins at that distance; exactly 0 where they cancel up to
        round-off, as for a p-wave.
    """
    r = geometry(grid).r.ravel()[1:]
    weight = np.broadcast_to(angular_weights(weights, grid), (grid.n_x, grid.n_y)).ravel()[1:]
    squares, shell = np.unique(np.round(r * r, 6), return_inverse=True)
    total = np.bincount(shell, weight)
    size = np.bincount(shell) * (abs(weights.s_w) + abs(weights.p_w) + abs(weights.d_w))
    return np.sqrt(squares), np.where(np.abs(total) > 1e-12 * size, total, 0.0)


def strengths(coupling: Coupling, grid: Grid, name: str, values: np.ndarray) -> np.ndarray:
    """Kernel integrals W = sum_d K(d) without normalisation, for several values of a parameter.

    Parameters
    ----------
    coupling : Coupling
        Kernel and normalisation.
    grid : Grid
        Positions of the spins.
    name : str
        One of the kernel's parameters; the others are as in ``coupling``.
    values : float array, (n_values,)
        Values of the parameter.

    Returns
    -------
    float64 array, (n_values,)
    """
    kernel = KERNELS[coupling.kernel]
    if kernel.angular:
        others = dict(coupling.parameters)
        each = (
            replace(coupling, parameters=tuple((others | {name: float(value)}).items()))
            for value in values
        )
        weights = angular_weights(coupling.weights, grid)
        K = [(_kernel_values(one, grid) * weights).ravel()[1:].sum() for one in each]
        return np.array(K)
    r, weight = shells(coupling.weights, grid)
    return kernel(r[None, :], **dict(coupling.parameters) | {name: values[:, None]}) @ weight
