"""Compute the identifications that are shipped with the package.

    python -m nmr_core.inference.identifiability [PRESET ...] [--curves N] [--jobs N] [--again]

One per preset at its own noise, and one per shipped run at the noise of its data set. Presets whose
samples take more than ``MOST_WORK`` are computed only if they are named. Results that exist with as
many curves are read, so the command can be stopped and repeated; results of nothing that could be
shipped are removed.
"""

import argparse
import shutil
import sys
import time as clock
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from nmr_core.errors import FailedError
from nmr_core.evaluation.compare import list_runs
from nmr_core.inference.identifiability.identification import Identification
from nmr_core.inference.identifiability.identify import (
    N_POINTS,
    compute_identification,
    identification_key,
)
from nmr_core.inference.identifiability.noise import data_of
from nmr_core.inference.identifiability.problem import IdentifyProblem
from nmr_core.inference.identifiability.sensitivities import spin_steps, usual_n_curves
from nmr_core.inference.identifiability.store import SHIPPED, read, save
from nmr_core.presets import PRESETS, Preset
from nmr_core.progress import printed

MOST_WORK = 6e6
"""Spin-steps of a sample: above it an identification takes more than a minute on one core."""
MANTISSA_BITS = 10
"""Bits of a signal's mantissa that are stored: one part in a thousand, so that files are small."""


def rounded(values: np.ndarray) -> np.ndarray:
    """Return single precision with ``MANTISSA_BITS`` bits; complex stays complex."""
    single = np.ascontiguousarray(
        values, dtype=np.complex64 if np.iscomplexobj(values) else np.float32
    )
    bits = single.view(np.uint32)
    drop = 23 - MANTISSA_BITS
    half = 1 << (drop - 1)
    return ((bits + half) >> drop << drop).astype(np.uint32).view(single.dtype)


def with_rounded_signals(result: Identification) -> Identification:
    """Return the identification with signals in few bits."""
    return replace(
        result,
        sensitivities=rounded(result.sensitivities),
        mean=rounded(result.mean),
        disorder_sd=rounded(result.disorder_sd),
    )


def shipped_problems() -> Iterator[tuple[Preset, float | None]]:
    """Preset and noise of every identification that is shipped; None: the preset's own noise."""
    for preset in PRESETS.values():
        yield preset, None
    for entry in list_runs():
        run = entry.run
        if entry.shipped and run is not None and run.task == "regression":
            data = data_of(run)
            if data is not None:
                yield data


def main() -> None:
    """Compute what is missing."""
    parser = argparse.ArgumentParser(
        prog="python -m nmr_core.inference.identifiability", description=__doc__.splitlines()[0]
    )
    parser.add_argument("presets", nargs="*", metavar="PRESET", help="default: all that are quick")
    parser.add_argument("--curves", type=int, help="curves of each local regression")
    parser.add_argument("--jobs", type=int, default=1, help="processes; -1: one per core")
    parser.add_argument("--again", action="store_true", help="compute what exists, too")
    args = parser.parse_args()
    keys = set()
    for preset, noise in shipped_problems():
        key = identification_key(preset, noise=noise)
        if key in keys:
            continue
        keys.add(key)
        is_quick = spin_steps(preset) <= MOST_WORK
        if preset.name in args.presets or (is_quick and not args.presets):
            _ship(preset, noise, key, args)
    for folder in SHIPPED.iterdir():
        if folder.name not in keys:
            shutil.rmtree(folder)


def _ship(preset: Preset, noise: float | None, key: str, args: argparse.Namespace) -> None:
    """Compute and store one identification, unless it exists."""
    n_curves = args.curves or usual_n_curves(preset)
    try:
        result = read(SHIPPED / key)
        is_complete = isinstance(result, Identification) and (
            not result.n_curves or result.n_curves >= n_curves
        )
    except FailedError:
        is_complete = False
    if not is_complete or args.again:
        begin = clock.process_time()
        problem = IdentifyProblem.of(preset, noise=noise)
        result = compute_identification(problem, N_POINTS.default, n_curves, args.jobs, printed)
        save(with_rounded_signals(result), SHIPPED / key)
        print(f"  {clock.process_time() - begin:.0f} s of processor time", file=sys.stderr)
    assert isinstance(result, Identification)
    words = ", ".join(f"{v.name} {v.error_percent:.3g} %" for v in result.verdicts.values())
    print(f"{preset.name} {result.at_noise}: {words} ({result.method})", flush=True)


if __name__ == "__main__":
    main()
