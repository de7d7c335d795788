"""The inhomogeneous line: density and quantile function of its shapes, cut at ± cutoff."""

from math import erf, log, pi, sqrt

import numpy as np

from nmr_core.experiment import Sample

N_NEWTON = 100
"""Most iterations of Newton's method; each at least halves the distance in the tail."""


def quantile(u: np.ndarray, line_width: float, cutoff: float) -> np.ndarray:
    """Quantile function of the truncated Lorentzian line.

    delta(u) = g tan((2u - 1) arctan(c/g)), with half width g = line_width/2, cut at ±c

    Parameters
    ----------
    u : float array
        Probabilities, in [0, 1).
    line_width, cutoff : float
        FWHM and c, MHz.

    Returns
    -------
    float array
        Offsets in MHz, of the shape of u.
    """
    half_width = line_width / 2
    return half_width * np.tan((2 * u - 1) * np.arctan(cutoff / half_width))


def gaussian_quantile(u: np.ndarray, line_width: float, cutoff: float) -> np.ndarray:
    """Quantile function of the truncated Gaussian line.

    delta(u) = a erfinv((2u - 1) erf(c/a)), with a = line_width/(2 sqrt(ln 2)), cut at ±c

    Parameters and result are those of :func:`quantile`.
    """
    from scipy.special import erfinv

    a = line_width / (2 * sqrt(log(2)))
    return np.clip(a * erfinv((2 * u - 1) * erf(cutoff / a)), -cutoff, cutoff)


def pseudo_voigt_quantile(
    u: np.ndarray, line_width: float, cutoff: float, fraction: float
) -> np.ndarray:
    """Quantile function of the truncated pseudo-Voigt line.

    The line is fraction · L + (1 - fraction) · G, a Lorentzian and a Gaussian of the same FWHM and
    of area 1 before the sum is truncated at ±c.

    Parameters
    ----------
    u : float array
        Probabilities, in [0, 1).
    line_width, cutoff : float
        FWHM and c, MHz.
    fraction : float
        Lorentzian fraction of the area, 0 to 1.

    Returns
    -------
    float array
        Offsets in MHz, of the shape of u.

    Notes
    -----
    With the area F(x) between 0 and x, x >= 0, F(x) = |2u - 1| F(c) is solved by Newton's method.
    F is concave, so that the iterations rise to the solution from any smaller value; they start at
    the smaller one of the solutions for the Lorentzian and the Gaussian alone.
    """
    from scipy.special import erf as erf_of
    from scipy.special import erfinv

    g, a = line_width / 2, line_width / (2 * sqrt(log(2)))

    def area(x: np.ndarray) -> np.ndarray:
        return fraction * np.arctan(x / g) / pi + (1 - fraction) * erf_of(x / a) / 2

    u = np.asarray(u, dtype=float)
    y = np.abs(2 * u - 1) * area(np.array(cutoff))
    x = np.minimum(g * np.tan(pi * np.minimum(y, 0.5 - 1e-16)), a * erfinv(np.minimum(2 * y, 1)))
    x = np.clip(x, 0, cutoff)
    for _ in range(N_NEWTON):
        step = (y - area(x)) / density(x, line_width, fraction)
        x = np.clip(x + step, 0, cutoff)
        if np.abs(step).max(initial=0.0) <= 1e-15 * cutoff:
            break
    return np.copysign(x, 2 * u - 1)


def density(delta: np.ndarray, line_width: float, fraction: float) -> np.ndarray:
    """Density of a pseudo-Voigt line of area 1, without truncation.

    fraction · (1/(πg))/(1 + (delta/g)²) + (1 - fraction) · exp(-(delta/a)²)/(a sqrt(π)), with
    g = line_width/2 and a = g/sqrt(ln 2)

    Parameters
    ----------
    delta : float array
        Offsets from the centre, MHz.
    line_width : float
        FWHM, MHz.
    fraction : float
        Lorentzian fraction: 1 for a Lorentzian, 0 for a Gaussian.

    Returns
    -------
    float array
        1/MHz, of the shape of delta.
    """
    g = line_width / 2
    a = g / sqrt(log(2))
    lorentzian = 1 / (pi * g) / (1 + (delta / g) ** 2)
    gaussian = np.exp(-((delta / a) ** 2)) / (a * sqrt(pi))
    return fraction * lorentzian + (1 - fraction) * gaussian


def line_quantile(u: np.ndarray, sample: Sample) -> np.ndarray:
    """Quantile function of the line of a sample about its centre, MHz, of the shape of u."""
    if sample.line == "lorentzian":
        return quantile(u, sample.line_width, sample.cutoff)
    if sample.line == "gaussian":
        return gaussian_quantile(u, sample.line_width, sample.cutoff)
    return pseudo_voigt_quantile(u, sample.line_width, sample.cutoff, sample.line_fraction)


def lorentzian_fraction(sample: Sample) -> float:
    """Lorentzian fraction of the line of a sample: 1, 0, or that of a pseudo-Voigt line."""
    return {"lorentzian": 1.0, "gaussian": 0.0}.get(sample.line, sample.line_fraction)
