"""Help, arguments of ``bench``, and the pieces: progress lines, JSON, tables, Ctrl-C."""

import inspect
import io
import json
import re
import shlex

import numpy as np
import pytest

from nmr_core import benchmark
from nmr_core.benchmark import run
from nmr_core.cli import output, parser, ticker
from nmr_core.cli.interrupt import Interrupt, interrupt

COMMANDS = (
    "app",
    "simulate",
    "identify",
    "design",
    "generate",
    "train",
    "trainings",
    "study",
    "compare",
    "runs",
    "curves",
    "explain",
    "calibrate",
    "predict",
    "read",
    "posterior",
    "robustness",
    "serve",
    "server",
    "people",
    "room",
    "challenge",
    "audit",
    "import",
    "export",
    "data",
    "list",
    "trash",
    "jobs",
    "workspaces",
    "repair",
    "backup",
    "restore",
    "upgrade",
    "labs",
    "agenda",
    "bench",
)


@pytest.mark.parametrize(
    "command",
    [
        (),
        *((name,) for name in COMMANDS),
        ("jobs", "cancel"),
        ("trainings", "delete"),
        ("labs", "run"),
    ],
)
def test_every_help_has_examples_that_parse(cli, command):
    answer = cli(*command, "--help")
    assert (answer.code, answer.err) == (0, "")
    text = answer.out.partition("example:")[2].replace("\\\n", " ")  # lines continued by the shell
    examples = re.findall(r"^.*python -m nmr_core (.+)$", text, re.MULTILINE)
    assert examples
    for example in examples:
        assert callable(parser.parser().parse_args(shlex.split(example)).run)


def test_the_help_names_every_command(cli):
    assert set(re.findall(r"^    (\w+)", cli("--help").out, re.MULTILINE)) == set(COMMANDS)
    assert len(parser.COMMANDS) == len(COMMANDS)


def test_the_version_is_that_of_the_package(cli):
    import nmr_core

    assert cli("--version").out == f"spin-echo-lab {nmr_core.__version__}\n"


@pytest.mark.parametrize(
    "arguments", [[], ["explode"], ["--explode"], ["sim"], ["simulate", "--jso"], [""]]
)
def test_wrong_use_points_to_the_help(refused, arguments):
    assert "--help." in refused(2, *arguments)


def _measured(**options):
    """A benchmark in no time, if the real one takes these options."""
    inspect.signature(benchmark.run_benchmark).bind(**options)
    options.pop("progress")(1, 1, "measured")

    class Measured:
        def to_dict(self):
            return options | {"ratio": np.float64(2.0), "broken": float("nan")}

        def __str__(self):
            return "ratios"

    return Measured()


def test_bench_passes_its_arguments_on(cli, monkeypatch):
    monkeypatch.setattr(benchmark, "run_benchmark", _measured)
    answer = cli("bench", "--n-x", 8, "--n-y", 9, "--curves", 10, "--repeats", 2, "--json")
    assert answer.json == {
        "n_x": 8,
        "n_y": 9,
        "n_curves": 10,
        "repeats": 2,
        "ratio": 2.0,
        "broken": None,
    }
    assert "100 %  measured" in answer.err
    answer = cli("bench")
    assert (answer.code, answer.out) == (0, "ratios\n")


@pytest.mark.parametrize(
    "arguments",
    [
        ["--n-x", "0"],
        ["--n-x", "10000", "--n-y", "10000"],
        ["--n-x", "1", "--n-y", "1"],
        ["--curves", "0"],
        ["--curves", "-1"],
        ["--curves", "1e3"],
        ["--repeats", "0"],
        ["--n-x", "nan"],
    ],
)
def test_bench_refuses_before_it_measures(refused, arguments, monkeypatch):
    for name in run.STAGES:
        monkeypatch.setitem(run.STAGES, name, lambda *_: pytest.fail("it was measured"))
    refused(2, "bench", *arguments)


def test_defaults_in_the_help_of_bench_are_those_of_the_function(cli):
    text = " ".join(cli("bench", "--help").out.split())
    for option, name in (
        ("--n-x NX", "n_x"),
        ("--n-y NY", "n_y"),
        ("--curves N", "n_curves"),
        ("--repeats R", "repeats"),
    ):
        default = inspect.signature(benchmark.run_benchmark).parameters[name].default
        assert re.search(rf"{option} [^(]*\(default {default}\)", text)


class Terminal(io.StringIO):
    """A stderr that can be rewritten."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def clock():
    """A clock that goes on by ``clock.step`` a look."""

    class Clock:
        now, step = 0.0, 0.0

        def __call__(self):
            self.now += self.step
            return self.now

    return Clock()


def test_elsewhere_than_on_a_terminal_a_line_comes_every_few_seconds(clock, capsys):
    with ticker.Ticker("curves", clock) as progress:
        for done in range(0, 2001, 100):
            progress(done, 2000, "simulating")
            clock.now += 1
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "500 of 2,000 curves (25 %), 100 curves/s, 0:15 left"
    assert lines[-1] == "2,000 of 2,000 curves (100 %), 100 curves/s"
    assert len(lines) == 4


def test_a_resumed_data_set_counts_only_what_is_made_now(clock, capsys):
    progress = ticker.Ticker("curves", clock)
    progress(1000, 2000)
    clock.now += 10
    progress(1100, 2000)
    assert capsys.readouterr().err == "1,100 of 2,000 curves (55 %), 10 curves/s, 1:30 left\n"
    assert (progress.n_done, progress.seconds) == (100, 10)


def test_on_a_terminal_one_line_is_rewritten_and_ended(clock, monkeypatch):
    monkeypatch.setattr("sys.stderr", Terminal())
    monkeypatch.setenv("COLUMNS", "30")
    with ticker.Ticker("", clock) as progress:
        for done, message in ((10, "a long message that is cut off here"), (20, "short")):
            clock.now += 1
            progress(done, 100, message)
    first, second = ticker.sys.stderr.getvalue().removeprefix("\r").removesuffix("\n").split("\r")
    assert first == "10 %  a long message that is "
    assert second == "20 %  short".ljust(29)


def test_progress_that_nobody_reads_stops_nothing(clock, monkeypatch):
    stream = io.StringIO()
    stream.close()
    monkeypatch.setattr("sys.stderr", Terminal())
    progress = ticker.Ticker("", clock)
    monkeypatch.setattr("sys.stderr", stream)
    progress(1, 1, "done")
    ticker.say("a sentence")
    assert progress.last[1] == 1


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0:00"), (59.6, "1:00"), (3599, "59:59"), (3723, "1:02:03"), (360000, "100:00:00")],
)
def test_durations(seconds, text):
    assert ticker.duration(seconds) == text


def test_json_is_plain(capsys):
    output.show_json(
        {"a": np.array([1.5, np.nan, -np.inf]), 2: (np.int64(3), np.bool_(True), None, "µ\udcff")}
    )
    text = capsys.readouterr().out
    assert json.loads(text) == {"a": [1.5, None, None], "2": [3, True, None, "µ\udcff"]}
    assert text.isascii()


def test_a_table_is_aligned_and_a_cell_is_one_line(capsys):
    output.show_cells(("id", "n"), [("a", "1"), ("long\nname", "100")])
    assert capsys.readouterr().out.splitlines() == [
        "id           n",
        "a            1",
        "long name  100",
    ]


def test_an_impatient_second_interrupt_counts_once():
    ours = Interrupt()
    with pytest.raises(KeyboardInterrupt):
        ours(2, None)
    assert ours(2, None) is None
    with pytest.raises(KeyboardInterrupt):
        ours.check()


def test_without_an_interrupt_nothing_is_raised():
    assert Interrupt().check() is None
    assert interrupt.came is None
