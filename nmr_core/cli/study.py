"""``study``: run a study (learning curve, search, ...), save it, and print its table and result."""

import warnings
from argparse import Namespace, _SubParsersAction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nmr_core.cli import arguments
from nmr_core.cli.output import show_facts, show_json, show_table
from nmr_core.cli.recipe_arguments import add_recipe, feature_options
from nmr_core.cli.ticker import Ticker, say
from nmr_core.errors import FailedError
from nmr_core.experiment.parse import number_or_text
from nmr_core.glossary import csv_text, score_cell

if TYPE_CHECKING:
    from nmr_core.datasets import EchoDataset

KINDS = "learning_curve, validation_curve, search, cross_validation, seeds, sanity"
EXAMPLE = """example:
  python -m nmr_core study learning_curve example-ml4sci-2020 \\
      --featurizer polynomial --model ridge --goal 0.01
  python -m nmr_core study validation_curve example-ml4sci-2020 \\
      --model random_forest --vary min_samples_leaf --values 1,4,16
  python -m nmr_core study search ds-20261121-031502-5f3a \\
      --model mlp --search width_1,width_2 --candidates 20 --limit-hours 1
  python -m nmr_core study show st-20261121-041502-7a1b

The time is estimated first; a study that would take longer than --limit-hours is refused."""
SETTINGS = (
    "repeats",
    "points",
    "smallest",
    "goal",
    "validation",
    "method",
    "candidates",
    "folds",
    "permutations",
    "values",
)


def add(commands: _SubParsersAction) -> None:
    """Add the command, its arguments and its help to the subparsers of the command line."""
    parser = commands.add_parser(
        "study",
        help="learning curves, searches, cross-validation, sanity checks",
        epilog=EXAMPLE,
        description="Many fits with one question: how much data, which options, how certain?",
    )
    parser.add_argument("kind", metavar="KIND", help=f"{KINDS}; or show, to print a finished study")
    parser.add_argument("dataset", metavar="DATASET", help="id or folder (of show: a study's)")
    add_recipe(parser)
    number = {"type": arguments.whole, "metavar": "N"}
    parser.add_argument(
        "--repeats", **number, help="random choices of curves, validation parts or seeds"
    )
    parser.add_argument(
        "--points", **number, help="learning_curve: how many numbers of curves (default 6)"
    )
    parser.add_argument(
        "--smallest", **number, help="learning_curve: curves of the smallest fit (default 20)"
    )
    parser.add_argument(
        "--goal",
        type=float,
        metavar="ERROR",
        help="learning_curve: how many curves does this error take?",
    )
    parser.add_argument(
        "--vary", type=arguments.text, metavar="OPTION", help="validation_curve: which option"
    )
    parser.add_argument(
        "--values", type=_values, metavar="V1,V2", help="validation_curve: its values"
    )
    parser.add_argument(
        "--validation",
        type=float,
        metavar="SHARE",
        help="of the training part, which judges (default 0.2)",
    )
    parser.add_argument(
        "--search",
        type=arguments.names,
        metavar="A,B",
        help="search: which options (default: the model's)",
    )
    parser.add_argument(
        "--candidates", **number, help="search: choices of options that are tried (default 20)"
    )
    parser.add_argument("--method", metavar="M", help="search: halving (default) or random")
    parser.add_argument("--folds", **number, help="cross_validation: parts (default 5)")
    parser.add_argument(
        "--permutations", **number, help="sanity: how often labels are permuted (default 5)"
    )
    parser.add_argument(
        "--limit-hours",
        type=float,
        metavar="H",
        default=6.0,
        help="refuse what takes longer (default 6)",
    )
    parser.add_argument("--title", type=arguments.text, help="display text")
    parser.add_argument("--csv", metavar="FILE", help="also write the table to a CSV file")
    parser.add_argument("--json", action="store_true", help="print the study as JSON")
    parser.set_defaults(run=run)


def _values(text: str) -> list:
    return [number_or_text(value) for value in arguments.names(text)]


def run(args: Namespace) -> None:
    """Run or read a study, and print it."""
    file = arguments.out_file(args.csv, (".csv",)) if args.csv else None
    study = _stored(args.dataset) if args.kind == "show" else _new(args)
    if file:
        _save(study, file)
    (_show_json if args.json else _show)(study)


def _stored(name: str):
    from nmr_core.studies import load_study

    return load_study(name)


def _new(args: Namespace):
    from nmr_core.datasets import load_dataset
    from nmr_core.datasets.catalogue import find_dataset
    from nmr_core.studies.kinds import kind_of

    kind_of(args.kind)
    dataset = load_dataset(arguments.stored(args.dataset, find_dataset))
    try:
        return _study(args, dataset)
    except KeyboardInterrupt:
        raise FailedError("Interrupted; no study was saved. Run the same command again.") from None


def _study(args: Namespace, dataset: "EchoDataset"):
    from nmr_core.studies import study

    settings = {name: getattr(args, name) for name in SETTINGS}
    settings |= {"option": args.vary, "options": args.search}
    # The ticker reports an interruption itself
    warnings.filterwarnings("ignore", message="Training interrupted by user")
    _check_writable()
    with _StudyTicker() as ticker:
        result = study(
            args.kind,
            dataset,
            targets=args.targets,
            recipe=args.recipe,
            featurizer=args.featurizer,
            model=args.model,
            featurizer_options=feature_options(args),
            model_options=dict(args.option),
            symmetries=args.symmetries,
            split=args.split,
            seed=args.seed,
            weighted=args.weighted,
            limit_hours=args.limit_hours,
            title=args.title or "",
            progress=ticker,
            **{name: value for name, value in settings.items() if value is not None},
        )
        result.save()
        ticker(1000, 1000, "saved")
    return result


class _StudyTicker(Ticker):
    """A ticker that prints the estimated time as a line of its own."""

    has_estimate = False

    def __call__(self, done: int, total: int, message: str = "") -> None:
        if not self.has_estimate and message.startswith("about"):
            self.has_estimate = True
            say(f"This takes {message}.")
        super().__call__(done, total, message)


def _check_writable() -> None:
    """Check before the fits that the study can be saved."""
    from nmr_core.storage.files import failure
    from nmr_core.studies.record import studies_folder

    try:
        studies_folder().mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise failure(error, studies_folder()) from None


def _about(study: Any) -> dict[str, dict]:
    """Targets and options that columns of the table are about."""
    from nmr_core.studies.columns import option_columns

    return study.targets | option_columns(study.table())


def _save(study: Any, path: Path) -> None:
    from nmr_core.storage.files import write_file

    text = csv_text(study.table(), _about(study), "study")
    write_file(path, lambda temporary: temporary.write_text(text, encoding="utf-8", newline="\n"))


def _show_json(study: Any) -> None:
    from dataclasses import asdict

    show_json(asdict(study))


def _show(study: Any) -> None:
    table = study.table()
    show_facts(
        {
            "study": study.id,
            "title": study.title,
            "data set": f"{study.dataset} ({study.dataset_title})",
            "time": f"{study.seconds:.1f} s",
        }
    )
    print()
    show_table(
        list(table),
        [[_cell(name, row) for name in table] for row in table.to_dict("records")],
        _about(study),
        "study",
    )
    print(f"\n{study.sentence}")


def _cell(name: str, row: dict[str, Any]) -> str:
    """A cell of the table; scores that mean nothing in words."""
    value = row[name]
    if value is None or value != value:
        return ""
    if name == "error" or name.startswith("r2_"):
        return score_cell(name, row)
    if not isinstance(value, float):
        return str(value)
    if value.is_integer() and abs(value) >= 10:
        return f"{int(value):,}"
    return f"{value:.4g}"
