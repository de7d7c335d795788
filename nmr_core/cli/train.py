"""``train``: a model on a data set, its scores beside the null, and what cannot be known."""

import warnings

from nmr_core.cli import arguments
from nmr_core.cli.output import interval, quantity, show_facts, show_json, show_table
from nmr_core.cli.ticker import Ticker, say
from nmr_core.errors import FailedError, InputError

EXAMPLE = """example:
  python -m nmr_core train ds-20261121-031502-5f3a --targets alpha,p,d --featurizer polynomial --model ridge
  python -m nmr_core train example-ml4sci-2020 --model mlp --option width_1=64 --option width_2=32 --window 0:300

The run is saved in the data folder. A wrong name of a target, featurizer, model or option lists the right ones."""


def add(commands) -> None:
    """Describe the command."""
    parser = commands.add_parser("train", help="train a model on a data set", epilog=EXAMPLE,
                                 description="Train on one part of a data set, predict the rest, save and score.")
    parser.add_argument("dataset", metavar="DATASET", help="id or folder")
    parser.add_argument("--targets", metavar="A,B", type=arguments.names, help="default: all that the preset draws")
    parser.add_argument("--featurizer", metavar="F", default="raw", help="default raw")
    parser.add_argument("--channels", metavar="RE,IM", type=arguments.names, help="of re, im, abs; default re,im")
    parser.add_argument("--window", metavar="FIRST:LAST", type=arguments.window, help="points; default: whole curve")
    parser.add_argument("--model", metavar="M", default="mlp", help="default mlp")
    parser.add_argument("--option", metavar="NAME=VALUE", action="append", type=arguments.setting, default=[],
                        help="option of the model; can be repeated")
    parser.add_argument("--split", metavar="TEST", type=arguments.split, default=0.1,
                        help="test part: share, or number of curves (default 0.1)")
    parser.add_argument("--seed", type=arguments.seed(2**32 - 1), default=0, help="of split and model (default 0)")
    parser.add_argument("--stream", action="store_true", default=None,
                        help="read batches of curves instead of all at once, for data sets beyond the memory; mlp only, slower "
                             "(default: above 1 GB of curves, if the model can)")
    parser.add_argument("--title", type=arguments.text, help="display text")
    parser.add_argument("--json", action="store_true", help="print the scores as JSON")
    parser.set_defaults(run=run)


def run(args) -> None:
    """Say what cannot be learned, train, save, print the scores."""
    from nmr_core.datasets import load_dataset
    from nmr_core.datasets.catalogue import find_dataset
    dataset = load_dataset(arguments.stored(args.dataset, find_dataset))
    try:
        run_ = _train(args, dataset)
    except KeyboardInterrupt:
        raise FailedError("Interrupted; no run was saved. Run the same command again.") from None
    (_show_json if args.json else _show)(run_)


def _train(args, dataset):
    from nmr_core.evaluation import train, unidentifiable
    for name, reason in (unidentifiable(dataset.preset) if dataset.preset else {}).items():
        if args.targets is None or name in args.targets:
            say(f"{name} cannot be known from these echoes: {reason}")
    warnings.filterwarnings("ignore", message="Training interrupted by user")  # the Ticker says so itself
    given = {"channels": args.channels, "window": args.window}
    _check_options(args.model, dict(args.option))
    _check_writable()
    with Ticker() as ticker:
        run_ = train(dataset, targets=args.targets, featurizer=args.featurizer, model=args.model, split=args.split,
                     seed=args.seed, stream=args.stream, title=args.title or "", model_options=dict(args.option), progress=ticker,
                     featurizer_options={name: value for name, value in given.items() if value is not None})
        run_.save()
        ticker(100, 100, "saved")
    return run_


def _check_options(model: str, options: dict) -> None:
    """Options are the model's own, so that none of them collides with an argument like the seed."""
    from nmr_core.models import MODELS
    for name in options if model in MODELS else ():
        if name not in MODELS[model].parameters:
            own = ", ".join(MODELS[model].parameters.names) or "none"
            raise InputError(f"The model {model} has no option {name!r}; it has {own}.")


def _check_writable() -> None:
    """Rather before the training than after it."""
    from nmr_core.files import failure
    from nmr_core.workspace import runs_folder
    try:
        runs_folder().mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise failure(error, runs_folder()) from None


def _known(run) -> bool:
    """Whether any target can be known at all; else an error "over what can be known" has no meaning."""
    return any(name not in run.manifest.unidentifiable for name in run.targets)


def _show_json(run) -> None:
    m = run.manifest
    targets = {name: dict(row) | {"unit": m.targets[name]["unit"], "unidentifiable": m.unidentifiable.get(name)}
               for name, row in run.scores.iterrows()}
    known = run.weighted_error(identifiable_only=True) if _known(run) else (None, None, None)
    error = {kind: dict(zip(("value", "low", "high"), values, strict=True))
             for kind, values in (("total", run.weighted_error()), ("identifiable", known))}
    show_json({"run": run.id, "path": run.path, "title": m.title, "dataset": m.dataset, "featurizer": m.featurizer,
               "model": m.model, "seed": m.seed, "n_train": m.n_train, "n_test": m.n_test, "seconds": m.seconds,
               "targets": targets, "weighted_error": error})


def _unit(manifest, name: str) -> str:
    return manifest.targets[name]["unit"]


def _show(run) -> None:
    m = run.manifest
    show_facts({"run": run.id, "path": str(run.path), "title": m.title, "data set": f"{m.dataset} ({m.dataset_title})",
                "curves": f"{m.n_train:,} for training, {m.n_test:,} for the test", "time": f"{m.seconds:.1f} s"})
    print()
    show_table(("target", "R² [95 % interval]", "RMSE", "MSE/w²", "null", "skill"),
               [(name, interval(s["r2"], s["r2_low"], s["r2_high"]), quantity(f"{s['rmse']:.4g}", _unit(m, name)),
                 f"{s['mse_w2']:.5f}", f"{s['null_mse_w2']:.5f}", f"{s['skill']:.4f}")
                for name, s in run.scores.iterrows()])
    print()
    total = {"weighted error, total": interval(*run.weighted_error())}
    known = interval(*run.weighted_error(identifiable_only=True)) if _known(run) else "- (nothing here can be known)"
    show_facts(total | {"weighted error, what can be known": known})
    for name, reason in m.unidentifiable.items():
        print(f"\n{name} cannot be known: {reason} Its score is chance, with any model.")
