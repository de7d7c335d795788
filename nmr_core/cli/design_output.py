"""What ``design`` prints: fast screen, ranking, designs, proof."""

from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from nmr_core.cli import design_shape
from nmr_core.cli.output import show_facts, show_json, show_table
from nmr_core.cli.ticker import Ticker, say
from nmr_core.glossary import csv_text

if TYPE_CHECKING:
    import pandas as pd

    from nmr_core.design.problem import DesignProblem
    from nmr_core.design.proof.proof import Proof
    from nmr_core.design.result import DesignResult

SHOWN = 12
"""Settings that are printed; a CSV file has all."""


def screened(problem: "DesignProblem", args: Namespace, out: Path | None) -> None:
    """Compute and print the fast screen."""
    from nmr_core.design.screen import screen

    with Ticker() as ticker:
        result = screen(problem, criterion=args.criterion, progress=ticker)
    shaped = design_shape.by_noise(problem, result.proposed, args)
    if out is not None:
        save(result.ranking, out)
    if args.json:
        fields = _fields(result, ("errors", "ranking", "designs"))
        more = {"ratio": result.ratio, "unknown": result.unknown, "shaped": _plain(shaped)}
        show_json(fields | more | {"csv": _name(out)})
        return
    show_facts(
        _about(problem)
        | {
            "proposed": result.proposed.label,
            "error": f"x {result.ratio:.3g} of the default's, by receiver noise alone",
        }
        | design_shape.facts(shaped)
    )
    print()
    show_errors(result.errors)
    print()
    show_ranking(result.ranking)
    if result.unknown:
        print(f"\nunknown with all of these settings in this time: {', '.join(result.unknown)}")


def designed(problem: "DesignProblem", args: Namespace, out: Path | None) -> None:
    """Rank settings, and print."""
    from nmr_core.design.designing import design

    with Ticker() as ticker:
        result = design(
            problem, criterion=args.criterion, again=args.again, n_jobs=args.jobs, progress=ticker
        )
    show_design(result, args, out)


def show_design(result: "DesignResult", args: Namespace, out: Path | None) -> None:
    """Print a ranking; shape and prove its proposal where that is asked for."""
    shaped = design_shape.of_ranking(result, args)
    proof = _proven(result, args) if args.prove else None
    if out is not None:
        save(result.ranking, out)
    if args.json:
        fields = _fields(result, ("ranking", "designs", "parameters"))
        proven = None if proof is None else _fields(proof, ("table",))
        more = {"sentence": result.sentence, "shaped": _plain(shaped), "proof": proven}
        show_json(fields | more | {"csv": _name(out)})
        return
    show_facts(
        _about(result.problem)
        | {
            "proposed": result.proposed.label,
            "promised": f"error {result.promised.text} of the default's, 90 % interval",
            "stored as": result.key,
        }
    )
    print()
    show_errors(result.parameters.rename(columns={"default": "present"}))
    print()
    show_ranking(result.ranking)
    for sentence in result.unknown.values():
        print(f"\n{sentence}")
    print(f"\n{result.sentence}")
    if shaped is not None:
        print(f"\n{shaped.sentence}")
    if proof is not None:
        print()
        show_proof(proof)


def _proven(result: "DesignResult", args: Namespace) -> "Proof":
    from nmr_core.design.proof.prove import prove
    from nmr_core.design.proof.store import find_proof

    stored = None if args.again else find_proof(result.key)
    if stored is not None:
        return stored
    with Ticker() as ticker:
        return prove(result, n_jobs=args.jobs, progress=ticker)


def show_proof(proof: "Proof") -> None:
    """Print promised and realised ratios, and what follows."""
    names = ("name", "seconds", "error", "ratio", "low", "high", "promised")
    rows = []
    for row in proof.table.to_dict("records"):
        ratios = (_ratio(row[name]) for name in names[3:])
        rows.append((row["name"], _cell(row["seconds"]), _percent(row["error"]), *ratios))
    show_table(names, rows, table="proof")
    print(f"\n{proof.sentence}")


def _about(problem: "DesignProblem") -> dict[str, str]:
    """The problem in a few lines."""
    from nmr_core.progress import duration

    return {
        "preset": problem.preset.name,
        "settings": f"{len(problem.settings)} candidates, up to {problem.most} in a design",
        "noise": f"{problem.noise:.3g} per shot, SNR {0.5 / problem.noise:.4g}",
        "budget": f"{problem.budget:.6g} s ({duration(problem.budget)})",
        "default": problem.default.label,
    }


def _fields(result: Any, tables: Sequence[str]) -> dict[str, Any]:
    """Fields of a result with its designs and tables as JSON."""
    from dataclasses import fields

    values = {entry.name: getattr(result, entry.name) for entry in fields(result)}
    values |= {name: values[name].to_dict("records") for name in tables}
    return {name: _plain(value) for name, value in values.items()}


def _plain(value: Any) -> Any:
    """Designs, ratios and specifications as JSON."""
    from dataclasses import asdict, fields, is_dataclass

    from nmr_core.design.reshaping import ShapedProposal
    from nmr_core.design.settings import Design
    from nmr_core.design.shaping import Shaped

    if isinstance(value, Design):
        return value.to_dict()
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if isinstance(value, Shaped | ShapedProposal):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    return asdict(value) if is_dataclass(value) and not isinstance(value, type) else value


def show_errors(errors: "pd.DataFrame") -> None:
    """Print the error of every parameter with the default and the proposed design."""
    names = ("parameter", "present", "proposed", "worst_present", "worst_proposed")
    rows = [
        (row["name"], *(_percent(row[name]) for name in names[1:] if name in row))
        for row in errors.to_dict("records")
    ]
    show_table(names[: len(rows[0])], rows, table="design")


def show_ranking(ranking: "pd.DataFrame") -> None:
    """Print the best settings, and "measure longer" in any case."""
    from nmr_core.plots.design_ranking import shortened

    names = ("setting", "seconds", "error", "low", "high", "gain_per_hour", "group")
    shown = shortened(ranking, SHOWN)
    columns = [name for name in names if name in shown]
    percents = {"error", "low", "high"}
    rows = [
        tuple(_percent(row[name]) if name in percents else _cell(row[name]) for name in columns)
        for row in shown.to_dict("records")
    ]
    show_table(columns, rows, table="design")
    if len(shown) < len(ranking):
        print(f"and {len(ranking) - len(shown)} more settings")


def save(table: "pd.DataFrame", path: Path) -> None:
    """Write a table to a CSV file."""
    from nmr_core.storage.files import write_file

    text = csv_text(table.drop(columns="is_longer", errors="ignore"), None, "design")
    write_file(path, lambda temporary: temporary.write_text(text, encoding="utf-8"))
    say(f"Written: {path}")


def _name(path: Path | None) -> str | None:
    return None if path is None else str(path)


def _percent(value: float) -> str:
    return f"{100 * value:.3g} %" if np.isfinite(value) else "-"


def _cell(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _ratio(value: float) -> str:
    return f"{value:.3g}" if np.isfinite(value) else "-"
