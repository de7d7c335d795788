"""The mean field of all spins: a circular correlation with K, by two FFTs."""

import numpy as np
import scipy.fft

from nmr_core.simulator._propagate import weigh


def spectrum(K: np.ndarray, dtype: np.dtype) -> np.ndarray:
    """Spectrum of a kernel, conj(FFT K), by which a spectrum of m is multiplied.

    Parameters
    ----------
    K : float array, (n_curves, n_x, n_y)
        Coupling between the spin at the origin and each other.
    dtype : dtype
        float32 or float64.

    Returns
    -------
    array, (n_curves, n_x, n_y)
        Real if every K is even under d -> -d, complex otherwise.

    Notes
    -----
    B_i = sum_d K(d) m_(i+d) is a correlation, not a convolution, which matters for an odd (p-wave)
    kernel. The imaginary part of an even K is set to 0 also beside odd ones, so that no curve's
    bits depend on the others of its batch.
    """
    # One by one: the round-off of scipy's transforms depends on how many it computes at once
    transform = np.conj([scipy.fft.fft2(kernel, workers=1) for kernel in K])
    size = np.abs(K).sum((-2, -1), keepdims=True)
    even = np.abs(transform.imag).max((-2, -1), keepdims=True) <= 1e-12 * size
    transform.imag[np.broadcast_to(even, K.shape)] = 0.0
    if even.all():
        return np.ascontiguousarray(transform.real, dtype=dtype)
    return transform.astype(np.result_type(dtype, np.complex64))


def correlate(m: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean field B_i = sum_d K(d) m_(i+d) of each curve.

    Parameters
    ----------
    m : complex array, (n_curves, n_x, n_y)
        Polarisation, not changed.
    weights : array, (n_curves, n_x, n_y)
        Result of :func:`spectrum`.

    Returns
    -------
    B : complex array, (n_curves, n_x, n_y)
    total : complex array, (n_curves,)
        Sum of m over the lattice, the first entry of its spectrum.
    """
    spectra = scipy.fft.fft2(m, axes=(1, 2), workers=1)
    total = spectra[:, 0, 0].copy()
    weigh(spectra.reshape(len(m), -1), weights.reshape(len(m), -1))
    return scipy.fft.ifft2(spectra, axes=(1, 2), overwrite_x=True, workers=1), total


def correlate_real(m: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Mean field of a real component (n_curves, n_x, n_y), with half a spectrum."""
    n_y = m.shape[2]
    spectra = scipy.fft.rfft2(m, axes=(1, 2), workers=1)
    spectra *= weights[:, :, : n_y // 2 + 1]
    return scipy.fft.irfft2(spectra, s=m.shape[1:], axes=(1, 2), overwrite_x=True, workers=1)
