"""The job "design": its parameters as JSON -> the key of the stored result."""

from typing import Any

from nmr_core.design.designing import design
from nmr_core.design.problem import DesignProblem
from nmr_core.errors import InputError
from nmr_core.presets import preset_from_dict, recipe_in
from nmr_core.progress import Progress

OPTIONS = ("criterion", "n_materials", "again", "n_jobs")


def design_params(problem: DesignProblem, **options: Any) -> dict[str, Any]:
    """Return the parameters of the job of a problem.

    Parameters
    ----------
    problem : DesignProblem
        What is asked.
    **options
        criterion, n_materials, again and n_jobs of :func:`nmr_core.design.designing.design`.
    """
    return problem.to_dict() | options


def design_job(params: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Rank settings and propose a design.

    Parameters
    ----------
    params : dict
        Of :func:`design_params`; or a recipe as "preset" and arguments of
        :meth:`nmr_core.design.problem.DesignProblem.of`.
    progress : callable
        Called with (done, total, message).

    Returns
    -------
    dict
        design (key of the result) and a summary.

    Raises
    ------
    InputError
        For parameters of another kind of job, or a problem without an answer.
    """
    values = {name: value for name, value in recipe_in(params).items() if name != "owner"}
    options = {name: values.pop(name) for name in OPTIONS if name in values}
    options.setdefault("n_jobs", -1)
    result = design(_problem(values), progress=progress, **options)
    progress(100, 100, "ranked")
    return {"design": result.key, "summary": result.sentence}


def _problem(values: dict[str, Any]) -> DesignProblem:
    if "candidates" in values and isinstance(values.get("default"), dict):
        return DesignProblem.from_dict(values)
    preset = preset_from_dict(values.pop("preset"))
    try:
        return DesignProblem.of(preset, **values)
    except TypeError as error:
        raise InputError(
            f"The arguments of design are wrong ({error}). Start it again from its page."
        ) from None
