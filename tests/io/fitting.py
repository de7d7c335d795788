"""Which data set fits which format."""

from nmr_core import generate, preset

FITTING = {
    "ml4sci_2020": "ml4sci_2020",
    "deeplearn_2024": "deeplearn_2024_rkky",
    "gsoc_2021": "gsoc_2021_weak_gaussian",
    "cuda_2023": "cuda_2023",
    "npz": "lab",
    "parquet": "lab",
    "csv_wide": "lab",
    "csv_long": "lab",
    "hdf5": "lab",
}
"""Format -> a preset that it holds without a loss."""
_MADE = {}


def made(name: str):
    """Twelve curves of a preset on 8 × 8 spins, seed 5; made once."""
    if name not in _MADE:
        _MADE[name] = generate(preset(name).fix(n_x=8, n_y=8), 12, seed=5)
    return _MADE[name]
