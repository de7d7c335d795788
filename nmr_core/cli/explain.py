"""``explain``: which parts of the echo and which features the model of a run uses."""

from argparse import Namespace, _SubParsersAction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from nmr_core.cli import arguments
from nmr_core.cli.output import show_facts, show_json, show_table
from nmr_core.cli.ticker import Ticker
from nmr_core.errors import FailedError, InputError

if TYPE_CHECKING:
    from nmr_core.evaluation.explain.explanation import Explanation, Importance, Sensitivity, TopK

SHOWN = 10
EXAMPLE = """example:
  python -m nmr_core explain example-mlp
  python -m nmr_core explain run-20261121-031502-5f3a --part importance,sensitivity --json

importance:  drop of R² (of weighted F1) when a block of time,
             or a feature, is shuffled among held-out curves
impurity:    what the splits of a tree model used
sensitivity: |d prediction / d M(t)| by finite differences
top_k:       the model trained again on its 1, 2, 5, ... best features
The result is stored under NMR_DATA/explanations and is shown on the page Explain."""


def add(commands: _SubParsersAction) -> None:
    """Add the command, its arguments and its help to the subparsers of the command line."""
    parser = commands.add_parser(
        "explain",
        help="show what a model uses",
        epilog=EXAMPLE,
        description="Show which times and features a model uses, on held-out curves.",
    )
    parser.add_argument("run_id", metavar="RUN", help="id or folder")
    parser.add_argument(
        "--part",
        metavar="A,B",
        type=arguments.names,
        help="default: importance,impurity,sensitivity,top_k",
    )
    parser.add_argument(
        "--repeats",
        metavar="N",
        type=arguments.whole,
        default=5,
        help="shuffles per group (default 5)",
    )
    parser.add_argument(
        "--curves",
        metavar="N",
        type=arguments.whole,
        default=500,
        help="held-out curves that are shuffled, at most (default 500)",
    )
    parser.add_argument(
        "--seed",
        type=arguments.seed(2**32 - 1),
        default=0,
        help="seed of shuffles and choices (default 0)",
    )
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    parser.set_defaults(run=run)


def run(args: Namespace) -> None:
    """Explain, store and print."""
    from nmr_core.datasets import load_dataset
    from nmr_core.evaluation import load_run
    from nmr_core.evaluation.explain import PARTS, explain, save_explanation

    run_ = load_run(arguments.stored(args.run_id, load_run))
    try:
        dataset = load_dataset(run_.manifest.dataset)
    except InputError:
        raise FailedError(
            f"The data set {run_.manifest.dataset} of run {run_.id} is missing, so there are no "
            "held-out curves. Generate it again, or explain another run."
        ) from None
    with Ticker() as ticker:
        result = explain(
            run_,
            dataset,
            parts=PARTS if args.part is None else args.part,
            n_repeats=args.repeats,
            n_curves=args.curves,
            seed=args.seed,
            progress=ticker,
        )
    folder = save_explanation(result)
    if args.json:
        show_json(_numbers(result, folder))
    else:
        _show(result, folder)


def _largest(importance: "Importance", measure: int) -> list[int]:
    """Positions of the :data:`SHOWN` largest importances."""
    return np.argsort(-importance.mean[:, measure], kind="stable")[:SHOWN].tolist()


def _importances(result: "Explanation") -> list[tuple[str, Any]]:
    """(name, importance) of the kinds that were computed."""
    kinds = [("importance", result.importance)]
    if result.impurity is not None:
        kinds.append(("impurity", result.splits()))
    return [(name, kind) for name, kind in kinds if kind is not None]


def _numbers(result: "Explanation", folder: Path) -> dict[str, Any]:
    """Everything that was computed, for ``--json``."""
    numbers = {
        "run": result.run,
        "dataset": result.dataset,
        "path": folder,
        "seconds": result.seconds,
    }
    for name, kind in _importances(result):
        groups = [
            {
                "name": group,
                "channel": kind.channels[k],
                "setting": kind.settings[k],
                "points": kind.support[k],
                "mean": kind.mean[k],
                "low": kind.interval[k, :, 0],
                "high": kind.interval[k, :, 1],
            }
            for k, group in enumerate(kind.names)
        ]
        numbers[name] = {"measures": kind.measures, "base": kind.base, "groups": groups}
    if (sensitivity := result.sensitivity) is not None:
        numbers["sensitivity"] = {
            "outputs": sensitivity.outputs,
            "edges": sensitivity.edges,
            "step": sensitivity.step,
            "noise": sensitivity.noise,
            "change": sensitivity.change,
            "smooth": sensitivity.smooth,
            "strength": sensitivity.strength().mean(axis=0),
        }
    if (top_k := result.top_k) is not None:
        numbers["top_k"] = {
            "ranked_by": top_k.ranked_by,
            "k": top_k.k,
            "measures": top_k.measures,
            "scores": top_k.scores,
            "baseline": top_k.baseline,
            "best": [result.features[k] for k in top_k.order[:SHOWN]],
        }
    return numbers


def _show(result: "Explanation", folder: Path) -> None:
    """Print a summary and a table per part."""
    show_facts(
        {
            "run": result.run,
            "data set": result.dataset,
            "stored in": str(folder),
            "time": f"{result.seconds:.1f} s",
        }
    )
    for name, kind in _importances(result):
        _show_importance(result, name, kind)
    if result.sensitivity is not None:
        _show_sensitivity(result.sensitivity, result.time)
    if result.top_k is not None:
        _show_top_k(result.top_k)


def _show_importance(result: "Explanation", name: str, importance: "Importance") -> None:
    """Print the largest importances of each measure."""
    title, column = "splits of the trees", "fraction"
    if name == "importance":
        title = "shuffled"
        column = "loss of score" if result.task == "classification" else "drop of R²"
    times = f" ({result.time[0]:g} to {result.time[-1]:g} µs)" if importance.timed.any() else ""
    for k, measure in enumerate(importance.measures):
        print(f"\n{measure}, {title}{times}")
        rows = [
            (
                importance.names[group],
                importance.channels[group],
                f"{importance.mean[group, k]:.4g}",
                "[{:.3g}, {:.3g}]".format(*importance.interval[group, k]),
            )
            for group in _largest(importance, k)
        ]
        names = ("group", "channel", "mean", "interval")
        show_table(names, rows, table="explain", mean=column)


def _show_sensitivity(sensitivity: "Sensitivity", time: np.ndarray) -> None:
    """Print where each output is most sensitive."""
    check = "half the step gives the same slopes"
    if not sensitivity.smooth:
        check = f"half the step changes the slopes by {sensitivity.change:.0%}; the model has jumps"
    print(f"\nsensitivity, step {sensitivity.step:.3g}: {check}")
    rows = [
        (name, f"{time[sensitivity.edges[row.argmax()]]:.4g} µs", f"{row.max():.4g}")
        for name, row in zip(
            sensitivity.outputs, sensitivity.strength().mean(axis=(0, 2)), strict=True
        )
    ]
    names = ("output", "largest_at", "both")
    label = "fraction of the range per unit of M"
    show_table(names, rows, table="explain", both=label)


def _show_top_k(top_k: "TopK") -> None:
    """Print the scores against the number of features."""
    print(f"\nbest features only, ranked by {top_k.ranked_by}")
    rows = [
        (f"{k:,}", *(f"{value:.4f}" for value in row[:, 0]))
        for k, row in zip(top_k.k, top_k.scores, strict=True)
    ]
    names = ("k", *(f"score_{measure}" for measure in top_k.measures))
    show_table(names, rows, table="explain")
