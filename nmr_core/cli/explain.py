"""``explain``: what a run's model looked at."""

import numpy as np

from nmr_core.cli import arguments
from nmr_core.cli.output import show_facts, show_json, show_table
from nmr_core.cli.ticker import Ticker
from nmr_core.errors import FailedError, InputError

SHOWN = 10
EXAMPLE = """example:
  python -m nmr_core explain example-mlp
  python -m nmr_core explain run-20261121-031502-5f3a --part importance,sensitivity --repeats 10 --json

importance:  drop of R² (of weighted F1) when a block of time, or a feature, is shuffled among held-out curves
impurity:    what the splits of a tree model used
sensitivity: |d prediction / d M(t)| by finite differences
top_k:       the model again, on its 1, 2, 5, ... best features (ranked on the training part)
The result is kept under NMR_DATA/explanations and is shown on the page "Look inside"."""


def add(commands) -> None:
    """Describe the command."""
    parser = commands.add_parser(
        "explain",
        help="see what a model looked at",
        epilog=EXAMPLE,
        description="What the model of a run looked at, from its held-out curves.",
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
        help="shuffles of every group (default 5)",
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
        help="of shuffles and choices (default 0)",
    )
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    parser.set_defaults(run=run)


def run(args) -> None:
    """Explain, keep, print."""
    from nmr_core.datasets import load_dataset
    from nmr_core.evaluation import load_run
    from nmr_core.evaluation.explain import PARTS, explain, save_explanation

    run_ = load_run(arguments.stored(args.run_id, load_run))
    try:
        dataset = load_dataset(run_.manifest.dataset)
    except InputError:
        raise FailedError(
            f"The data set {run_.manifest.dataset} of run {run_.id} is not here, so there are no held-out curves "
            "to look at. Generate it again, or explain another run."
        ) from None
    with Ticker() as ticker:
        found = explain(
            run_,
            dataset,
            parts=PARTS if args.part is None else args.part,
            n_repeats=args.repeats,
            n_curves=args.curves,
            seed=args.seed,
            progress=ticker,
        )
    folder = save_explanation(found)
    (_show_json if args.json else _show)(found, folder)


def _largest(importance, measure: int) -> list[int]:
    return np.argsort(-importance.mean[:, measure], kind="stable")[:SHOWN].tolist()


def _show_json(found, folder) -> None:
    result = {"run": found.run, "dataset": found.dataset, "path": folder, "seconds": found.seconds}
    for part, kind in (
        ("importance", found.importance),
        ("impurity", found.impurity and found.splits()),
    ):
        if kind is not None:
            result[part] = {
                "measures": kind.measures,
                "base": kind.base,
                "groups": [
                    {
                        "name": name,
                        "channel": kind.channels[k],
                        "setting": kind.settings[k],
                        "points": kind.support[k],
                        "mean": kind.mean[k],
                        "low": kind.interval[k, :, 0],
                        "high": kind.interval[k, :, 1],
                    }
                    for k, name in enumerate(kind.names)
                ],
            }
    if (s := found.sensitivity) is not None:
        result["sensitivity"] = {
            "outputs": s.outputs,
            "edges": s.edges,
            "step": s.step,
            "noise": s.noise,
            "change": s.change,
            "smooth": s.smooth,
            "strength": s.strength().mean(axis=0),
        }
    if (t := found.top_k) is not None:
        best = [found.features[k] for k in t.order[:SHOWN]]
        result["top_k"] = {
            "ranked_by": t.ranked_by,
            "k": t.k,
            "measures": t.measures,
            "scores": t.scores,
            "baseline": t.baseline,
            "best": best,
        }
    show_json(result)


def _show(found, folder) -> None:
    show_facts(
        {
            "run": found.run,
            "data set": found.dataset,
            "kept in": str(folder),
            "time": f"{found.seconds:.1f} s",
        }
    )
    lost = "loss of score" if found.task == "classification" else "drop of R²"
    for title, what, kind in (
        ("shuffled", lost, found.importance),
        ("splits of the trees", "share", found.impurity and found.splits()),
    ):
        if kind is None:
            continue
        for k, measure in enumerate(kind.measures):
            print(
                f"\n{measure}, {title}"
                + (f" ({found.time[0]:g} to {found.time[-1]:g} µs)" if kind.timed.any() else "")
            )
            show_table(
                ("group", "channel", what, "95 % interval"),
                [
                    (
                        kind.names[g],
                        kind.channels[g],
                        f"{kind.mean[g, k]:.4g}",
                        f"[{kind.interval[g, k, 0]:.3g}, {kind.interval[g, k, 1]:.3g}]",
                    )
                    for g in _largest(kind, k)
                ],
            )
    if (s := found.sensitivity) is not None:
        strength = s.strength().mean(axis=(0, 2))
        print(
            f"\nsensitivity, moved by {s.step:.3g}: "
            + (
                "half the step gives the same slopes"
                if s.smooth
                else f"half the step changes the slopes by {s.change:.0%}, the model goes in steps"
            )
        )
        show_table(
            ("output", "largest at", "share of the range per unit of M"),
            [
                (name, f"{found.time[s.edges[row.argmax()]]:.4g} µs", f"{row.max():.4g}")
                for name, row in zip(s.outputs, strength, strict=True)
            ],
        )
    if (t := found.top_k) is not None:
        print(f"\nbest features kept, by {t.ranked_by}")
        show_table(
            ("features", *t.measures),
            [
                (f"{k:,}", *(f"{value:.4f}" for value in row[:, 0]))
                for k, row in zip(t.k, t.scores, strict=True)
            ],
        )
