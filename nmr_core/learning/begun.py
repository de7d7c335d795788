"""What a training was begun with: a document that a later sitting is compared with."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nmr_core.errors import InputError
from nmr_core.storage.files import read_json, write_json

FORMAT = 1


def key_of(begun: Mapping[str, Any]) -> str:
    """16 hexadecimal digits that differ for different contents."""
    return hashlib.sha256(_text(begun).encode()).hexdigest()[:16]


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True, default=str)


def adopt(
    path: Path,
    begun: Mapping[str, Any],
    name: str,
    header: Mapping[str, Any],
    **more: Any,
) -> dict[str, Any]:
    """Compare with the document of an earlier sitting; write it if there is none.

    Parameters
    ----------
    path : Path
        JSON file.
    begun : dict
        What determines the result, in words: "seed" -> 3.
    name : str
        What is continued, for the error.
    header : dict
        Entries of a new document that lists show: title, dataset, owner.
    **more
        Further entries of a new document, which are not compared.

    Returns
    -------
    dict
        The further entries, as they were stored first.

    Raises
    ------
    InputError
        If anything was changed since.
    FailedError
        If the document is damaged, or cannot be written.
    """
    if not path.exists():
        write_json(path, {"format": FORMAT, **header, "begun": dict(begun), "more": more})
        return more
    document = read_json(path, "training")
    earlier = document.get("begun")
    if not isinstance(earlier, dict) or document.get("format") != FORMAT:
        earlier = {}
    for label, value in begun.items():
        if _text(earlier.get(label)) != _text(value):
            raise InputError(
                f"{name} was begun with {_difference(label, earlier.get(label), value)}, so it "
                "cannot be continued. Restore that, or start it anew (--restart)."
            )
    return dict(document.get("more", more))


def _difference(label: str, old: Any, new: Any) -> str:
    """ "seed 3, now 4"; of a dictionary the first entry that differs."""
    if isinstance(old, dict) and isinstance(new, dict):
        names = [n for n in [*new, *old] if _text(old.get(n)) != _text(new.get(n))]
        return f"{label}: {_difference(names[0], old.get(names[0]), new.get(names[0]))}"
    shown_old, shown_new = (
        str(v)[:60] if v not in (None, "", [], {}) else "none" for v in (old, new)
    )
    return f"{label} {shown_old}, now {shown_new}"
