"""Materials of the prior at which designs are judged: a Sobol sequence over its ranges."""

from nmr_core.design.problem import DesignProblem
from nmr_core.sobol import sobol_points
from nmr_core.storage.seeds import Purpose, side_seed, side_stream


def draw_points(problem: DesignProblem, n: int, purpose: Purpose, *keys: int) -> list[dict]:
    """Return the parameters of n materials of the prior.

    Parameters
    ----------
    problem : DesignProblem
        Its prior and its seed.
    n : int
        How many; powers of two fill the ranges best.
    purpose : Purpose
        Materials of another purpose are others.
    *keys : int
        Tell apart several sets of the same purpose.

    Returns
    -------
    list of dict
        Name -> value, of all parameters of the preset.

    Raises
    ------
    InputError
        If no draw of the prior can be solved.
    """
    preset = problem.preset
    rng = side_stream(problem.seed, purpose, *keys)
    cube = sobol_points(rng, len(preset.space), n)
    return [preset.draw_sample(rng, point).values for point in cube]


def offsets_seed(problem: DesignProblem, purpose: Purpose, *keys: int) -> int:
    """Return the seed of the offsets of one material, the same for all its settings."""
    return side_seed(problem.seed, purpose, *keys)
