"""The published simulator of the 2020 challenge, in plain NumPy: density matrices of all spins in
Liouville space, one matrix exponential per spin and step, nothing taken from the package.

    H = -delta Iz - alpha [ (1/4)(0 X*; X 0) - (1/4)(0 X e^-2 i nu0 t; X* e^2 i nu0 t 0) ]
    d rho/dt = -i [H, rho] + L rho L^+ - (L^+ L rho + rho L^+ L)/2,   L = sqrt(10^-d) Iz

with the local field X_i = sum_j w_ij <Ix + i Iy>_j, w normalised to sum 1, constant over the step,
and t that of the end of the step.

References
----------
github.com/stcarr/SpinEchoSim: spin_sims.jl, SpinSimParams.jl, examples/ML_datagen.
"""

from functools import reduce

import numpy as np

IX = np.array([[0, 0.5], [0.5, 0]], complex)
IY = np.array([[0, -0.5j], [0.5j, 0]])
IZ = np.array([[0.5, 0], [0, -0.5]], complex)
ONE = np.eye(2)
NU0, DT, N_TAU = 10.0, 2.0, 157
"""Carrier, time step in units of 1/(2 pi) µs, and steps in tau = 50 µs."""


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
