"""Tables of a TOML file -> frozen dataclasses; a wrong key or value is one sentence."""

from dataclasses import MISSING, Field, fields
from difflib import get_close_matches
from typing import Any, TypeVar

from nmr_core.errors import InputError

T = TypeVar("T")

_TEXTS = tuple[str, ...]
_WORDS: dict[Any, str] = {
    str: "text in quotes",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    _TEXTS: "a list of texts",
}
"""Annotation of a field -> what the file must hold."""


def build(kind: type[T], table: object, place: str) -> T:
    """A dataclass from a table; each key is a field.

    Parameters
    ----------
    kind : type
        Dataclass whose fields are of the types in :data:`_WORDS`.
    table : object
        From the file.
    place : str
        Name of the table, for messages; "" for the file itself.

    Raises
    ------
    InputError
        Names the key, what it must be and what to do.
    """
    entries = checked_table(table, place)
    known = {field.name: field for field in fields(kind)}  # type: ignore[arg-type]
    check_keys(entries, list(known), place)
    missing = [name for name, field in known.items() if name not in entries and _required(field)]
    if missing:
        raise InputError(f"{_key(place, missing[0])} is missing. Add a line {missing[0]} = ...")
    values = {
        name: _value(value, known[name].type, _key(place, name)) for name, value in entries.items()
    }
    return kind(**values)


def checked_table(table: object, place: str) -> dict[str, Any]:
    """``table`` if it is one."""
    if not isinstance(table, dict):
        raise InputError(f"{place} must be a table, got {table!r:.60}. Begin it with [{place}].")
    return table


def check_keys(entries: dict[str, Any], known: list[str], place: str) -> None:
    """Refuse keys that mean nothing."""
    for name in entries:
        if name not in known:
            close = get_close_matches(name, known, n=1)
            hint = f"Did you mean {close[0]}?" if close else f"Known: {', '.join(known)}."
            raise InputError(f"{_key(place, name)} is not known. {hint}")


def _required(field: Field) -> bool:
    return field.default is MISSING and field.default_factory is MISSING


def _key(place: str, name: str) -> str:
    return f"{place}.{name}" if place else name


def _value(value: object, kind: Any, key: str) -> Any:
    """The value as the field's type."""
    if kind == _TEXTS and isinstance(value, list):
        if all(isinstance(item, str) and item for item in value):
            return tuple(value)
    elif kind is float and isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    elif type(value) is kind:
        return value
    raise InputError(f"{key} must be {_WORDS[kind]}, got {value!r:.60}. Correct the line.")
