"""The receiver's noise."""

import numpy as np

from nmr_core.effects._effect import Effect, effect, number
from nmr_core.effects.strengths import Ladder, LogUniform


@effect
class GaussianNoise(Effect):
    """M(t) + σ (n₁ + i n₂), n₁ and n₂ independent standard normal at every point of every setting.

    σ = (largest |M| of the sample's echoes, before this effect)/snr, or ``sigma`` itself (in units of M, at most 1/2) if
    that is > 0; snr = 0 and sigma = 0: no noise. The echo is looked for in the protocol's echo window, over all settings.
    Source: Johnson-Nyquist noise in quadrature detection; Ernst, Bodenhausen & Wokaun, Principles of NMR (1987), chapter 4.
    """

    name = "gaussian_noise"
    label = "Gaussian noise"
    keeps_symmetry = True
    ladder = Ladder("snr", (1e6, 1e5, 1e4, 1000, 300, 100, 50, 30, 20, 10, 5, 3), falling=True)
    random_strength = LogUniform("snr", 3, 1000)

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

    def draw(self, context, n_settings, rng):
        return rng.standard_normal((2, n_settings, len(context.time)), dtype=np.float32)

    def change(self, context, signals, draws):
        if not (self.snr or self.sigma):
            return signals
        echo = signals[:, :, context.echo]
        peak = np.sqrt(
            (echo.real**2 + echo.imag**2).max((1, 2))
        )  # no np.abs: its last bit may depend on the array's shape
        sigma = (
            np.full_like(peak, self.sigma) if self.sigma else (peak / self.snr).astype(np.float32)
        )
        noisy = signals.copy()
        noisy.real += sigma[:, None, None] * draws[:, 0]
        noisy.imag += sigma[:, None, None] * draws[:, 1]
        return noisy
