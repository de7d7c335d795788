"""Make the identifications of the presets that ship with the package.

    python -m nmr_core.inference.identifiability [PRESET ...]

Each takes 1 to 10 min on one core, `pulse_angle_sweep` half an hour. Of what is there already under its key only the words are
made again; what no preset asks for any more is removed.
"""

import argparse
import shutil
import sys
from dataclasses import replace

import numpy as np

from nmr_core.errors import FailedError
from nmr_core.inference.identifiability.identification import Identification
from nmr_core.inference.identifiability.make import asked_key, bounds_table, identify
from nmr_core.inference.identifiability.store import SHIPPED, read, save
from nmr_core.inference.identifiability.verdicts import verdicts
from nmr_core.learning.identifiable import unidentifiable
from nmr_core.presets import PRESETS

KEPT_BITS = 10
"""Of the mantissa of a curve: one part in a thousand, so that the files stay small."""


def rounded(values: np.ndarray) -> np.ndarray:
    """In single precision with ``KEPT_BITS`` bits; complex stays complex."""
    single = np.ascontiguousarray(
        values, dtype=np.complex64 if np.iscomplexobj(values) else np.float32
    )
    bits = single.view(np.uint32)
    drop = 23 - KEPT_BITS
    return ((bits + (1 << (drop - 1))) >> drop << drop).astype(np.uint32).view(single.dtype)


def small(found: Identification) -> Identification:
    """The same with rounded curves."""
    return replace(
        found,
        **{
            name: rounded(getattr(found, name)) for name in ("sensitivities", "mean", "disorder_sd")
        },
    )


def worded(found: Identification) -> Identification:
    """The same with bounds and verdicts made again from its Fisher matrices."""
    preset = PRESETS[found.preset]
    said = verdicts(preset, found.specs, found.places, found.fisher, unidentifiable(preset))
    return replace(
        found, verdicts=said, bounds=bounds_table(found.specs, found.places, found.fisher)
    )


def main() -> None:
    """Make what is missing."""
    parser = argparse.ArgumentParser(
        prog="python -m nmr_core.inference.identifiability", description=__doc__.splitlines()[0]
    )
    parser.add_argument("presets", nargs="*", metavar="PRESET", help="default: all")
    for name in parser.parse_args().presets or PRESETS:
        folder = SHIPPED / asked_key(name)
        try:
            found = worded(read(folder))
        except FailedError:
            found = small(identify(name, again=True, progress=_progress))
        save(found, folder)
        print(
            f"\n{name}: {found.seconds:.0f} s, "
            + ", ".join(f"{v.name} {v.kind}" for v in found.verdicts.values()),
            flush=True,
        )
    wanted = {asked_key(name) for name in PRESETS}
    for folder in SHIPPED.iterdir():
        if folder.name not in wanted:
            shutil.rmtree(folder)


def _progress(done: int, total: int, message: str = "") -> None:
    print(f"\r{done:3d} %  {message:<60}", end="", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
