"""Files of a challenge for its participants."""

from typing import TYPE_CHECKING

from ui.shared import export

if TYPE_CHECKING:
    from nmr_core.challenge import Challenge


def curves_npz(challenge: "Challenge") -> bytes:
    """The test curves: sample (n_samples,), time (n_times,), µs, and signals (n_samples,
    n_settings, n_times).
    """
    from nmr_core.challenge import test_signals

    curves = test_signals(challenge)
    return export.npz(sample=curves.sample, time=curves.time, signals=curves.signals)
