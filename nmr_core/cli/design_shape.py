"""``design --shape``: angles and delays of the proposed design, changed continuously."""

from argparse import Namespace
from typing import TYPE_CHECKING

from nmr_core.cli.ticker import Ticker

if TYPE_CHECKING:
    from nmr_core.design.problem import DesignProblem
    from nmr_core.design.settings import Design
    from nmr_core.design.shaping import Shaped

N_MATERIALS = 64
"""Materials on which a design is shaped where disorder counts."""


def shaped(problem: "DesignProblem", design: "Design", args: Namespace) -> "Shaped | None":
    """Return the shaped design; None without --shape. Disorder counts unless it is a --screen."""
    if args.shape is None:
        return None
    from nmr_core.design.shaping import shape_design

    names = [name.strip() for name in args.shape.split(",")]
    with Ticker() as ticker:
        return shape_design(
            problem,
            design,
            fields=names,
            criterion=args.criterion,
            n_materials=0 if args.screen else N_MATERIALS,
            progress=ticker,
        )


def facts(shaped: "Shaped | None") -> dict[str, str]:
    """Return what is printed of a shaped design."""
    if shaped is None:
        return {}
    verdict = "" if shaped.improved else ", so the proposed design stays"
    return {
        "shaped": shaped.design.label,
        "gain": f"x {shaped.promised:.3g} on the materials that shaped it, x {shaped.valued:.3g} "
        f"on others{verdict}",
    }
