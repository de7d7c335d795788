"""The mean field of all spins at once: a circular correlation with the interaction, by two FFTs."""

import numpy as np
import scipy.fft

from nmr_core.simulator._propagate import weigh


def spectrum(K: np.ndarray, dtype: np.dtype) -> np.ndarray:
    """conj(FFT K), the factor that turns a spectrum of m into one of B = sum_d K(d) m(i + d); (..., n_x, n_y).

    Real when every K is even under d -> -d, complex otherwise (a correlation, not a convolution: a p-wave kernel is
    odd). The imaginary part of an even K is 0 also beside odd ones: no curve's bits depend on its neighbours.
    """
    transform = np.conj(scipy.fft.fft2(K, axes=(-2, -1), workers=1))
    even = np.abs(transform.imag).max((-2, -1), keepdims=True) <= 1e-12 * np.abs(K).sum(
        (-2, -1), keepdims=True
    )
    transform.imag[np.broadcast_to(even, K.shape)] = 0.0
    if even.all():
        return np.ascontiguousarray(transform.real, dtype=dtype)
    return transform.astype(np.result_type(dtype, np.complex64))


def correlate(m: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """B_i = sum_d K(d) m_(i+d) for each curve, and the sum of m over the lattice, which is the spectrum's first entry.

    m : complex (n_curves, n_x, n_y), kept; weights : (n_curves, n_x, n_y) from :func:`spectrum`
    """
    spectra = scipy.fft.fft2(m, axes=(1, 2), workers=1)
    total = spectra[:, 0, 0].copy()
    weigh(spectra.reshape(len(m), -1), weights.reshape(len(m), -1))
    return scipy.fft.ifft2(spectra, axes=(1, 2), overwrite_x=True, workers=1), total


def correlate_real(m: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """The same for a real component, with half a spectrum."""
    n_y = m.shape[2]
    spectra = scipy.fft.rfft2(m, axes=(1, 2), workers=1)
    spectra *= weights[:, :, : n_y // 2 + 1]
    return scipy.fft.irfft2(spectra, s=m.shape[1:], axes=(1, 2), overwrite_x=True, workers=1)
