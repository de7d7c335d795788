"""Read foreign data sets, in a given or a recognised format."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from nmr_core.errors import FailedError, InputError
from nmr_core.io.formats._format import Foreign, Format
from nmr_core.io.formats._magnitude import with_magnitude
from nmr_core.io.formats._names import check_one_set
from nmr_core.io.formats.registry import FORMATS
from nmr_core.io.magic import SHEET, UNPACK, kind_of
from nmr_core.io.source import Source, open_source
from nmr_core.io.text_options import TextOptions

RECOGNISED = 0.25
"""Confidence from which a format is tried."""


@dataclass(frozen=True)
class Guess:
    """A format that files may have.

    Attributes
    ----------
    format : str
        Key of ``FORMATS``.
    confidence : float
        From 0 to 1.
    reason : str
    """

    format: str
    confidence: float
    reason: str


@np.errstate(all="ignore")  # what is returned is checked to be finite
def sniff(path: str | Path) -> list[Guess]:
    """Return the formats that a file, folder or zip may have by its content, most likely first."""
    return _guesses(open_source(path))


def _guesses(source: Source) -> list[Guess]:
    guesses = [Guess(name, *form.sniff(source)) for name, form in FORMATS.items()]
    return sorted(
        (guess for guess in guesses if guess.confidence > 0), key=lambda guess: -guess.confidence
    )


def format_named(name: str) -> Format:
    """Return the format with this name; :class:`InputError` if there is none."""
    if name not in FORMATS:
        raise InputError(f"There is no format {str(name)[:60]!r}; there are {', '.join(FORMATS)}.")
    return FORMATS[name]


@np.errstate(all="ignore")  # what is returned is checked to be finite
def read_foreign(
    path: str | Path, format: str | None = None, *, text: TextOptions | None = None
) -> Foreign:
    """Read the curves in a file, folder or zip.

    Parameters
    ----------
    path : str or Path
        File, folder or zip archive.
    format : str, optional
        Key of ``FORMATS``; default: recognised by content.
    text : TextOptions, optional
        Separator, decimal sign and header line of text files; default: recognised.

    Returns
    -------
    Foreign

    Raises
    ------
    InputError
        If nothing here reads the files, or they are damaged.
    FailedError
        If a file cannot be opened.
    """
    source = replace(open_source(path), text=text or TextOptions())
    try:
        form = format_named(format) if format is not None else _recognised(source)
        if not form.folder and source.single is None:
            raise InputError(
                f"{form.label} is one file, {source.path.name} holds {len(source.names)}. Give the "
                "file itself."
            )
        return with_magnitude(form.read(source), source.path.name)
    except OSError as error:
        raise FailedError(
            f"{path} could not be read ({error.strerror or error}). Check its permissions."
        ) from None


def recognised(path: str | Path, text: TextOptions | None = None) -> str:
    """Return the name of the format that :func:`read_foreign` takes."""
    return _recognised(replace(open_source(path), text=text or TextOptions())).name


def _listed(names: Sequence[str]) -> str:
    """The first names of files, as far as a sentence has room."""
    shown = ", ".join(names[:6])
    more = len(names) - 6
    return f"{shown} and {more:,} more" if more > 0 else shown


def _recognised(source: Source) -> Format:
    if all(size == 0 for size in source.sizes.values()):
        raise InputError(f"{source.path.name} is empty. Give the files with the curves.")
    guesses = [guess for guess in _guesses(source) if guess.confidence >= RECOGNISED]
    if not guesses:
        check_one_set(source)
        raise _unknown(source)
    return FORMATS[guesses[0].format]


def _unknown(source: Source) -> InputError:
    """The error for files in no known format, by what they hold."""
    name = source.path.name
    if source.single is not None:
        kind = kind_of(source.head(source.single, 4096))
        if kind is not None:
            what, advice = kind
            if advice not in (UNPACK, SHEET):
                advice = "Choose the files of a data set"
            return InputError(
                f"{name} is {what}, and in no format known here: {', '.join(FORMATS)}. {advice}."
            )
    inside = "" if source.names == [name] else f" ({_listed(source.names)})"
    return InputError(
        f"{name}{inside} is in no format known here: {', '.join(FORMATS)}. Choose the files of a "
        "data set."
    )
