"""The periodic lattice: distances between spins, and the interaction K(d) laid out for a circular correlation."""

from dataclasses import dataclass
from functools import lru_cache
from itertools import product

import numpy as np

from nmr_core.errors import InputError
from nmr_core.kernels import KERNELS


@dataclass(frozen=True)
class Lattice:
    """A Bravais lattice: name, label as menus show it, its two vectors (in nearest-neighbour distances), a sentence."""

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
            "a₁ = (1, 0), a₂ = (0, 1); four nearest neighbours. With one row (ny = 1) it is a chain.",
        ),
        Lattice(
            "hexagonal",
            "Hexagonal",
            ((1.0, 0.0), (0.5, 0.75**0.5)),
            "a₁ = (1, 0), a₂ = (1/2, √3/2); six nearest neighbours, one spin a cell.",
        ),
    )
}

SIGNS = {
    "uniform": "the same for all pairs",
    "alternating": "(-1)^(i+j): antiferromagnetic, a checkerboard",
}


@dataclass(frozen=True)
class Geometry:
    """For every lattice offset (i, j), float64 (n_x, n_y): the distance r in sites of the shortest way round, the
    cosine of its angle theta to a₁ and of 2 theta (means over ways that are equally short, so that a kernel stays
    exactly even or odd), and (-1)^(i+j)."""

    r: np.ndarray
    cos_theta: np.ndarray
    cos_2theta: np.ndarray
    parity: np.ndarray


def _reduced(a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The shortest two vectors that span the same torus (Lagrange's reduction)."""
    while True:
        if a @ a > b @ b:
            a, b = b, a
        turns = round(a @ b / (a @ a))
        if turns == 0:
            return a, b
        b = b - turns * a


@lru_cache(maxsize=8)
def geometry(lattice: str, n_x: int, n_y: int) -> Geometry:
    """Shortest periodic displacements of an n_x × n_y lattice, read-only; a direction of one site has no way round."""
    a_1, a_2 = map(np.array, LATTICES[lattice].vectors)
    i, j = np.fft.fftfreq(n_x, 1 / n_x)[:, None], np.fft.fftfreq(n_y, 1 / n_y)[None, :]
    x, y = i * a_1[0] + j * a_2[0], i * a_1[1] + j * a_2[1]
    around = [n * a for n, a in ((n_x, a_1), (n_y, a_2)) if n > 1]
    if len(around) == 2:
        around = list(_reduced(*around))
        u, v = (
            np.round((x * w[1] - y * w[0]) / (o[0] * w[1] - o[1] * w[0]))
            for o, w in (around, around[::-1])
        )
        x, y = x - u * around[0][0] - v * around[1][0], y - u * around[0][1] - v * around[1][1]
    best, cosines, count = np.full(x.shape, np.inf), np.zeros((2, *x.shape)), np.zeros(x.shape)
    for turns in product((-1, 0, 1), repeat=len(around)):
        shift = sum((t * o for t, o in zip(turns, around, strict=True)), np.zeros(2))
        r = np.hypot(x + shift[0], y + shift[1])
        r[0, 0] = 1.0
        cosine = (x + shift[0]) / r
        closer, tied = r < best * (1 - 1e-9), np.abs(r - best) <= best * 1e-9
        best = np.where(closer, r, best)
        cosines = np.where(closer, 0, cosines) + np.where(
            closer | tied, (cosine, 2 * cosine**2 - 1), 0
        )
        count = np.where(closer, 0, count) + (closer | tied)
    found = Geometry(best, *(cosines / count), 1 - 2 * ((i + j) % 2))
    for array in vars(found).values():
        array.setflags(write=False)
    return found


def weights(
    lattice: str, n_x: int, n_y: int, s_w: float, p_w: float, d_w: float, sign: str
) -> np.ndarray | float:
    """s_w + p_w cos(theta) + d_w cos(2 theta), times (-1)^(i+j) if ``sign`` is "alternating"; (n_x, n_y)."""
    g = geometry(lattice, n_x, n_y)
    angular = s_w + p_w * g.cos_theta + d_w * g.cos_2theta if p_w or d_w else s_w
    return angular * g.parity if sign == "alternating" else angular


@lru_cache(maxsize=4)
def interaction(
    kernel: str,
    xi: float,
    p: float,
    normalisation: str,
    n_x: int,
    n_y: int,
    lattice: str = "square",
    s_w: float = 1.0,
    p_w: float = 0.0,
    d_w: float = 0.0,
    sign: str = "uniform",
) -> np.ndarray:
    """K(d) for every lattice offset, float64 (n_x, n_y), read-only; K(0) = 0, and with "sum" divided by its sum W."""
    with np.errstate(all="ignore"):
        K = KERNELS[kernel](geometry(lattice, n_x, n_y).r, xi=xi, p=p) * weights(
            lattice, n_x, n_y, s_w, p_w, d_w, sign
        )
        K[0, 0] = 0.0
        if normalisation == "sum":
            total = K.sum()
            if abs(total) <= 1e-12 * np.abs(K).sum() and K.any():
                raise InputError(
                    f"The {kernel} kernel with these angular weights and signs adds up to zero, so it cannot "
                    'be divided by its sum. Use normalisation "none", or a weight s_w.'
                )
            K = K / total
    if not np.isfinite(K).all():
        raise InputError(
            f"The {kernel} kernel with xi = {xi:g} sites and p = {p:g} has no finite values on a "
            f"{n_x} × {n_y} lattice. Choose a larger xi or a smaller p."
        )
    K.setflags(write=False)
    return K


@lru_cache(maxsize=16)
def shells(
    n_x: int, n_y: int, lattice: str, s_w: float, p_w: float, d_w: float, sign: str
) -> tuple[np.ndarray, np.ndarray]:
    """Distances that occur, ascending, and the summed weight of the spins at each: W = sum_shell weight · K(r).

    Weights that cancel up to round-off (a p-wave) are 0, so that nobody takes round-off for a strength.
    """
    r = geometry(lattice, n_x, n_y).r.ravel()[1:]
    weight = np.broadcast_to(weights(lattice, n_x, n_y, s_w, p_w, d_w, sign), (n_x, n_y)).ravel()[
        1:
    ]
    squares, shell = np.unique(np.round(r * r, 6), return_inverse=True)
    total, size = np.bincount(shell, weight), np.bincount(shell) * (abs(s_w) + abs(p_w) + abs(d_w))
    return np.sqrt(squares), np.where(np.abs(total) > 1e-12 * size, total, 0.0)
