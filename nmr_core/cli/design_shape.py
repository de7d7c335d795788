"""``design --shape``: angles and delays of the proposed design, changed continuously."""

from argparse import Namespace
from typing import TYPE_CHECKING

from nmr_core.cli.ticker import Ticker

if TYPE_CHECKING:
    from nmr_core.design.problem import DesignProblem
    from nmr_core.design.reshaping import ShapedProposal
    from nmr_core.design.result import DesignResult
    from nmr_core.design.settings import Design
    from nmr_core.design.shaping import Shaped


def by_noise(problem: "DesignProblem", design: "Design", args: Namespace) -> "Shaped | None":
    """Return a design shaped by receiver noise alone; None without --shape."""
    if args.shape is None:
        return None
    from nmr_core.design.shaping import shape_design

    with Ticker() as ticker:
        return shape_design(
            problem, design, fields=_fields(args), criterion=args.criterion, progress=ticker
        )


def of_ranking(result: "DesignResult", args: Namespace) -> "ShapedProposal | None":
    """Return the shaped proposal of a ranking, stored beside it; None without --shape."""
    if args.shape is None:
        return None
    from nmr_core.design.reshaped_store import find_shaped, save_shaped
    from nmr_core.design.reshaping import shape_proposal

    stored = None if args.again else find_shaped(result.key)
    if stored is not None and stored.fields == _fields(args):
        return stored
    with Ticker() as ticker:
        shaped = shape_proposal(result, _fields(args), n_jobs=args.jobs, progress=ticker)
    save_shaped(shaped)
    return shaped


def _fields(args: Namespace) -> tuple[str, ...]:
    return tuple(name.strip() for name in args.shape.split(","))


def facts(shaped: "Shaped | None") -> dict[str, str]:
    """Return what is printed of a design shaped by receiver noise alone."""
    if shaped is None:
        return {}
    verdict = "" if shaped.improved else ", so the proposed design stays"
    return {
        "shaped": shaped.found.label,
        "gain": f"x {shaped.promised:.3g} on the materials that shaped it, x {shaped.valued:.3g} "
        f"on others{verdict}",
    }
