"""The published simulator of the 2020 challenge, in plain NumPy: density matrices of all spins in
Liouville space, one matrix exponential per spin and step, nothing taken from the package.

    python tests/simulator/published_2020.py      makes published_2020.npz again: 100 curves

    H = -delta Iz - alpha [ (1/4)(0 X*; X 0) - (1/4)(0 X e^-2 i nu0 t; X* e^2 i nu0 t 0) ]
    d rho/dt = -i [H, rho] + L rho L^+ - (L^+ L rho + rho L^+ L)/2,   L = sqrt(10^-d) Iz

with the local field X_i = sum_j w_ij <Ix + i Iy>_j, w normalised to sum 1, constant over the step,
and t that of the end of the step.

References
----------
github.com/stcarr/SpinEchoSim: spin_sims.jl, SpinSimParams.jl, examples/ML_datagen.
"""

from functools import reduce
from pathlib import Path

import numpy as np

IX = np.array([[0, 0.5], [0.5, 0]], complex)
IY = np.array([[0, -0.5j], [0.5j, 0]])
IZ = np.array([[0.5, 0], [0, -0.5]], complex)
ONE = np.eye(2)
NU0, DT, N_TAU = 10.0, 2.0, 157
"""Carrier, time step in units of 1/(2 pi) µs, and steps in tau = 50 µs."""
CUTOFF, LINE_WIDTH = 0.25, 0.05
"""Of the truncated Lorentzian line, MHz."""
LOW, HIGH = (0.0, 0.0, 2.0, 3.0), (0.2, 20.0, 4.0, 6.0)
"""Of alpha in MHz, xi, p and d in the published files."""
FILE, SEED, N_CURVES = Path(__file__).with_suffix(".npz"), 2020, 100
N_TERMS = 17
"""Of the series of exp(dt A), whose norm is below .7."""


def commutator(H: np.ndarray) -> np.ndarray:
    """Matrix of -i [H, .] on row-major vectors, (..., 4, 4)."""
    return -1j * (
        np.einsum("...ac,bd->...abcd", H, ONE) - np.einsum("ac,...db->...abcd", ONE, H)
    ).reshape(*H.shape[:-2], 4, 4)


def exponential(A: np.ndarray) -> np.ndarray:
    """exp(A) of (..., 4, 4) by the series of A/8, squared three times."""
    term = total = np.broadcast_to(np.eye(4), A.shape).astype(complex)
    for n in range(1, 20):
        term = term @ A / (8 * n)
        total = total + term
    return reduce(lambda power, _: power @ power, range(3), total)


def stencil(n_x: int, n_y: int, xi: float, p: float) -> np.ndarray:
    """Weights w_ij = (r/xi)^-p over their sum on the periodic lattice, (N, N)."""
    x, y = np.divmod(np.arange(n_x * n_y), n_y)
    d_x = (x[None] - x[:, None] + n_x // 2) % n_x - n_x // 2
    d_y = (y[None] - y[:, None] + n_y // 2) % n_y - n_y // 2
    r = np.hypot(d_x, d_y)
    np.fill_diagonal(r, np.inf)
    weights = (r / xi) ** -p
    return weights / weights.sum(1, keepdims=True)


def published_echo(alpha: float, xi: float, p: float, d: float, offsets: np.ndarray) -> np.ndarray:
    """M(t) after every step, complex128 (471,).

    Parameters
    ----------
    alpha : float
        MHz.
    xi : float
        Sites.
    p, d : float
        Exponents of the kernel, and of the dephasing rate 10^-d MHz.
    offsets : float array, (n_x, n_y)
        MHz.
    """
    w = stencil(*offsets.shape, xi, p)
    delta = offsets.ravel()[:, None, None]
    L = np.sqrt(10.0**-d) * IZ
    LL = L.conj().T @ L
    dissipation = np.kron(L, L.conj()) - (np.kron(LL, ONE) + np.kron(ONE, LL.T)) / 2
    rho = np.tile(np.array([[1, 0], [0, 0]], complex), (offsets.size, 1, 1))
    signal, t = [], 0.0
    for pulse, n_steps in ((np.pi / 2 * IX, N_TAU), (np.pi * IY, 2 * N_TAU)):
        # exp(-i angle I): the eigenvalues of I are +-1/2
        angle = np.linalg.norm(pulse) * np.sqrt(2)
        U = np.cos(angle / 2) * ONE - 2j * np.sin(angle / 2) * pulse / angle
        rho = U @ rho @ U.conj().T
        for _ in range(n_steps):
            t += DT
            X = w @ rho[:, 1, 0]
            lower = X - X.conj() * np.exp(2j * NU0 * t)
            coupling = np.zeros_like(rho)
            coupling[:, 1, 0], coupling[:, 0, 1] = lower / 4, lower.conj() / 4
            generator = commutator(-delta * IZ - alpha * coupling) + dissipation
            step = exponential(DT * generator)
            rho = (step @ rho.reshape(-1, 4, 1)).reshape(-1, 2, 2)
            signal.append(rho[:, 1, 0].mean())
    return np.array(signal)


def published_offsets(rng: np.random.Generator, n_x: int = 50, n_y: int = 50) -> np.ndarray:
    """Offsets in MHz as the published code draws them, (n_x, n_y).

    With replacement from n_x n_y equidistant values on +-.25 MHz, with Lorentzian weights.
    """
    values = np.linspace(-CUTOFF, CUTOFF, n_x * n_y)
    weights = 1 / (values**2 + (LINE_WIDTH / 2) ** 2)
    return rng.choice(values, (n_x, n_y), p=weights / weights.sum())


def quick_published_echo(
    alpha: float, xi: float, p: float, d: float, offsets: np.ndarray
) -> np.ndarray:
    """The same echo as :func:`published_echo`, a few hundred times as fast; complex128 (471,).

    The elements of rho, M = <Ix + i Iy> and z = <Iz> of all spins, follow

        dM/dt = -(i delta + 10^-d/2) M + (i/2) alpha Y z,   dz/dt = -(1/2) alpha Im(Y* M),

    Y = X - X* e^2 i nu0 t, the local field by FFT, and exp(dt A) by its series on the vectors.

    Parameters
    ----------
    alpha, xi, p, d, offsets
        As in :func:`published_echo`.
    """
    squares = [(np.fft.fftfreq(n) * n) ** 2 for n in offsets.shape]
    r = np.sqrt(np.add.outer(*squares))
    r[0, 0] = np.inf
    weights = (r / xi) ** -p
    transform = np.fft.fft2(weights / weights.sum())
    rate = -1j * offsets - 10.0**-d / 2
    # The 90 degree pulse about x: z = 1/2 becomes -y
    M, z = np.full(offsets.shape, -0.5j), np.zeros(offsets.shape)
    signal, t = [], 0.0
    for k in range(3 * N_TAU):
        if k == N_TAU:
            # 180 degrees about y: x and z change sign
            M, z = -M.conj(), -z
        t += DT
        X = np.fft.ifft2(transform * np.fft.fft2(M))
        Y = alpha / 2 * (X - X.conj() * np.exp(2j * NU0 * t))
        dM, dz = M, z
        for n in range(1, N_TERMS):
            h = DT / n
            dM, dz = h * (rate * dM + 1j * Y * dz), -h * (Y.conj() * dM).imag
            M, z = M + dM, z + dz
        signal.append(M.mean())
    return np.array(signal)


def published_curve(seed: int, k: int) -> tuple[np.ndarray, np.ndarray]:
    """Parameters alpha, xi, p, d, (4,), of curve ``k`` of a seed, and its echo, complex128 (471,).

    The parameters are uniform on the ranges of the published files.
    """
    rng = np.random.default_rng([seed, k])
    parameters = rng.uniform(LOW, HIGH)
    return parameters, quick_published_echo(*parameters, offsets=published_offsets(rng))


if __name__ == "__main__":
    several = [published_curve(SEED, k) for k in range(N_CURVES)]
    parameters, signals = (np.array(part) for part in zip(*several, strict=True))
    np.savez_compressed(FILE, parameters=parameters, signals=signals.astype(np.complex64))
