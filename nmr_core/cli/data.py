"""``data``: audit, change, join, rename, delete and restore data sets."""

from argparse import Namespace, _SubParsersAction
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from nmr_core.cli import arguments
from nmr_core.cli.output import listed, show_facts, show_json

if TYPE_CHECKING:
    from nmr_core.datasets import EchoDataset

EXAMPLE = """example:
  python -m nmr_core data audit ds-20261121-031502-5f3a
  python -m nmr_core data measure ds-20261121-031502-5f3a --effects gaussian_noise:snr=30
  python -m nmr_core data join ds-20261121-031502-5f3a ds-20261121-031609-77c1 --title "Two kernels"
  python -m nmr_core data rename ds-20261121-031502-5f3a "Gaussian, weak coupling"
  python -m nmr_core data delete ds-20261121-031502-5f3a
  python -m nmr_core data restore ds-20261121-031502-5f3a

Deleted data sets stay in the trash for a week (see trash --help)."""


def add(commands: _SubParsersAction) -> None:
    """Describe the command and its actions."""
    parser = commands.add_parser(
        "data",
        help="audit, measure, join, rename, delete or restore data sets",
        epilog=EXAMPLE,
        description="Audit, change, join, rename, delete or restore data sets.",
    )
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    for name, run, text in (
        ("audit", _audit, "list NaN, duplicates, values out of the prior, noise floor"),
        ("measure", _measure, "make a data set of the same curves with measurement effects"),
        ("join", _join, "make one data set of several, with the kernel as a column to learn"),
        ("rename", _rename, "change the title"),
        ("delete", _delete, "move to the trash"),
        ("restore", _restore, "take out of the trash"),
    ):
        action = actions.add_parser(name, help=text, description=text[:1].upper() + text[1:] + ".")
        action.add_argument("id", metavar="ID", nargs="+" if name == "join" else None)
        if name == "rename":
            action.add_argument("title", metavar="TITLE", type=arguments.text)
        if name == "measure":
            _add_effects(action)
        if name in ("measure", "join"):
            action.add_argument("--title", type=arguments.text, help="display text")
        if name in ("audit", "measure", "join"):
            action.add_argument("--json", action="store_true", help="print the result as JSON")
        action.set_defaults(run=run)


def _add_effects(action: Any) -> None:
    action.listing = _list_effects
    action.add_argument(
        "--effects",
        required=True,
        metavar="EFFECTS",
        type=arguments.text,
        help="effects in order, as gaussian_noise:snr=30,phase_error:sd=5",
    )
    action.add_argument(
        "--seed",
        type=arguments.seed(arguments.MAX_SEED),
        default=None,
        help="seed of the effects (default 0)",
    )


def _list_effects() -> str:
    """The effects that can be added to stored curves, for the help."""
    from nmr_core.effects import EFFECTS

    entries = {name: kind.label for name, kind in EFFECTS.items() if not kind.simulated}
    return listed("effects", entries)


def _measure(args: Namespace) -> None:
    """Store a data set with effects, and print where it is."""
    dataset = arguments.load_dataset(args.id)
    measured = dataset.with_effects(args.effects, args.seed, args.title or "")
    manifest = measured.manifest
    details = {"effects": manifest.effects, "effects_seed": manifest.effects_seed}
    _store(measured, args.json, details, {})


def _join(args: Namespace) -> None:
    """Store the joined data set, and print where it is."""
    from nmr_core.datasets.joined import join

    joined = join([arguments.load_dataset(name) for name in args.id], args.title or "")
    columns = list(joined.parameters)
    details = {"n_samples": len(joined), "source": joined.manifest.source, "columns": columns}
    _store(
        joined, args.json, details, {"curves": f"{len(joined):,}", "columns": ", ".join(columns)}
    )


def _store(
    dataset: "EchoDataset", as_json: bool, details: Mapping[str, Any], texts: Mapping[str, str]
) -> None:
    """Store a data set; print id, path and title, with ``details`` as JSON or with ``texts``."""
    from nmr_core.datasets.store import store_dataset

    manifest = dataset.manifest
    folder = store_dataset(dataset, owner=manifest.owner)
    facts = {"id": manifest.id, "path": str(folder), "title": manifest.title}
    if as_json:
        show_json({**facts, **details})
    else:
        show_facts({**facts, **texts})


def _audit(args: Namespace) -> None:
    """Print the findings and the noise floor."""
    from nmr_core.datasets.audit import audit

    dataset = arguments.load_dataset(args.id)
    findings, floor = audit(dataset), _floor(dataset)
    if args.json:
        show_json(vars(findings) | {"noise_floor": floor})
        return
    text = "unknown: imported without a preset"
    if floor is not None:
        text = f"{floor:.4g} (rms of M from seed to seed)"
    show_facts(findings.facts | {"noise floor": text})


def _floor(dataset: "EchoDataset") -> float | None:
    """Seed-to-seed rms of M, from a few echoes; None without a preset."""
    from nmr_core.datasets.noise_floor import noise_floor

    if not dataset.preset:
        return None
    return noise_floor(dataset.preset, n_samples=3, n_seeds=4).rms


def _rename(args: Namespace) -> None:
    from nmr_core.datasets.catalogue import rename_dataset

    rename_dataset(args.id, args.title)
    print(f"{args.id} is now called {args.title}.")


def _delete(args: Namespace) -> None:
    from nmr_core.datasets.catalogue import delete_dataset
    from nmr_core.jobs.uses import check_unused

    check_unused(args.id, "data set")
    delete_dataset(args.id)
    print(f"{args.id} is in the trash; data restore {args.id} takes it out.")


def _restore(args: Namespace) -> None:
    from nmr_core.datasets.catalogue import restore_dataset

    restore_dataset(args.id)
    print(f"{args.id} is back.")
