"""A preset, or the preset of a data set with its noise, named on the command line."""

from argparse import ArgumentParser
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from nmr_core.cli import arguments
from nmr_core.errors import InputError

if TYPE_CHECKING:
    from nmr_core.presets import Preset


def add_set(parser: ArgumentParser) -> None:
    """Add ``--set``, whose values :func:`preset_and_noise` fixes."""
    parser.add_argument(
        "--set",
        metavar="NAME=VALUE",
        action="append",
        type=arguments.setting,
        default=[],
        help="fix a parameter or any field at a value; can be repeated",
    )


def preset_and_noise(
    source: str, fixed: Iterable[tuple[str, Any]] = ()
) -> "tuple[Preset, float | None]":
    """Return the preset, and the noise of a data set; None: that of the preset.

    Parameters
    ----------
    source : str
        Name of a preset, or id or folder of a data set.
    fixed : iterable of (name, value)
        Values that are fixed.

    Raises
    ------
    InputError
        If it is neither, or the experiment of the data set is not known.
    """
    from nmr_core.datasets.catalogue import find_dataset
    from nmr_core.datasets.manifest import Manifest
    from nmr_core.inference.identifiability.noise import dataset_noise
    from nmr_core.presets import PRESETS

    if source in PRESETS:
        return PRESETS[source].fix(**dict(fixed)), None
    try:
        folder = find_dataset(arguments.stored(source, find_dataset))
    except InputError:
        raise InputError(
            f"{source[:60]!r} is no preset and no data set. Choose among "
            f"{', '.join(PRESETS)}, or see "
            "python -m nmr_core list."
        ) from None
    manifest = Manifest.read(folder)
    preset = manifest.experiment_preset()
    if preset is None:
        raise InputError(
            f"The data set {source} was imported or joined, so its measurement is not known. "
            "Name a preset."
        )
    return preset.fix(**dict(fixed)), dataset_noise(preset, manifest.effects)
