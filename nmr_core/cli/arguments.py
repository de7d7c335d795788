"""Texts of the command line -> numbers, names, folders and stored things."""

import math
from argparse import ArgumentTypeError
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from nmr_core.errors import InputError

if TYPE_CHECKING:
    from nmr_core.datasets.dataset import EchoDataset

MAX_SEED = 2**53 - 1
"""Largest seed of data sets and effects: a whole number that JSON keeps exactly."""


def text(argument: str) -> str:
    """A text that can be stored."""
    try:
        argument.encode()
    except UnicodeEncodeError:
        raise ArgumentTypeError("the text holds bytes that are not UTF-8") from None
    if not argument.strip() or "\0" in argument:
        raise ArgumentTypeError("the text is empty or holds a zero byte")
    return argument


def whole(argument: str) -> int:
    """A whole number below 2^63; the command checks its range."""
    try:
        number = int(argument)
    except ValueError:
        number = 2**63
    if abs(number) >= 2**63:
        raise ArgumentTypeError(f"it takes a whole number, got {argument[:40]!r}")
    return number


def seed(most: int) -> Callable[[str], int]:
    """A whole number from 0 to ``most``."""

    def convert(argument: str) -> int:
        if (
            not argument.isascii()
            or not argument.isdigit()
            or len(argument) > 20
            or int(argument) > most
        ):
            raise ArgumentTypeError(
                f"a seed is a whole number from 0 to {most}, got {argument[:40]!r}"
            )
        return int(argument)

    return convert


def setting(argument: str) -> tuple[str, float | int | str]:
    """Convert "NAME=VALUE" to (name, number or text); the command checks both."""
    name, equals, value = text(argument).partition("=")
    if not (equals and name.strip() and value.strip()):
        raise ArgumentTypeError(f"it takes NAME=VALUE, for example xi=3.5; got {argument[:60]!r}")
    return name.strip(), _value(value.strip())


def _value(argument: str) -> float | int | str:
    try:
        number = float(argument)
    except ValueError:
        return argument
    return int(number) if number.is_integer() and abs(number) < 2**53 else number


def settings(argument: str) -> tuple[str, tuple[float, ...]]:
    """Convert "NAME=V1,V2,..." to (name, one number per setting); the command checks both."""
    name, _, several = text(argument).partition("=")
    numbers = tuple(_number(value) for value in several.split(","))
    if not name.strip() or not all(map(math.isfinite, numbers)):
        raise ArgumentTypeError(
            f"it takes NAME=V1,V2,... with numbers, for example angle_2=60,90,120; got "
            f"{argument[:60]!r}"
        )
    return name.strip(), numbers


def sweep(argument: str) -> tuple[str, float, float, int]:
    """Convert "NAME=LOW:HIGH:N" to (name, low, high, n); the command checks them."""
    name, _, between = text(argument).partition("=")
    numbers = [_number(value) for value in between.split(":")]
    complete = len(numbers) == 3 and all(map(math.isfinite, numbers))
    if not name.strip() or not complete or not numbers[2].is_integer():
        raise ArgumentTypeError(
            f"it takes NAME=LOW:HIGH:N, for example xi=1:15:29; got {argument[:60]!r}"
        )
    low, high, n = numbers
    return name.strip(), low, high, int(n)


def _number(argument: str) -> float:
    """The number, NaN for a text that is none."""
    try:
        return float(argument)
    except ValueError:
        return math.nan


def names(argument: str) -> list[str]:
    """Convert "a,b" to ["a", "b"], each once."""
    return list(dict.fromkeys(name.strip() for name in argument.split(",") if name.strip()))


def window(argument: str) -> tuple[int, int]:
    """Convert "FIRST:LAST" to (first, last), in points."""
    try:
        first, last = map(int, argument.split(":"))
    except ValueError:
        raise ArgumentTypeError(
            f"a window is FIRST:LAST in points, for example 0:300; got {argument[:40]!r}"
        ) from None
    return first, last


def split(argument: str) -> float | int:
    """The test part: a fraction below 1, or a number of curves."""
    try:
        number = float(argument)
    except ValueError:
        number = math.nan
    if not (0 < number < 1 or (number >= 1 and number.is_integer())):
        raise ArgumentTypeError(
            f"a split is a fraction between 0 and 1 or a whole number of curves, got {argument[:40]!r}"
        )
    return number if number < 1 else int(number)


def stored(name: str, find: Callable[[str], object]) -> str | Path:
    """Resolve an id or a folder.

    Parameters
    ----------
    name : str
        Id, path, or name of a folder in the current folder that holds a manifest.
    find : callable
        Raises :class:`InputError` for what is neither an id nor a path.

    Returns
    -------
    str or Path
        ``name``, or the folder in the current folder.
    """
    try:
        find(name)
        return name
    except InputError:
        with suppress(OSError):
            if name and (Path(name) / "manifest.json").is_file():
                return Path(name)
        raise
    except OSError as error:
        raise InputError(
            f"{name[:60]!r} is no id, and as a folder it cannot be opened ({error.strerror})."
        ) from None


def load_dataset(name: str) -> "EchoDataset":
    """Load the data set with this id or folder."""
    from nmr_core.datasets import load_dataset
    from nmr_core.datasets.catalogue import find_dataset

    return load_dataset(stored(name, find_dataset))


def out_file(name: str, endings: tuple[str, ...]) -> Path:
    """The path of a file that can be written: its ending is known and its folder exists."""
    path = Path(name)
    if path.suffix.lower() not in endings:
        raise InputError(f"The file must end in {' or '.join(endings)}, got {name[:200]!r}.")
    if path.is_dir() or not path.absolute().parent.is_dir():
        raise InputError(
            f"{path.absolute()} cannot be made: it is a folder, or its folder does not exist. "
            "Make the folder first, or choose another file."
        )
    return path.absolute()
