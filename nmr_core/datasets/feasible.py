"""How much of a prior can be simulated at all: a solved parameter does not reach every wanted strength."""

from nmr_core.experiment import Unreachable
from nmr_core.presets import Preset
from nmr_core.storage.seeds import PARAMETERS, sample_stream

N_DRAWS = 100


def unreachable_fraction(preset: Preset, n_draws: int = N_DRAWS, seed: int = 0) -> float:
    """Fraction of single draws of the prior without a solution, each of which is drawn again when a data set is made."""
    if not preset.solved:
        return 0.0
    failed = 0
    for k in range(n_draws):
        try:
            preset.experiments(
                **preset.space.draw(sample_stream(seed, k, PARAMETERS)) | dict(preset.fixed)
            )
        except Unreachable:
            failed += 1
    return failed / n_draws
