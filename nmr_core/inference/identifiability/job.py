"""The job "identify": its parameters as JSON -> the key of the stored result."""

from collections.abc import Callable
from typing import Any

from nmr_core.errors import InputError
from nmr_core.inference.identifiability.identification import Identification
from nmr_core.inference.identifiability.identify import identify
from nmr_core.inference.identifiability.profile import profile
from nmr_core.inference.identifiability.scan import error_map, scan
from nmr_core.presets import preset_from_dict, recipe_in
from nmr_core.progress import Progress

FUNCTIONS: dict[str, Callable[..., Any]] = {
    "verdicts": identify,
    "scan": scan,
    "map": error_map,
    "profile": profile,
}
OLD_NAMES = {"place": "point", "n_places": "n_points", "sigma": "noise"}
"""Arguments that were renamed after version 0.5."""


def identify_job(params: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Run one of ``FUNCTIONS``.

    Parameters
    ----------
    params : dict
        "what", a name in ``FUNCTIONS``; "preset", its recipe; arguments of the function.
    progress : callable
        Called with (done, total, message).

    Raises
    ------
    InputError
    """
    kind = params.get("what", "verdicts")
    if kind not in FUNCTIONS:
        raise InputError(f"what must be one of {', '.join(FUNCTIONS)}, got {str(kind)[:40]!r}.")
    options = {
        OLD_NAMES.get(name, name): value
        for name, value in recipe_in(params).items()
        if name not in ("what", "owner")
    }
    preset = preset_from_dict(options.pop("preset"))
    if kind == "verdicts":
        options.setdefault("n_jobs", -1)
    try:
        result = FUNCTIONS[kind](preset, progress=progress, **options)
    except TypeError as error:
        raise InputError(
            f"The arguments of identify are wrong ({error}). Start it again from its page."
        ) from None
    progress(100, 100, "identified")
    summary = _summary(result) if isinstance(result, Identification) else ""
    return {"identification": result.key, "what": kind, "summary": summary}


def _summary(result: Identification) -> str:
    """Which parameters are identifiable, in one line."""
    symbols = {spec.name: spec.symbol for spec in result.specs}
    words = {"identifiable": "Identifiable", "combination": "in combination", "not": "not"}
    groups = []
    for kind, word in words.items():
        names = [symbols[name] for name, verdict in result.verdicts.items() if verdict.kind == kind]
        if names:
            groups.append(f"{word}: {', '.join(names)}")
    return " · ".join(groups)
