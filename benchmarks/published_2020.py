"""The published code of 2020 against its preset on 50 × 50 spins, for the same offsets.

    python benchmarks/published_2020.py

The port (tests/simulator/published_2020.py) takes about a minute per curve. Writes
results/published_2020.md.
"""

import datetime
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent / "tests" / "simulator")]

import numpy as np  # noqa: E402
from published_2020 import published_echo  # noqa: E402

import nmr_core as nmr  # noqa: E402
from nmr_core.simulator.offsets import draw_offsets  # noqa: E402

SAMPLES = (
    {"alpha": 0.03, "xi": 7.0, "p": 2.8, "d": 4.5},
    {"alpha": 0.08, "xi": 3.0, "p": 3.5, "d": 5.5},
    {"alpha": 0.13, "xi": 12.0, "p": 2.5, "d": 3.8},
    {"alpha": 0.18, "xi": 7.0, "p": 2.2, "d": 5.0},
)
SIMULATED = (
    ("ml4sci_2020", "float64"),
    ("ml4sci_2020", "float32"),
    ("ml4sci_2020_secular", "float64"),
)


def differences(number: int) -> list[float]:
    """Rms difference of each of ``SIMULATED`` from the published echo of one sample."""
    parameters = SAMPLES[number]
    experiments = [nmr.preset(name).build(**parameters) for name, _ in SIMULATED]
    offsets = draw_offsets(experiments[0].sample, number)
    published = published_echo(**parameters, offsets=offsets)
    signals = [
        nmr.simulate(experiment, offsets=offsets, dtype=dtype).signal - published
        for experiment, (_, dtype) in zip(experiments, SIMULATED, strict=True)
    ]
    return [float(np.sqrt((np.abs(difference) ** 2).mean())) for difference in signals]


def main() -> None:
    """Simulate, compare, write the page."""
    head = ["α, MHz", *(f"{name}, {dtype}" for name, dtype in SIMULATED)]
    lines = [f"| {' | '.join(head)} |", "|---" * len(head) + "|"]
    for number, parameters in enumerate(SAMPLES):
        row = [f"{parameters['alpha']:g}", *(f"{value:.1e}" for value in differences(number))]
        lines.append(f"| {' | '.join(row)} |")
        print(lines[-1], flush=True)
    (HERE / "results" / "published_2020.md").write_text(
        "# The published code of 2020 against its preset\n\n"
        f"`python benchmarks/published_2020.py`, {datetime.date.today()}. 50 × 50 spins, 471 "
        "points, the same offsets on both sides; rms difference of M (at most 1/2). The other side "
        "is a plain NumPy port of the published code in double precision "
        "(`tests/simulator/published_2020.py`).\n\n" + "\n".join(lines) + "\n",
        encoding="utf-8",
    )


if __name__ == "__main__":
    main()
