"""``predict RUN FILE --measured``: parameters of one measured echo."""

from __future__ import annotations

from argparse import SUPPRESS, ArgumentParser, Namespace
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nmr_core.cli import arguments, figure_style, protocol_options, reading_options
from nmr_core.cli.output import quantity, show_facts, show_json, show_table
from nmr_core.cli.ticker import Ticker, say
from nmr_core.errors import FailedError, InputError

if TYPE_CHECKING:
    import pandas as pd

    from nmr_core.learning.run import Run
    from nmr_core.measured import Measurement, Prepared
    from nmr_core.measured.acquired import Acquired
    from nmr_core.measured.answering import Answer
    from nmr_core.measured.choice import Choice
    from nmr_core.measured.refine import Refinement
    from nmr_core.measured.resimulation import Resimulation
    from nmr_core.plots.paper import Look


def add(parser: ArgumentParser) -> None:
    """Add the options of --measured; --own and --record are names up to 0.5."""
    group = reading_options.add(parser)
    protocol_options.add(parser)
    group.add_argument("--own", dest="measured", action="store_true", help=SUPPRESS)
    group.add_argument("--record", dest="measurement", type=arguments.names, help=SUPPRESS)
    group.add_argument(
        "--resimulate",
        action="store_true",
        help="simulate the estimate and compare it with the measurement",
    )
    group.add_argument(
        "--refine", action="store_true", help="then fit the simulator to the echo (minutes)"
    )
    group.add_argument(
        "--report",
        metavar="FILE",
        type=arguments.text,
        help="write a report to a .html or a .pdf file (one page)",
    )
    figure_style.add(parser)


def run(args: Namespace) -> None:
    """Estimate a measurement and print all; fails for estimates far beyond the range."""
    run_, full = _run(args)
    if not args.insist:
        refuse_far(run_, full)


def _run(args: Namespace) -> tuple[Run, pd.DataFrame]:
    """Read, prepare and estimate a measurement, simulate and refine the estimate, and print all."""
    from nmr_core.glossary import csv_text
    from nmr_core.measured.answering import judged
    from nmr_core.measured.estimating import (
        estimate,
        find_error_model,
        for_people,
        hide_out_of_domain,
        hide_unidentifiable,
    )
    from nmr_core.measured.for_run import resimulated
    from nmr_core.measured.resimulation import p_value_sentence

    look = figure_style.look_of(args)
    out = args.csv and arguments.out_file(args.csv, (".csv",))
    report = args.report and arguments.out_file(args.report, (".html", ".pdf"))
    choice = choose(args)
    run_, target, prepared = choice.run, choice.target, choice.prepared
    error_model = find_error_model(run_)
    full = estimate(run_, prepared, level=args.level, insist=True, error_model=error_model)
    table = full if args.insist else hide_out_of_domain(run_, full)
    row = table.iloc[0]
    shown = hide_unidentifiable(run_, table)
    resimulation = refinement = None
    if args.resimulate or args.refine:
        resimulation = resimulated(run_, prepared, row)
    if args.refine:
        refinement = _refine(run_, prepared, row)
    if out:
        _write(out, csv_text(for_people(run_, table), run_.manifest.targets))
    result = judged(run_, target, prepared, row, args.level, (resimulation, refinement))
    decision = result.verdict
    if report:
        write_report(report, result, Path(args.source).name, look)
    row = shown.iloc[0]
    if args.json:
        show_json(
            _as_json(run_, prepared, row, resimulation, refinement, args.level)
            | {"verdict": asdict(decision)}
        )
        return run_, full
    for one in prepared:
        show_facts(
            {stage.label: stage.sentence for stage in one.stages}
            | {f"note {k}": text for k, text in enumerate(one.notes, 1)}
        )
    print()
    show_estimates(run_, row, args.level)
    say_missing(run_.id, error_model.note)
    print()
    for sentence in (decision.sentence, *decision.out_of_range):
        print(sentence)
    for action in decision.actions:
        print(f"- {action.sentence}")
    if resimulation is not None:
        print(p_value_sentence(resimulation))
    for comment in decision.comments:
        print(comment)
    if refinement is not None:
        print()
        show_table(
            ("parameter", "refined", "refined_sd"),
            [
                (name, f"{value:.6g}", f"{refinement.sd.get(name, float('nan')):.3g}")
                for name, value in refinement.values.items()
            ],
        )
    return run_, full


def choose(args: Namespace) -> Choice:
    """Return the run that is named, or the shipped one that fits, with the measurements."""
    from nmr_core.evaluation import load_run
    from nmr_core.measured.choice import AUTO, Choice, fitting_run
    from nmr_core.measured.for_run import prepare_for_run, target_for_run
    from nmr_core.measured.steps import OutOfRangeError

    steps = reading_options.steps_of(args)
    if args.run_id == AUTO:
        measurements = _measurements(args, 1)
        try:
            choice = fitting_run(measurements, steps=steps)
        except InputError as error:
            raise InputError(
                f"{error} A model can be made for it: python -m nmr_core read FILE --make quick."
            ) from None
        say(choice.sentence)
        return choice
    run_ = load_run(arguments.stored(args.run_id, load_run))
    target = target_for_run(run_)
    measurements = _measurements(args, target.n_settings)
    try:
        prepared = prepare_for_run(run_, measurements, steps=steps, target=target)
    except OutOfRangeError as error:
        raise InputError(f"{error} {AUTO} instead of {run_.id} looks for one.") from None
    return Choice(run_, target, prepared, "")


def _measurements(args: Namespace, n: int) -> list[Measurement]:
    """The chosen measurements of the file."""
    from nmr_core.measured.reading import select_measurements

    measurements = reading_options.read_file(args, args.source)
    for note in dict.fromkeys(note for measurement in measurements for note in measurement.notes):
        say(note)
    return protocol_options.stated(
        args, select_measurements(measurements, n, reading_options.numbers(args))
    )


def _refine(run_: Run, prepared: list[Prepared], row: pd.Series) -> Refinement:
    from nmr_core.measured.for_run import noise_of, refined, signals_of, values_of

    with Ticker("evaluations") as ticker:
        return refined(
            run_,
            signals_of(prepared),
            values_of(run_, row)[1],
            sigma=noise_of(prepared),
            progress=ticker,
        )


def say_missing(run_id: str, note: str) -> None:
    """Print what the error model of a run lacks, if anything, with the command that mends it."""
    if note:
        say(f"{note} Calibrate it: python -m nmr_core calibrate {run_id}")


def refuse_far(run_: Run, full: pd.DataFrame) -> None:
    """Raise FailedError for estimates far beyond the range that a run was trained for.

    Parameters
    ----------
    run_ : Run
        Run that made the estimates.
    full : DataFrame
        Estimates as the model gives them.
    """
    from nmr_core.learning.bounds import reasons

    sentences = [sentence for sentence in reasons(run_.manifest, full) if sentence]
    if sentences:
        raise FailedError(
            f"{len(sentences):,} of {len(full):,} estimates are hidden. {sentences[0]} Use a run "
            "for such signals; --insist shows the numbers."
        )


def show_estimates(run_: Run, row: pd.Series, level: float) -> None:
    """Print applicability and reason, and value, interval and training range per parameter."""
    from nmr_core.learning.hardly import hardly_estimated

    if row["applicability"]:
        facts = {"applicability": row["applicability"], "reason": row["reason"]}
        show_facts({name: text for name, text in facts.items() if text})
    if run_.task == "classification":
        classes = [
            (label, f"{row[f'probability_{label}']:.3f}")
            for label in run_.classes
            if f"probability_{label}" in row
        ]
        show_table(("class", "probability"), classes)
        facts = {"estimate": row[f"predicted_{run_.targets[0]}"] or "-"}
        if "set" in row:
            facts[f"{level:.0%} set"] = row["set"] or "-"
        show_facts(facts)
        return
    hardly = hardly_estimated(run_)
    rows = []
    for name, spec in run_.manifest.targets.items():
        value = row[f"predicted_{name}"]
        interval, note = "-", ""
        if value == value and f"low_{name}" in row:
            interval = f"[{row[f'low_{name}']:.4g}, {row[f'high_{name}']:.4g}]"
        if name in run_.manifest.unidentifiable:
            note = "cannot be identified"
        elif not row[f"inside_{name}"]:
            note = "outside the range"
        elif name in hardly:
            note = "hardly better than the baseline"
        rows.append(
            (
                name,
                "-" if value != value else quantity(value, spec["unit"]),
                interval,
                f"{spec['low']:g} to {spec['high']:g}",
                note,
            )
        )
    names = ("parameter", "predicted", "interval", "trained_on", "note")
    show_table(names, rows, predicted="estimate", interval=f"{level:.0%} interval")


def _as_json(
    run_: Run,
    prepared: list[Prepared],
    row: pd.Series,
    resimulation: Resimulation | None,
    refinement: Refinement | None,
    level: float,
) -> dict[str, Any]:
    """Estimate, stages, re-simulation and refinement, JSON-ready."""
    from nmr_core.measured.resimulation import p_value_sentence

    result: dict[str, Any] = {
        "run": run_.id,
        "level": level,
        "estimate": {key: value for key, value in row.items() if key != "sample"},
        "measurements": [
            {
                "name": one.measurement.name,
                "points": len(one.measurement),
                "snr": one.snr,
                "sigma": one.sigma,
                "stages": [asdict(stage) for stage in one.stages],
                "warnings": one.warnings,
            }
            for one in prepared
        ],
        "units": {name: spec.get("unit", "") for name, spec in run_.manifest.targets.items()},
    }
    if resimulation is not None:
        result["resimulation"] = {
            "statistic": resimulation.statistic,
            "p_value": resimulation.p_value,
            "n_seeds": resimulation.n_seeds,
            "says": p_value_sentence(resimulation),
        }
    if refinement is not None:
        result["refined"] = {
            name: getattr(refinement, name)
            for name in ("values", "sd", "chi2", "p_value", "n_evaluations")
        }
    return result


def write_report(
    path: Path,
    result: Answer,
    name: str,
    look: Look | None = None,
    acquired: Acquired | None = None,
) -> None:
    """Write the report on an answer to a .html or a .pdf file.

    Parameters
    ----------
    path : Path
        Of :func:`nmr_core.cli.arguments.out_file`.
    result : Answer
        Of one measured sample.
    name : str
        Of the measured file.
    look : Look, optional
        Style of the figures in HTML.
    acquired : Acquired, optional
        What was measured.
    """
    from nmr_core.plots.measured_report import measured_report
    from nmr_core.storage.files import write_file

    report = measured_report(result, name=name, acquired=acquired)
    if path.suffix.lower() == ".pdf":
        content = report.pdf()
        write_file(path, lambda temporary: temporary.write_bytes(content))
    else:
        _write(path, report.html(look))


def _write(path: Path, text: str) -> None:
    from nmr_core.storage.files import write_file

    write_file(path, lambda temporary: temporary.write_text(text, encoding="utf-8", newline="\n"))
