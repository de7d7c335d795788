"""Texts of the command line -> numbers, names, folders and stored things."""

import math
from argparse import SUPPRESS, ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from nmr_core.errors import InputError
from nmr_core.experiment import parse

if TYPE_CHECKING:
    from nmr_core.datasets.dataset import EchoDataset

T = TypeVar("T")

MAX_SEED = 2**53 - 1
"""Largest seed of data sets and effects: a whole number that JSON keeps exactly."""


def argument_type(convert: Callable[[str], T]) -> Callable[[str], T]:
    """Return the same conversion as a ``type`` of argparse."""

    def converted(argument: str) -> T:
        try:
            return convert(argument)
        except InputError as error:
            raise ArgumentTypeError(str(error)) from None

    return converted


text = argument_type(parse.plain_text)
setting = argument_type(parse.assignment)
settings = argument_type(parse.several_values)
sweep = argument_type(parse.value_range)


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
            "a split is a fraction between 0 and 1 or a whole number of curves, got "
            f"{argument[:40]!r}"
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


def add_actions(
    parser: ArgumentParser,
    actions: Mapping[str, str],
    run: Callable[[Namespace], None],
    *,
    id: str,
    json: str,
) -> None:
    """Add actions to the parser of a command: "list", also without an action, and others of an id.

    Parameters
    ----------
    parser : ArgumentParser
        Of the command; its epilog is that of each action.
    actions : mapping of str to str
        Name -> help.
    run : callable
        Carries out ``args.action``.
    id, json : str
        Help of the id and of --json.
    """
    choices = parser.add_subparsers(metavar="ACTION", dest="action")
    for name, text in actions.items():
        action = choices.add_parser(
            name, help=text, description=text.capitalize(), epilog=parser.epilog
        )
        if name != "list":
            action.add_argument("id", metavar="ID", help=id)
        action.add_argument("--json", action="store_true", default=SUPPRESS, help=json)
        action.set_defaults(run=run)
    parser.add_argument("--json", action="store_true", help=json)
    parser.set_defaults(run=run)
