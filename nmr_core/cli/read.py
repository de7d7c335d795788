"""``read FILE...``: what was measured, which model fits, and with ``--make`` a model that does."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError, Namespace, _SubParsersAction
from typing import TYPE_CHECKING, Any

from nmr_core.cli import (
    arguments,
    figure_style,
    predict_measured,
    protocol_options,
    read_output,
    read_series,
    reading_options,
    text_options,
)
from nmr_core.cli.output import show_json
from nmr_core.cli.ticker import Ticker, say
from nmr_core.errors import FailedError, InputError

if TYPE_CHECKING:
    from nmr_core.learning.run import Run
    from nmr_core.measured import Measurement
    from nmr_core.measured.acquired import Acquired
    from nmr_core.measured.answering import Answer
    from nmr_core.measured.found import FoundEcho
    from nmr_core.measured.making import Knowledge, ModelPlan

SIZES = ("quick", "standard")
KERNEL = "gaussian"
EXAMPLE = """example:
  python -m nmr_core read echo.csv --time-unit us --tau 50
  python -m nmr_core read echo.csv --time-unit us --tau 50 --make quick
  python -m nmr_core read data.hdf --measurement 2 --make standard --report echo.html
  python -m nmr_core read 60.csv 120.csv 180.csv --tau 50 --angle-2 60,120,180 --make quick
  python -m nmr_core read run1.csv run2.csv --with run-20261129-081502-5f3a --csv estimates.csv
  python -m nmr_core read echo.csv --tau 50 --make quick --line gaussian --range xi=1:5
  python -m nmr_core read monday/ --series --by temperature --csv series.csv --report series.html

Without --make: the echo is found, what was measured is listed, and the model that was made for this
protocol, or a shipped one that fits, estimates the parameters. Where none fits, it says why, and
what a model made for this measurement could know. With --make such a model is simulated, trained
and calibrated (quick: up to 3 minutes, standard: up to 15 on two cores), kept, and used; the next
file of the same protocol finds it. Of tau, --start and the place of the echo, any two give the
third. Several files are several samples of one protocol; with as many values of --angle-2 (or
--angle-1) as files they are the echoes of one sample."""


def add(commands: _SubParsersAction) -> None:
    """Add the command, its arguments and its help to the subparsers of the command line."""
    parser = commands.add_parser(
        "read",
        help="read a measured echo, and make the model that fits it",
        epilog=EXAMPLE,
        description="Read measured echoes, say what was measured, and estimate their parameters "
        "with a model that fits, or with one that is made for them.",
    )
    parser.add_argument(
        "files",
        metavar="FILE",
        nargs="+",
        type=arguments.text,
        help="measured echoes, of any spectrometer or as text",
    )
    parser.add_argument(
        "--format",
        metavar="F",
        type=arguments.text,
        help="format of the files (default: recognised)",
    )
    text_options.add(parser)
    reading_options.add(parser)
    protocol_options.add(parser)
    _add_model(parser)
    read_series.add(parser)
    parser.add_argument(
        "--level", metavar="L", type=float, default=0.9, help="level of the intervals (default 0.9)"
    )
    parser.add_argument(
        "--insist", action="store_true", help="show all estimates as the model gives them"
    )
    parser.add_argument(
        "--csv", metavar="FILE", type=arguments.text, help="write all estimates to a .csv file"
    )
    parser.add_argument("--json", action="store_true", help="print everything as JSON")
    parser.add_argument(
        "--report",
        metavar="FILE",
        type=arguments.text,
        help="write a report on the first sample to a .html or a .pdf file (one page)",
    )
    figure_style.add(parser)
    parser.set_defaults(run=run, measured=True)


def _add_model(parser: ArgumentParser) -> None:
    group = parser.add_argument_group("the model")
    group.add_argument(
        "--with",
        dest="with_run",
        metavar="RUN",
        type=arguments.text,
        help="run that estimates (default: one that was made for the protocol, else a shipped one)",
    )
    group.add_argument(
        "--make", metavar="SIZE", choices=SIZES, help="make a model: quick or standard"
    )
    group.add_argument(
        "--kernel",
        metavar="NAME",
        type=arguments.text,
        help="kernel of the coupling (default gaussian)",
    )
    group.add_argument(
        "--range",
        dest="ranges",
        metavar="NAME=LOW:HIGH",
        type=_range,
        action="append",
        default=[],
        help="range of a parameter, such as xi=1:5",
    )
    group.add_argument(
        "--line",
        metavar="NAME",
        type=arguments.text,
        help="shape of the line: lorentzian, gaussian or pseudo_voigt (default lorentzian)",
    )
    group.add_argument(
        "--line-width",
        metavar="W",
        type=float,
        help="full width of the line, MHz (default: estimated with the other parameters)",
    )


def _range(argument: str) -> tuple[str, tuple[float, float]]:
    try:
        name, limits = argument.split("=")
        low, high = map(float, limits.split(":"))
    except ValueError:
        raise ArgumentTypeError(
            f"a range is NAME=LOW:HIGH, for example xi=1:5; got {argument[:40]!r}"
        ) from None
    return name.strip(), (low, high)


def run(args: Namespace) -> None:
    """Read, find, choose or make a model, estimate, print."""
    look = figure_style.look_of(args)
    out = args.csv and arguments.out_file(args.csv, (".csv",))
    if args.make and args.with_run:
        raise InputError("--make makes a model and --with names one. Give one of them.")
    if read_series.is_series(args):
        read_series.run(args, args.files, _run_for_series)
        return
    report = args.report and arguments.out_file(args.report, (".html", ".pdf"))
    measurements = _measurements(args)
    echoes, protocols = _protocols(args, measurements)
    is_sample = len({(one.angle_1, one.angle_2) for one in protocols}) > 1
    shown = read_output.Shown(measurements, echoes, protocols)
    if not args.json:
        read_output.show_measured(shown)

    chosen, sentences = _chosen(args, measurements, echoes, protocols, is_sample)
    for sentence in sentences:
        say(sentence)
    plan = knowledge = None
    if chosen is None:
        plan, knowledge = _planned(args, measurements, echoes, protocols)
        if args.make:
            chosen = _made(args, plan)
    measurements = protocol_options.stated(args, measurements)
    answers = [] if chosen is None else _answers(args, chosen, measurements)
    names = _names(measurements, len(answers))
    if any(not isinstance(one, str) for one in answers) and out:
        read_output.write_csv(out, answers, names)
    if answers and report:
        first = next((one for one in answers if not isinstance(one, str)), None)
        if first is not None:
            name = first.prepared[0].measurement.name
            predict_measured.write_report(report, first, name, look, acquired=protocols[0])
    if args.json:
        show_json(read_output.as_json(shown, sentences, plan, knowledge, answers, names))
    else:
        read_output.show_answers(plan, knowledge, answers, args)
    refused = [one for one in answers if isinstance(one, str)]
    if refused and len(refused) == len(answers):
        raise FailedError(refused[0])
    wanted = " and ".join(str(path) for path in (out, report) if path)
    if wanted and not answers:
        raise FailedError(
            f"Nothing was estimated, so {wanted} was not written. Make a model with --make quick, "
            "or name one with --with."
        )


def _names(measurements: list[Measurement], n: int) -> list[str]:
    """Names of n samples: of each measurement, or of the first of one sample."""
    return [one.name for one in measurements[:n]]


def _measurements(args: Namespace) -> list[Measurement]:
    """The measurements of all files."""
    measurements: list[Measurement] = []
    for file in args.files:
        measurements += reading_options.read_file(args, file)
    for note in dict.fromkeys(note for one in measurements for note in one.notes):
        say(note)
    return measurements


def _protocols(
    args: Namespace, measurements: list[Measurement], *, is_stated: bool = False
) -> tuple[list[FoundEcho], list[Acquired]]:
    """Echo and protocol of each measurement; stated ones hold the given numbers."""
    from nmr_core.measured.acquired import acquired
    from nmr_core.measured.found import find_echo

    near = None if args.echo_time in (None, "off") else _number("--echo-time", args.echo_time)
    echoes, protocols = [], []
    for number, one in enumerate(measurements):
        n = len(measurements)
        given = {} if is_stated else protocol_options.given(args, number, n)
        echo = find_echo(one, near=near)
        echoes.append(echo)
        protocols.append(acquired(one, echo, **given))
    return echoes, protocols


def _number(option: str, text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise InputError(f"{option} takes a number or off, got {text[:40]!r}.") from None


def _chosen(
    args: Namespace,
    measurements: list[Measurement],
    echoes: list[FoundEcho],
    protocols: list[Acquired],
    is_sample: bool,
) -> tuple[Run | None, list[str]]:
    """(the run that estimates, which one and why)."""
    from nmr_core.evaluation import load_run
    from nmr_core.measured.choice import fitting_run
    from nmr_core.measured.making import Asked, differences, find_made, made_models

    options = _asked_options(args)
    if args.with_run and options:
        raise InputError(
            f"{options} describes a model that is made; {args.with_run} is there already. Leave "
            "it out, or --with."
        )
    if args.with_run:
        named = load_run(arguments.stored(args.with_run, load_run))
        return named, [f"{named.id} was named."]
    if args.make:
        return None, []
    n = len(measurements) if is_sample else 1
    asked = Asked(args.kernel, args.line, args.line_width, dict(args.ranges))
    found = find_made(measurements[:n], protocols[:n], echoes[:n], asked)
    if found is not None:
        return found, [f"{found.id} was made for this protocol: {found.manifest.title}."]
    sentences = []
    models = made_models()
    if models:
        newest, made_for = models[0]
        others = differences(made_for, protocols[:n], echoes[:n])
        reasons = " ".join([*others, *asked.differences(newest, made_for)])
        sentences.append(f"The newest made model, {newest.id}, does not fit. {reasons}")
    if options:
        return None, [*sentences, f"{options} describes a model that is made: no shipped one is."]
    try:
        choice = fitting_run(measurements[:n], steps=reading_options.steps_of(args))
    except InputError as error:
        return None, [*sentences, f"No shipped model fits. {error}"]
    return choice.run, [*sentences, choice.sentence]


def _asked_options(args: Namespace) -> str:
    """The options that describe a model, as they were given."""
    given = {
        "--kernel": args.kernel,
        "--range": args.ranges,
        "--line": args.line,
        "--line-width": args.line_width,
    }
    return ", ".join(option for option, value in given.items() if value not in (None, []))


def _run_for_series(args: Namespace, measurements: list[Measurement]) -> Run:
    """The run for echoes of a series: named, made now or before for their protocol, or shipped."""
    from nmr_core.measured.found import find_echo

    usable, problems = [], []
    for one in measurements:
        try:
            find_echo(one)
            usable.append(one)
        except InputError as error:
            problems.append(error)
    if not usable and not args.with_run:
        raise problems[0]
    echoes, protocols = _protocols(args, usable, is_stated=True)
    if args.make:
        plan, _ = _planned(args, usable, echoes, protocols)
        return _made(args, plan)
    sentences: list[str] = []
    for k, one in enumerate(usable[: read_series.TRIED]):
        chosen, sentences = _chosen(args, [one], [echoes[k]], [protocols[k]], False)
        if chosen is not None:
            say(" ".join(sentences))
            return chosen
    raise InputError(f"{' '.join(sentences)} Make a model for this series: --make quick.")


def _planned(
    args: Namespace,
    measurements: list[Measurement],
    echoes: list[FoundEcho],
    protocols: list[Acquired],
) -> tuple[ModelPlan, Knowledge]:
    """The plan of a model for the measurements, and what it can know."""
    from nmr_core.measured.making import plan_model, what_can_be_known

    plan = plan_model(
        measurements,
        protocols,
        size=args.make or SIZES[0],
        kernel=args.kernel or KERNEL,
        ranges=dict(args.ranges),
        line=args.line,
        line_width=args.line_width,
        echoes=echoes,
    )
    return plan, what_can_be_known(plan)


def _made(args: Namespace, plan: ModelPlan) -> Run:
    from nmr_core.measured.making import make_model

    for sentence in plan.sentences:
        say(sentence)
    with Ticker() as ticker:
        made = make_model(plan, n_jobs=-1, progress=ticker)
    say(f"{made.id} is kept; the next file of this protocol finds it.")
    return made


def _answers(args: Namespace, chosen: Run, measurements: list[Measurement]) -> list[Answer | str]:
    from nmr_core.measured.making.job import answers_of

    options: dict[str, Any] = {
        "steps": reading_options.steps_of(args),
        "level": args.level,
        "insist": args.insist,
    }
    with Ticker() as ticker:
        return answers_of(chosen, measurements, progress=ticker, **options)
