"""``generate``: make a data set from a recipe, or finish one."""

import os
from argparse import Namespace, _SubParsersAction
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from nmr_core.cli import arguments
from nmr_core.cli.output import show_facts, show_json, size, size_text
from nmr_core.cli.simulate import preset_argument
from nmr_core.cli.ticker import Ticker, say
from nmr_core.effects import EFFECTS
from nmr_core.errors import FailedError, InputError

if TYPE_CHECKING:
    from nmr_core.datasets import EchoDataset
    from nmr_core.presets import Preset

EXAMPLE = """example:
  python -m nmr_core generate --preset ml4sci_2020_secular -n 5000 --seed 1 --set xi=3
  python -m nmr_core generate --preset lab -n 1000 --settings angle_2=60,90,120
  python -m nmr_core generate --preset ml4sci_2020 -n 10000 --density alpha=-0.5
  python -m nmr_core generate --space my.toml -n 10000
  python -m nmr_core generate --resume ds-20261121-031502-5f3a

my.toml, a prior as a table; distributions are uniform, log-uniform, normal (mean, sd), choice
(values), fixed (values) and solved (xi or p from a row W or omega_p); sampling is "random" or
"sobol"; density is a sampling density as of --density; without version, presets are those of
versions up to 0.7:
  preset = "ml4sci_2020_secular"
  version = 2
  sampling = "sobol"
  [[parameter]]
  name = "kernel"
  distribution = "choice"
  values = ["gaussian", "rkky"]
  [[parameter]]
  name = "omega_p"
  distribution = "log-uniform"
  low = 0.3
  high = 6
  [[parameter]]
  name = "xi"
  distribution = "solved"
  [[parameter]]
  name = "normalisation"
  distribution = "fixed"
  values = ["none"]

With NMR_DASK_SCHEDULER=tcp://host:port the same command works on that Dask cluster \
(pip install dask
distributed, also there) and gives the same bytes.

Ctrl-C leaves a data set that --resume finishes. The curves depend on preset, \
settings, fixed values,
seed and n only."""
RECIPE = {
    "n": "-n",
    "preset": "--preset",
    "seed": "--seed",
    "part_size": "--part-size",
    "set": "--set",
    "settings": "--settings",
    "density": "--density",
    "space": "--space",
    "effects": "--effects",
    "effects_seed": "--effects-seed",
    "title": "--title",
    "out": "--out",
}
"""Arguments of the recipe and their flags; --resume reads the recipe from the data set."""


def add(commands: _SubParsersAction) -> None:
    """Add the command, its arguments and its help to the subparsers of the command line."""
    parser = commands.add_parser(
        "generate",
        help="make a data set, or finish one",
        epilog=EXAMPLE,
        description="Make a data set: draw parameters, simulate, write part by part.",
    )
    preset_argument(parser, default=None)
    parser.add_argument(
        "--settings",
        metavar="NAME=V1,V2,...",
        action="append",
        type=arguments.settings,
        default=[],
        help="the echoes of each sample, instead of the preset's: a field of the protocol with one "
        "value per echo; can be repeated with as many values",
    )
    parser.add_argument(
        "--space",
        metavar="FILE.toml",
        type=arguments.text,
        help="the prior as a table (see below), instead of the preset's own",
    )
    parser.add_argument(
        "--density",
        metavar="NAME=DENSITY",
        action="append",
        type=arguments.setting,
        default=[],
        help="sampling density of a parameter, as alpha=-0.5 (density ~ alpha^-1/2), "
        "alpha=-0.5,prior=0.2 or alpha=steps:0.005=8,0.05=2 (8 times as dense up to 0.005, "
        "2 times up to 0.05); weights keep the prior; can be repeated",
    )
    parser.add_argument(
        "--effects",
        metavar="EFFECTS",
        type=arguments.text,
        help="measurement effects in order, as gaussian_noise:snr=30,phase_error:sd=5; there are "
        + ", ".join(EFFECTS),
    )
    parser.add_argument(
        "--effects-seed",
        type=arguments.seed(arguments.MAX_SEED),
        metavar="SEED",
        help="seed of the effects (default 0)",
    )
    parser.add_argument("-n", type=arguments.whole, metavar="N", help="number of curves")
    parser.add_argument(
        "--seed", type=arguments.seed(arguments.MAX_SEED), help="same seed, same curves (default 0)"
    )
    parser.add_argument(
        "--jobs",
        type=arguments.whole,
        default=-1,
        metavar="J",
        help="processes (default -1: one per core)",
    )
    parser.add_argument(
        "--device",
        choices=("cuda", "cpu"),
        default="",
        help="simulate with PyTorch, on the GPU or on the CPU, in one process (extra gpu); curves "
        "agree with the compiled simulator's to rounding",
    )
    parser.add_argument(
        "--part-size", type=arguments.whole, metavar="K", help="curves in one file (default 1000)"
    )
    parser.add_argument("--title", type=arguments.text, help="display text")
    parser.add_argument(
        "--out",
        metavar="FOLDER",
        type=arguments.text,
        help="write here instead of under a new id in the data folder",
    )
    parser.add_argument(
        "--resume", metavar="ID_OR_FOLDER", help="finish or repair this data set; takes no recipe"
    )
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    parser.set_defaults(run=run)


def run(args: Namespace) -> None:
    """Generate or resume; print the id, the path and the rate."""
    recipe = [flag for name, flag in RECIPE.items() if getattr(args, name) not in (None, [])]
    if args.resume is not None and recipe:
        raise InputError(
            f"--resume takes everything from the data set itself. Leave out {', '.join(recipe)}."
        )
    if args.resume is None and args.n is None:
        raise InputError(
            "generate needs -n, the number of curves (or --resume). "
            "See python -m nmr_core generate --help."
        )
    from nmr_core.datasets.catalogue import find_dataset

    if args.resume is None:
        folder = _new_folder(args)
    else:
        folder = Path(find_dataset(arguments.stored(args.resume, find_dataset)))
    with Ticker("curves") as ticker:
        try:
            dataset = _generate(args, folder, ticker)
        except KeyboardInterrupt:
            raise FailedError(_interrupted(folder, ticker)) from None
    _show(args, dataset, ticker)


def _generate(args: Namespace, folder: Path, ticker: Ticker):
    from nmr_core.datasets.generate import generate, resume

    if args.resume is not None:
        return resume(folder, n_jobs=args.jobs, device=args.device, progress=ticker)
    sizes = {} if args.part_size is None else {"part_size": args.part_size}
    recipe = _preset(args)
    _report_sides(recipe)
    return generate(
        recipe,
        args.n,
        seed=args.seed or 0,
        n_jobs=args.jobs,
        device=args.device,
        path=folder,
        title=args.title or "",
        effects=args.effects or (),
        effects_seed=args.effects_seed or 0,
        progress=ticker,
        **sizes,
    )


def _preset(args: Namespace):
    from nmr_core.presets import DEFAULT, preset, read_table, table_preset

    rows, name, sampling = read_table(args.space) if args.space else ([], DEFAULT, "random")
    recipe = preset(args.preset or name)
    if rows:
        recipe = table_preset(rows, recipe, sampling)
        _report_redraws(recipe)
    if args.settings:
        recipe = recipe.measure(**dict(args.settings))
    varied = sorted(set(dict(recipe.settings[0])) & set(dict(args.set)))
    if varied:
        raise InputError(
            f"{varied[0]} differs between the echoes of a sample, so --set {varied[0]} has no "
            f"meaning. Leave it out, or give the values with --settings {varied[0]}=V1,V2,..."
        )
    if args.density:
        recipe = recipe.focus(**dict(args.density))
    recipe = recipe.fix(**dict(args.set))
    _report_weights(recipe)
    return recipe


def _report_redraws(preset: "Preset", n_samples: int = 100) -> None:
    """Print the fraction of draws without a solution, before anything is simulated."""
    from nmr_core.storage.seeds import PARAMETERS, sample_stream

    samples = [preset.draw_sample(sample_stream(0, k, PARAMETERS)) for k in range(n_samples)]
    n_redrawn = sum(sample.n_redrawn for sample in samples)
    if n_redrawn:
        percent = 100 * n_redrawn / (n_samples + n_redrawn)
        say(f"About {percent:.0f} % of the draws have no solution and are drawn again.")


def _report_weights(preset: "Preset") -> None:
    """Print the effective share of the samples where they are not drawn from the prior."""
    from nmr_core.weights import share_text

    if preset.drawn.is_weighted:
        say(share_text(preset.drawn.effective_share))


def _report_sides(preset: "Preset") -> None:
    """Print which side of the lattice makes the simulation slow."""
    from nmr_core.simulator.sides import side_notice

    notice = side_notice(preset.build().sample)
    if notice:
        say(notice)


def _new_folder(args: Namespace) -> Path:
    from nmr_core.storage.workspace import datasets_folder, new_id

    return Path(os.path.abspath(args.out)) if args.out else datasets_folder() / new_id("ds")


def _name(folder: Path) -> str:
    """What commands accept as the data set: its id in the data folder, else its path."""
    from nmr_core.storage.workspace import datasets_folder

    if folder.parent == datasets_folder():
        return folder.name
    return f'"{folder}"' if " " in str(folder) else str(folder)


def _interrupted(folder: Path, ticker: Ticker) -> str:
    if not (folder / "manifest.json").exists():
        with suppress(OSError):
            (folder / ".lock").unlink(missing_ok=True)
            folder.rmdir()
        return (
            "Interrupted before the first curve; nothing was written. Run the same command again."
        )
    return (
        f"Interrupted after {ticker.last[1]:,} curves; finished parts are kept. Continue with: "
        f"python -m nmr_core generate --resume {_name(folder)}"
    )


def _densities(dataset: "EchoDataset") -> dict[str, str]:
    """Sampling densities by parameter."""
    drawn = dataset.preset.drawn if dataset.preset else ()
    return {spec.name: spec.density_text for spec in drawn if spec.density}


def _show(args: Namespace, dataset: "EchoDataset", ticker: Ticker) -> None:
    m, n_bytes = dataset.manifest, size(dataset.path) if dataset.path else 0
    rate = None
    if ticker.n_done and ticker.seconds > 0:
        rate = ticker.n_done / ticker.seconds
    if args.json:
        show_json(
            {
                "id": m.id,
                "path": dataset.path,
                "title": m.title,
                "preset": m.preset_name,
                "fixed": m.preset["fixed"],
                "density": _densities(dataset),
                "settings": m.settings,
                "seed": m.seed,
                "n": m.n_samples,
                "made": ticker.n_done,
                "bytes": n_bytes,
                "seconds": ticker.seconds,
                "curves_per_s": rate,
            }
        )
        return
    if not ticker.n_done:
        say("Nothing was missing.")
    facts = {"id": m.id, "path": str(dataset.path), "title": m.title, "curves": f"{m.n_samples:,}"}
    if m.n_settings > 1:
        facts["settings"] = str(m.n_settings)
    densities = _densities(dataset)
    if densities:
        facts["density"] = ", ".join(f"{name}={text}" for name, text in densities.items())
    facts["size"] = size_text(n_bytes)
    facts["time"] = f"{ticker.seconds:.1f} s"
    facts["rate"] = f"{rate:,.1f} curves/s" if rate else "-"
    show_facts(facts)
