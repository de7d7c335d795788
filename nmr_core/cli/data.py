"""``data``: look through a data set, see it through another measurement, join several, rename, delete and bring it back."""

from nmr_core.cli import arguments
from nmr_core.cli.output import show_facts, show_json

EXAMPLE = """example:
  python -m nmr_core data audit ds-20261121-031502-5f3a
  python -m nmr_core data measure ds-20261121-031502-5f3a --effects gaussian_noise:snr=30,phase_error:sd=5
  python -m nmr_core data join ds-20261121-031502-5f3a ds-20261121-031609-77c1 --title "Two kernels"
  python -m nmr_core data rename ds-20261121-031502-5f3a "Gaussian, weak coupling"
  python -m nmr_core data delete ds-20261121-031502-5f3a
  python -m nmr_core data restore ds-20261121-031502-5f3a

Deleted data sets stay in the trash for a week (see trash --help)."""


def add(commands) -> None:
    """Describe the command."""
    parser = commands.add_parser(
        "data",
        help="audit, measure, join, rename, delete or restore data sets",
        epilog=EXAMPLE,
        description="Look through a data set, make a noisy one, join several, rename or delete one.",
    )
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    for name, run, text in (
        ("audit", _audit, "NaN, duplicates, values out of the prior, noise floor"),
        ("measure", _measure, "make a data set that another measurement would have given"),
        ("join", _join, "make one data set of several, with the kernel as a column to learn"),
        ("rename", _rename, "change its title"),
        ("delete", _delete, "put it into the trash"),
        ("restore", _restore, "take it out of the trash"),
    ):
        action = actions.add_parser(name, help=text, description=text[:1].upper() + text[1:] + ".")
        action.add_argument("id", metavar="ID", nargs="+" if name == "join" else None)
        if name == "rename":
            action.add_argument("title", metavar="TITLE", type=arguments.text)
        if name == "measure":
            action.add_argument(
                "--effects",
                required=True,
                metavar="EFFECTS",
                type=arguments.text,
                help="in order, as gaussian_noise:snr=30,phase_error:sd=5; " + _known(),
            )
            action.add_argument(
                "--seed",
                type=arguments.seed(2**53 - 1),
                default=None,
                help="of the effects (default 0)",
            )
        if name in ("measure", "join"):
            action.add_argument("--title", type=arguments.text, help="display text")
        if name in ("audit", "measure", "join"):
            action.add_argument("--json", action="store_true", help="print the result as JSON")
        action.set_defaults(run=run)


def _known() -> str:
    """The effects that can be added to stored curves."""
    from nmr_core.effects import EFFECTS

    return "effects: " + ", ".join(name for name, kind in EFFECTS.items() if not kind.simulated)


def _measure(args) -> None:
    from nmr_core.datasets import load_dataset
    from nmr_core.datasets.catalogue import find_dataset
    from nmr_core.datasets.store import store_dataset

    seen = load_dataset(arguments.stored(args.id, find_dataset)).with_effects(
        args.effects, args.seed, args.title or ""
    )
    folder = store_dataset(seen, owner=seen.manifest.owner)
    facts = {"id": seen.manifest.id, "path": str(folder), "title": seen.manifest.title}
    if args.json:
        show_json(
            facts | {"effects": seen.manifest.effects, "effects_seed": seen.manifest.effects_seed}
        )
    else:
        show_facts(facts)


def _join(args) -> None:
    from nmr_core.datasets import load_dataset
    from nmr_core.datasets.catalogue import find_dataset
    from nmr_core.datasets.joined import join
    from nmr_core.datasets.store import store_dataset

    several = join(
        [load_dataset(arguments.stored(name, find_dataset)) for name in args.id], args.title or ""
    )
    folder = store_dataset(several, owner=several.manifest.owner)
    facts = {"id": several.manifest.id, "path": str(folder), "title": several.manifest.title}
    if args.json:
        show_json(
            facts
            | {
                "n_samples": len(several),
                "source": several.manifest.source,
                "columns": list(several.parameters),
            }
        )
    else:
        show_facts(
            facts | {"curves": f"{len(several):,}", "columns": ", ".join(several.parameters)}
        )


def _audit(args) -> None:
    from nmr_core.datasets import load_dataset
    from nmr_core.datasets.audit import audit
    from nmr_core.datasets.catalogue import find_dataset

    dataset = load_dataset(arguments.stored(args.id, find_dataset))
    found, floor = audit(dataset), _floor(dataset)
    if args.json:
        show_json(vars(found) | {"noise_floor": floor})
    else:
        text = (
            "unknown: imported without a preset"
            if floor is None
            else f"{floor:.4g} (rms of M from seed to seed)"
        )
        show_facts(found.facts | {"noise floor": text})


def _floor(dataset) -> float | None:
    """Seed-to-seed rms of M where the preset is known, from a few echoes."""
    from nmr_core.datasets.noise_floor import noise_floor

    return noise_floor(dataset.preset, n_samples=3, n_seeds=4).rms if dataset.preset else None


def _rename(args) -> None:
    from nmr_core.datasets.catalogue import rename_dataset

    rename_dataset(args.id, args.title)
    print(f"{args.id} is now called {args.title}.")


def _delete(args) -> None:
    from nmr_core.datasets.catalogue import delete_dataset

    delete_dataset(args.id)
    print(f"{args.id} is in the trash; data restore {args.id} takes it out.")


def _restore(args) -> None:
    from nmr_core.datasets.catalogue import restore_dataset

    restore_dataset(args.id)
    print(f"{args.id} is back.")
