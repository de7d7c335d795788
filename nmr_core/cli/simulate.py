"""``simulate``: one echo in double precision."""

from pathlib import Path

from nmr_core.cli import arguments
from nmr_core.cli.output import quantity, show_facts, show_json
from nmr_core.experiment import DERIVED, FIELDS, PHYSICAL
from nmr_core.presets import PRESETS, Preset

EXAMPLE = """example:
  python -m nmr_core simulate --preset ml4sci_2020 --set alpha=0.18 --set p=2.2 --out echo.csv
  python -m nmr_core simulate --preset cuda_2023 --set kernel=rkky --set n_x=64 --set n_y=64 --json

columns of the CSV file: time_us,re,im,mz; arrays of the NPZ file: time (µs), signal (complex), mz"""


def add(commands) -> None:
    """Describe the command."""
    parser = commands.add_parser("simulate", help="simulate one echo", description="Simulate one echo.", epilog=EXAMPLE)
    preset_argument(parser)
    parser.add_argument("--seed", type=arguments.seed(2**53 - 1), default=0, help="places the offsets (default 0)")
    parser.add_argument("--out", metavar="FILE", type=arguments.text, help="write the echo to a .csv or .npz file")
    parser.add_argument("--json", action="store_true", help="print everything, curve included, as JSON")
    parser.set_defaults(run=run)


def preset_argument(parser, default: str | None = "ml4sci_2020") -> None:
    """--preset and --set, for every command that starts from a preset."""
    known = "; ".join(f"{name} (own parameters {', '.join(PRESETS[name].space.names)})" for name in PRESETS)
    parser.add_argument("--preset", metavar="P", default=default, help=f"one of {known}; default ml4sci_2020")
    parser.add_argument("--set", metavar="NAME=VALUE", action="append", type=arguments.setting, default=[],
                        help=f"a parameter of the preset, or any of {', '.join(FIELDS)}; can be repeated")


def run(args) -> None:
    """Simulate, write, print."""
    from nmr_core.presets import preset as named_preset
    preset, given = named_preset(args.preset), dict(args.set)
    out = args.out and arguments.out_file(args.out, (".csv", ".npz"))
    experiment = preset.build(**given)
    from nmr_core.simulator import simulate
    echo = simulate(experiment, seed=args.seed)
    if out:
        _save(echo, out)
    when, height = echo.peak
    values = {name: given.get(name, getattr(experiment, name, default))
              for name, default in preset.space.defaults.items() if name not in DERIVED}
    values |= {name: getattr(experiment, name, value) for name, value in given.items() if name not in DERIVED}
    summary = {"preset": preset.name, "seed": args.seed, "parameters": values,
               "units": {name: _unit(preset, name) for name in values}, **experiment.derived,
               "n_times": len(echo.time), "echo_time_us": experiment.protocol.echo_time,
               "peak": {"time_us": when, "magnitude": height}, "out": out and str(out)}
    if args.json:
        show_json(summary | {"experiment": experiment.to_dict(), "time_us": echo.time, "re": echo.signal.real,
                             "im": echo.signal.imag, "mz": echo.mz})
    else:
        _show(preset, summary)


def _unit(preset: Preset, name: str) -> str:
    return next((space[name].unit for space in (preset.space, PHYSICAL) if name in space), "")


def _show(preset: Preset, summary: dict) -> None:
    peak = summary["peak"]
    show_facts({"preset": f"{preset.name} ({preset.label})"}
               | {name: quantity(value, summary["units"][name]) for name, value in summary["parameters"].items()}
               | {spec.name: quantity(summary[spec.name], spec.unit) for spec in DERIVED}
               | {"points": str(summary["n_times"]), "echo time": quantity(summary["echo_time_us"], "µs"),
                  "peak": f"|M| = {peak['magnitude']:.6g} at {peak['time_us']:.6g} µs"}
               | ({"written": summary["out"]} if summary["out"] else {}))


def _save(echo, path: Path) -> None:
    import numpy as np

    from nmr_core.files import write_file

    def csv(temporary: Path) -> None:
        rows = zip(echo.time, echo.signal.real, echo.signal.imag, echo.mz, strict=True)
        lines = ["time_us,re,im,mz", *(",".join(repr(float(value)) for value in row) for row in rows)]
        temporary.write_text("\n".join(lines) + "\n", encoding="ascii", newline="\n")

    def npz(temporary: Path) -> None:
        with temporary.open("wb") as file:
            np.savez_compressed(file, time=echo.time, signal=echo.signal, mz=echo.mz)

    write_file(path, csv if path.suffix.lower() == ".csv" else npz)
