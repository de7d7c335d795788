"""``train``: train a model on a data set; scores with the baseline, and what is unidentifiable."""

import argparse
import warnings
from argparse import Namespace, _SubParsersAction
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from nmr_core.cli import arguments
from nmr_core.cli.output import interval, quantity, show_facts, show_json, show_table
from nmr_core.cli.recipe_arguments import add_recipe, feature_options
from nmr_core.cli.ticker import Ticker, say
from nmr_core.cli.train_help import epilog
from nmr_core.errors import FailedError, InputError
from nmr_core.glossary import percent_text, score_text
from nmr_core.weights import effective_note, effective_size

if TYPE_CHECKING:
    from nmr_core.datasets import EchoDataset
    from nmr_core.evaluation.run import Run


def add(commands: _SubParsersAction) -> None:
    """Add the command, its arguments and its help to the subparsers of the command line."""
    parser = commands.add_parser(
        "train",
        help="train a model on a data set",
        description="Train on one part of a data set, predict the rest, save and score.",
    )
    _list_models_in_help(parser)
    parser.add_argument("dataset", metavar="DATASET", help="id or folder")
    add_recipe(parser)
    parser.add_argument(
        "--fresh",
        metavar="N",
        type=arguments.whole,
        default=0,
        help="train on N more curves, simulated first, for models that learn from batches, such as "
        "networks; if it is interrupted, the same command continues",
    )
    parser.add_argument(
        "--stream",
        action="store_true",
        default=None,
        help="read batches of curves instead of all at once, for data sets beyond the memory; "
        "networks only, slower (default: above 1 GB of curves, if the model can)",
    )
    parser.add_argument(
        "--restart",
        action="store_true",
        help="with --fresh or --stream: begin anew instead of continuing",
    )
    parser.add_argument(
        "--keep-features",
        action="store_true",
        help="with --fresh or --stream: leave the features of all curves in the data folder, for "
        "other models on the same curves or more of them",
    )
    parser.add_argument("--title", type=arguments.text, help="display text")
    parser.add_argument("--json", action="store_true", help="print the scores as JSON")
    parser.set_defaults(run=run)


def _list_models_in_help(parser: argparse.ArgumentParser) -> None:
    """Append the registries to the help; they take seconds to load, so only when it is printed."""

    def format_help() -> str:
        parser.epilog = epilog()
        return type(parser).format_help(parser)

    parser.format_help = format_help


def run(args: Namespace) -> None:
    """Train, save the run and print its scores, after the targets that cannot be identified."""
    from nmr_core.datasets import load_dataset
    from nmr_core.datasets.catalogue import find_dataset

    dataset = load_dataset(arguments.stored(args.dataset, find_dataset))
    with interruptible():
        run_ = _train(args, dataset)
    show_run(run_, args.json)


@contextmanager
def interruptible() -> Iterator[None]:
    """Turn an interruption into the sentence of how to go on."""
    # The ticker reports an interruption itself
    warnings.filterwarnings("ignore", message="Training interrupted by user")
    try:
        yield
    except KeyboardInterrupt:
        raise FailedError(
            "Interrupted; no run was saved. Run the same command again; with fresh curves or "
            "batches it continues (see trainings --help)."
        ) from None


def show_run(run: "Run", as_json: bool) -> None:
    """Print a run with its scores."""
    (_show_json if as_json else _show)(run)


def _train(args: Namespace, dataset: "EchoDataset"):
    from nmr_core.learning.plan import planned
    from nmr_core.learning.train import train

    _warn_unidentifiable(args, dataset)
    _check_options(planned(args.recipe, args.featurizer, args.model).model, dict(args.option))
    _check_writable()
    with Ticker() as ticker:
        run_ = train(
            dataset,
            targets=args.targets,
            recipe=args.recipe,
            featurizer=args.featurizer,
            model=args.model,
            split=args.split,
            seed=args.seed,
            stream=args.stream,
            symmetries=args.symmetries,
            fresh=args.fresh,
            resume=True,
            restart=args.restart,
            keep_features=args.keep_features,
            weighted=args.weighted,
            title=args.title or "",
            model_options=dict(args.option),
            featurizer_options=feature_options(args),
            progress=ticker,
        )
        run_.save()
        ticker(1, 1, "saved")
    return run_


def _warn_unidentifiable(args: Namespace, dataset: "EchoDataset") -> None:
    from nmr_core.learning.identifiable import unidentifiable

    reasons = unidentifiable(dataset.preset) if dataset.preset else {}
    for name, reason in reasons.items():
        if args.targets is None or name in args.targets:
            say(f"{name} cannot be identified from these echoes: {reason}")


def _check_options(model: str, options: dict) -> None:
    """Check that options are those of the model, not arguments such as the seed."""
    from nmr_core.models import MODELS

    for name in options if model in MODELS else ():
        if name not in MODELS[model].parameters:
            own = ", ".join(MODELS[model].parameters.names) or "none"
            raise InputError(f"The model {model} has no option {name!r}; it has {own}.")


def _check_writable() -> None:
    """Check before the training that the run can be saved."""
    from nmr_core.storage.files import failure
    from nmr_core.storage.workspace import runs_folder

    try:
        runs_folder().mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise failure(error, runs_folder()) from None


def _any_identifiable(run: "Run") -> bool:
    """Whether any target is identifiable; else there is no error of identifiable ones."""
    return any(name not in run.manifest.unidentifiable for name in run.targets)


def _show_json(run: "Run") -> None:
    m = run.manifest
    show_json(
        {
            "run": run.id,
            "path": run.path,
            "title": m.title,
            "dataset": m.dataset,
            "recipe": m.recipe,
            "featurizer": m.featurizer,
            "model": m.model,
            "task": m.task,
            "symmetries": m.symmetries,
            "fresh": m.fresh,
            "weighted": m.weighted,
            "n_effective": effective_size(run.weights),
            "seed": m.seed,
            "n_train": m.n_train,
            "n_test": m.n_test,
            "seconds": m.seconds,
            "predict_seconds": m.predict_seconds,
            "model_bytes": m.model_bytes,
        }
        | (_classes_as_json(run) if run.task == "classification" else _targets_as_json(run))
    )


def _named(values: Iterable[float | None]) -> dict:
    return dict(zip(("value", "low", "high"), values, strict=True))


def _targets_as_json(run: "Run") -> dict:
    m = run.manifest
    targets = {
        name: dict(row)
        | {"unit": m.targets[name]["unit"], "unidentifiable": m.unidentifiable.get(name)}
        for name, row in run.scores.iterrows()
    }
    identifiable = (None, None, None)
    if _any_identifiable(run):
        identifiable = run.weighted_error(identifiable_only=True)
    errors = {"total": _named(run.weighted_error()), "identifiable": _named(identifiable)}
    return {"targets": targets, "weighted_error": errors}


def _classes_as_json(run: "Run") -> dict:
    return {
        "target": run.targets[0],
        "classes": {name: dict(row) for name, row in run.scores.iterrows()},
        "f1_weighted": _named(run.f1_weighted()) | {"baseline": run.baseline_f1},
        "accuracy": _named(run.accuracy()),
        "confusion": run.confusion.to_dict(orient="index"),
    }


def _show(run: "Run") -> None:
    m = run.manifest
    facts = {
        "run": run.id,
        "path": str(run.path),
        "title": m.title,
        "data set": f"{m.dataset} ({m.dataset_title})",
        "curves": f"{m.n_train:,} for training, {m.n_test:,} for the test",
    }
    if m.symmetries:
        n_images = len(m.symmetries) * m.n_train
        facts["symmetries"] = (
            f"{', '.join(m.symmetries)}: {n_images:,} mirrored copies for training"
        )
    if m.fresh:
        facts["fresh curves"] = f"{m.fresh:,}, simulated for this training"
    if note := effective_note(run.weights):
        fitted = "fitted to the prior" if m.weighted else "fitted as they are"
        facts["weights"] = f"{m.n_test:,} test curves{note}, {fitted}"
    facts["time"] = f"{m.seconds:.1f} s, {m.predict_seconds:.2g} s to predict 1,000 curves"
    show_facts(facts)
    print()
    (_show_classes if run.task == "classification" else _show_targets)(run)


def _show_targets(run: "Run") -> None:
    from nmr_core.inference.identifiability.identify import identification_of
    from nmr_core.inference.identifiability.words import beside_run, statement
    from nmr_core.learning.hardly import hardly_estimated

    m = run.manifest
    identification = identification_of(run)
    identified = ("identified",) if identification else ()
    scores = ("target", "r2_interval", "rmse", "rmse_percent")
    show_table(
        (*scores, *identified, "mse_w2", "baseline_mse_w2", "skill"),
        [
            (
                name,
                score_text(s["r2"], 0.0, True, s["r2_low"], s["r2_high"]),
                quantity(f"{s['rmse']:.4g}", m.targets[name]["unit"]),
                percent_text(s["rmse_percent"]),
                *(beside_run(identification, str(name)) for _ in identified),
                score_text(s["mse_w2"], s["baseline_mse_w2"]),
                f"{s['baseline_mse_w2']:.5f}",
                score_text(s["skill"], 0.0, True),
            )
            for name, s in run.scores.iterrows()
        ],
    )
    print()
    identifiable = "- (no target is identifiable)"
    if _any_identifiable(run):
        identifiable = interval(*run.weighted_error(identifiable_only=True))
    show_facts(
        {
            "weighted error, total": interval(*run.weighted_error()),
            "weighted error, identifiable": identifiable,
        }
    )
    if identification:
        print(f"\nIdentify: {statement(identification)}")
    for sentence in hardly_estimated(run).values():
        print(f"\n{sentence}")
    for name, reason in m.unidentifiable.items():
        print(f"\n{name} cannot be identified: {reason} Its score is chance, with any model.")


def _show_classes(run: "Run") -> None:
    show_table(
        ("class", "f1", "baseline_f1", "precision", "recall", "support"),
        [
            (
                name,
                *(f"{s[column]:.4f}" for column in ("f1", "baseline_f1", "precision", "recall")),
                f"{s['support']:.0f}",
            )
            for name, s in run.scores.iterrows()
        ],
    )
    print()
    show_facts(
        {
            "weighted F1 [95 % interval]": interval(*run.f1_weighted()),
            "its baseline, the most frequent class": f"{run.baseline_f1:.4f}",
            "accuracy [95 % interval]": interval(*run.accuracy()),
        }
    )
