"""Receiver noise."""

import numpy as np

from nmr_core.effects._context import Context
from nmr_core.effects._effect import Effect, effect, number
from nmr_core.effects.strengths import Ladder, LogUniform


@effect
class GaussianNoise(Effect):
    """Johnson-Nyquist noise of the receiver.

    M(t) + σ (n₁ + i n₂), σ = max |M|/snr

    n₁ and n₂ are independent and standard normal at every point of every acquisition. max |M| is
    taken over all acquisitions of the sample, within the echo window, before this effect.

    Parameters
    ----------
    snr : float
        Signal-to-noise ratio (dimensionless); 0 for no noise.
    sigma : float
        σ itself, in units of M (at most 1/2), in place of ``snr`` if > 0.
    spread : float
        σ of a sample is log-uniform over so many decades below σ; 0 for the same σ of all samples.

    References
    ----------
    Ernst, Bodenhausen & Wokaun, Principles of Nuclear Magnetic Resonance (1987), chapter 4.
    """

    name = "gaussian_noise"
    label = "Gaussian noise"
    keeps_symmetry = True
    ladder = Ladder("snr", (1e6, 1e5, 1e4, 1000, 300, 100, 50, 30, 20, 10, 5, 3), falling=True)
    random_strength = LogUniform("snr", 3, 1000)
    later = ("spread",)

    snr: float = number(
        "SNR", "", 0, 1e6, 30, "Largest echo over the noise of one quadrature; 0 = none."
    )
    sigma: float = number(
        "σ",
        "",
        0,
        1,
        0,
        "Standard deviation in Re M and in Im M, instead of the SNR; 0 = use the SNR.",
    )
    spread: float = number(
        "spread",
        "",
        0,
        6,
        0,
        "σ differs from sample to sample, log-uniform over so many decades below σ.",
    )

    def draw(self, context: Context, n_settings: int, rng: np.random.Generator):
        draws = rng.standard_normal((2, n_settings, len(context.time)), dtype=np.float32)
        if not self.spread:
            return draws
        return draws * np.float32(10 ** (-self.spread * rng.random()))

    def change(self, context: Context, signals: np.ndarray, draws: np.ndarray):
        if not (self.snr or self.sigma):
            return signals
        echo = signals[:, :, context.echo]
        # Largest |M|; not by np.abs, whose last bit may depend on the shape of the array
        peak = np.sqrt((echo.real**2 + echo.imag**2).max((1, 2)))
        if self.sigma:
            sigma = np.full_like(peak, self.sigma)
        else:
            sigma = (peak / self.snr).astype(np.float32)
        noisy = signals.copy()
        noisy.real += sigma[:, None, None] * draws[:, 0]
        noisy.imag += sigma[:, None, None] * draws[:, 1]
        return noisy
