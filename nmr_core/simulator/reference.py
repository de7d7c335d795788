"""The same physics in plain NumPy, slow and easy to read, for tests and the benchmark."""

from math import pi

import numpy as np
from scipy.linalg import expm

from nmr_core.experiment import Experiment
from nmr_core.pulses import Pulse

IX = np.array([[0, 1], [1, 0]], complex) / 2
IY = np.array([[0, -1j], [1j, 0]]) / 2
IZ = np.array([[1, 0], [0, -1]], complex) / 2
RAISE, LOWER = IX + 1j * IY, IX - 1j * IY


def local_field(K: np.ndarray, m: np.ndarray) -> np.ndarray:
    """Mean field B_i = sum_d K(d) m_(i+d) as a sum over all pairs, O(N²).

    Parameters
    ----------
    K : float array, (n_x, n_y)
        Coupling between the spin at the origin and each other.
    m : array, (n_x, n_y, ...)
        Polarisation of each spin.

    Returns
    -------
    array, (n_x, n_y, ...)
    """
    B = np.zeros_like(m)
    for d_x in range(K.shape[0]):
        for d_y in range(K.shape[1]):
            B += K[d_x, d_y] * np.roll(m, (-d_x, -d_y), axis=(0, 1))
    return B


def liouvillian(omega: np.ndarray, rates: tuple[float, float, float]) -> np.ndarray:
    """Liouvillian of one spin.

    drho/ds = -i [H, rho] + sum_k gamma_k (L_k rho L_k† - {L_k† L_k, rho}/2), H = -omega · I

    Parameters
    ----------
    omega : float array, (3,)
        Angular velocity, MHz.
    rates : tuple of float
        gamma_1, gamma_2, gamma_3 of L = I+, I-, Iz, MHz.

    Returns
    -------
    complex128 array, (4, 4)
        For rho stacked by rows, so that A rho B becomes A ⊗ B^T.
    """
    one = np.eye(2)
    H = -(omega[0] * IX + omega[1] * IY + omega[2] * IZ)
    total = -1j * (np.kron(H, one) - np.kron(one, H.T))
    for rate, L in zip(rates, (RAISE, LOWER, IZ), strict=True):
        LL = L.conj().T @ L
        total += rate * (np.kron(L, L.conj()) - 0.5 * (np.kron(LL, one) + np.kron(one, LL.T)))
    return total


def dense_step(
    rho: np.ndarray, K: np.ndarray, delta: np.ndarray, experiment: Experiment
) -> np.ndarray:
    """One time step of all spins by the reference algorithm.

    Parameters
    ----------
    rho : complex array, (n_x, n_y, 2, 2)
        Density matrices.
    K : float array
        Kernel on the lattice.
    delta : float array, (n_x, n_y)
        Offsets, MHz.
    experiment : Experiment
        Material, sample and protocol.

    Returns
    -------
    complex array, (n_x, n_y, 2, 2)
    """
    # Polarisation and mean field of every spin, by the pair sum
    m = np.stack([np.einsum("xyab,ba->xy", rho, op).real for op in (IX, IY, IZ)], axis=-1)
    alpha = np.array(experiment.couplings)
    omega = alpha * local_field(K, m)
    omega[..., 2] += delta
    rates = (experiment.gamma_1, experiment.gamma_2, experiment.gamma_3)
    # exp(2π dt L) of every spin, a dense 4 × 4 matrix
    new = np.empty_like(rho)
    for site in np.ndindex(delta.shape):
        generator = liouvillian(omega[site], rates)
        new[site] = (expm(2 * pi * experiment.dt * generator) @ rho[site].ravel()).reshape(2, 2)
    return new


def plain_echo(experiment: Experiment, offsets: np.ndarray) -> np.ndarray:
    """Echo of one experiment by a plain NumPy loop with ``np.fft``, to first order in dt.

    Parameters
    ----------
    experiment : Experiment
        Of the relaxation rates only gamma_3 is used.
    offsets : float array, (n_x, n_y)
        MHz.

    Returns
    -------
    complex128 array, (n_times,)
        M(t).
    """
    weights = np.conj(np.fft.fft2(experiment.interaction))
    alpha = np.array(experiment.couplings)[:, None, None]
    ds = 2 * pi * experiment.dt
    decay = np.exp(-experiment.gamma_3 / 2 * 2 * pi * experiment.dt)
    m = np.zeros((3, *offsets.shape))
    m[2] = 0.5
    signal = []
    recordings = iter(experiment.protocol.recordings)
    for event in experiment.protocol.events:
        if isinstance(event, Pulse):
            m = np.tensordot(event.rotation(), m, 1)
            continue
        recorded = next(recordings)
        for k in range(event.n_steps + 1):
            if k:
                # Angular velocity of every spin
                omega = alpha * np.fft.ifft2(weights * np.fft.fft2(m)).real
                omega[2] += offsets
                # Rotation by Rodrigues' formula, then dephasing
                size = np.sqrt((omega**2).sum(0)) + 1e-300
                axis = -omega / size
                m = (
                    np.cos(ds * size) * m
                    + np.sin(ds * size) * np.cross(axis, m, axis=0)
                    + (1 - np.cos(ds * size)) * (axis * m).sum(0) * axis
                )
                m[:2] *= decay
            if k in recorded:
                signal.append((m[0] + 1j * m[1]).mean())
    return np.array(signal)
