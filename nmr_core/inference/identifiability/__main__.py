"""Compute the identifications of the presets that are shipped with the package.

    python -m nmr_core.inference.identifiability [PRESET ...]

Each takes 1 to 10 min on one core, `pulse_angle_sweep` half an hour. For results that exist under
their key only bounds and sentences are computed again; results of no preset are removed.
"""

import argparse
import shutil
import sys
from dataclasses import replace

import numpy as np

from nmr_core.errors import FailedError
from nmr_core.inference.identifiability.identification import Identification
from nmr_core.inference.identifiability.identify import bounds_table, identification_key, identify
from nmr_core.inference.identifiability.store import SHIPPED, read, save
from nmr_core.inference.identifiability.verdicts import judge_parameters
from nmr_core.learning.identifiable import unidentifiable
from nmr_core.presets import PRESETS

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


def with_new_verdicts(result: Identification) -> Identification:
    """Return the identification with bounds and verdicts computed from its Fisher matrices."""
    preset = PRESETS[result.preset]
    verdicts = judge_parameters(
        preset, result.specs, result.points, result.fisher, unidentifiable(preset)
    )
    bounds = bounds_table(result.specs, result.points, result.fisher)
    return replace(result, verdicts=verdicts, bounds=bounds)


def main() -> None:
    """Compute what is missing."""
    parser = argparse.ArgumentParser(
        prog="python -m nmr_core.inference.identifiability", description=__doc__.splitlines()[0]
    )
    parser.add_argument("presets", nargs="*", metavar="PRESET", help="default: all")
    for name in parser.parse_args().presets or PRESETS:
        folder = SHIPPED / identification_key(name)
        try:
            result = with_new_verdicts(read(folder))
        except FailedError:
            result = with_rounded_signals(identify(name, again=True, progress=_progress))
        save(result, folder)
        kinds = ", ".join(f"{v.name} {v.kind}" for v in result.verdicts.values())
        print(f"\n{name}: {result.seconds:.0f} s, {kinds}", flush=True)
    keys = {identification_key(name) for name in PRESETS}
    for folder in SHIPPED.iterdir():
        if folder.name not in keys:
            shutil.rmtree(folder)


def _progress(done: int, total: int, message: str = "") -> None:
    print(f"\r{done:3d} %  {message:<60}", end="", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
