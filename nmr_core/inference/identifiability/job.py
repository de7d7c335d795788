"""The job "identify": a question as JSON -> the key of its answer."""

from nmr_core.errors import InputError
from nmr_core.inference.identifiability.make import identify
from nmr_core.inference.identifiability.profiling import profile
from nmr_core.inference.identifiability.scanning import bound_map, scan
from nmr_core.presets import preset_from_dict, recipe_in
from nmr_core.progress import Progress

QUESTIONS = {"verdicts": identify, "scan": scan, "map": bound_map, "profile": profile}


def identify_job(params: dict, progress: Progress) -> dict:
    """``params``: "what" of ``QUESTIONS``, the recipe of the preset, and the arguments of that function as JSON."""
    what = params.get("what", "verdicts")
    if what not in QUESTIONS:
        raise InputError(f"what must be one of {', '.join(QUESTIONS)}, got {str(what)[:40]!r}.")
    options = {
        name: value for name, value in recipe_in(params).items() if name not in ("what", "owner")
    }
    preset = preset_from_dict(options.pop("preset"))
    try:
        made = QUESTIONS[what](preset, progress=progress, **options)
    except TypeError as error:
        raise InputError(
            f"The question cannot be understood ({error}). Ask it again from its page."
        ) from None
    progress(100, 100, "identified")
    return {"identification": made.key, "what": what}
