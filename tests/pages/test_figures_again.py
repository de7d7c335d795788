"""The lines of Python beside a figure make it again, in a fresh process; its files have names."""

import ast
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import plotly.graph_objects as go
import pytest
from made_runs import classifier, write

from nmr_core import generate, load_dataset, load_run, preset, study, target_for_run
from nmr_core.design import screen
from nmr_core.inference.identifiability import error_map, profile, scan
from nmr_core.io.formats import write_foreign
from nmr_core.measured.example import example_echo
from nmr_core.plots.content import content
from ui.shared import figure_files

FAST_WORK = screen.FAST_WORK
ROOT = Path(__file__).parents[2]
VIEWS = [
    ("start", {}),
    ("simulate", {"view": "echo"}),
    (
        "simulate",
        {"view": "spectrum", "pin": "preset=ml4sci_2020_secular&seed=1&setting=0&alpha=0.05"},
    ),
    ("simulate", {"view": "lattice"}),
    ("simulate", {"view": "sweep", "n_values": "3"}),
    ("path", {"agenda": "half-day"}),
    ("labs", {"lab": "overfit", "pin": "overfit:points=20"}),
    ("data_sets", {"look": "curves"}),
    ("data_sets", {"look": "parameters"}),
    ("data_sets", {"look": "time"}),
    ("data_sets", {"look": "nearest"}),
    ("compare", {"view": "residuals", "echo": "example-mlp:1"}),
    ("compare", {"view": "regimes", "parity": "all"}),
    ("compare", {"view": "training"}),
    ("explain", {"part": "importance"}),
    ("explain", {"part": "sensitivity"}),
    ("explain", {"part": "top_k"}),
    ("studies", {}),
    ("calibration", {"view": "coverage"}),
    ("calibration", {"view": "map"}),
    ("calibration", {"view": "ranks"}),
    ("calibration", {"view": "width"}),
    ("calibration", {"view": "robustness"}),
    ("identify", {"side": "time"}),
    ("identify", {"side": "directions"}),
    ("identify", {"side": "prior"}),
    ("design", {}),
    ("predict", {}),
    ("measurement", {}),
    ("predict", {"source": "measured"}),
    ("predict", {"source": "measured", "run": "pretrained-kernel"}),
    ("calibration", {"view": "applicability"}),
    ("calibration", {"view": "width", "run": "pretrained-kernel"}),
    ("compare", {"reference": "example-ridge"}),
    ("compare", {"view": "options", "reference": "example-mlp"}),
]
SMALL = {"n_x": 8, "n_y": 8, "tau": 5}
OWN_VIEWS = [
    ("compare", {"runs": ["run-sure", "run-wrong"], "task": "classification"}),
    ("compare", {"runs": ["run-sure", "run-wrong"], "task": "classification", "view": "along"}),
    (
        "compare",
        {"runs": ["run-sure", "run-wrong"], "task": "classification", "view": "probabilities"},
    ),
]
SCANS = {
    "scan": ({"along": "tau"}, {"along-tau": "5, 10"}),
    "map": (
        {"across_of": "snr", "up_of": "d", "map_of": "alpha"},
        {"across_of-snr": "100, 1000", "up_of-d": "3.5, 5"},
    ),
    "profile": ({"profile_of": "xi"}, {}),
}
WITHOUT_LINES = {
    ("ui/train/cards.py", "live-"): "the curve of a job; Compare draws it from the stored run",
    ("ui/studies/views.py", "study-live-"): "a study that runs",
    ("ui/workshop/where.py", "room-where"): "where the people of a room are now",
    ("ui/data_sets/preview.py", "preview"): "a form; the data set does not exist yet",
}
"""File and beginning of the key of a figure -> why no lines draw it again."""
AGAIN = """
import json, sys, traceback
import pickle
import joblib
import nmr_core

def computed_once(function):
    values = {}

    def value(*arguments, **options):
        try:
            key = joblib.hash((arguments, options))
        except pickle.PicklingError:
            return function(*arguments, **options)
        if key not in values:
            values[key] = function(*arguments, **options)
        return values[key]

    return value

# Many lines begin with the same ones
for name in ("coverage", "estimate", "prepare_for_run", "target_for_run"):
    setattr(nmr_core, name, computed_once(getattr(nmr_core, name)))
for line in sys.stdin:
    names = {}
    try:
        exec(json.loads(line), names)
        print(names["figure"].to_json())
    except Exception:
        print(json.dumps(traceback.format_exc()))
"""


@pytest.fixture
def shown(monkeypatch):
    """What the pages of a test show, by name of the file and lines."""
    figures = {}
    made = figure_files.Shown

    def record(*arguments):
        one = made(*arguments)
        figures[one.name, one.code] = one
        return one

    monkeypatch.setattr(figure_files, "Shown", record)
    return figures


@pytest.fixture
def visited(shown, open_page, monkeypatch):
    """All figures of the views on the shipped examples."""
    monkeypatch.setattr(screen, "FAST_WORK", FAST_WORK)
    for page, query in VIEWS:
        app = open_page(page, **query)
        assert not app.exception, (page, query)
    return shown


@pytest.fixture
def own_content(own, tmp_path):
    """Classifiers, scans, a study, and files of curves and of a measurement in the folder."""
    generate(preset("cuda_2023").fix(**SMALL), 80, seed=2, path=own / "datasets" / "ds-kernels")
    for name, wrong in (("run-sure", 0), ("run-wrong", 6)):
        write(classifier(name, wrong=wrong), own)
    small = preset("ml4sci_2020_secular").fix(**SMALL)
    scan(small, "tau", [5, 10])
    error_map(small, "snr", "d", [100, 1000], [3.5, 5], of="alpha")
    profile(small, "xi", n_points=5)
    write_foreign(load_dataset("ds-own"), tmp_path / "curves.csv", "csv_wide")
    run = load_run("run-ridge")
    (tmp_path / "echo.csv").write_bytes(example_echo(run, target_for_run(run)).text)
    return own


def _again(programs: list[str], folder: Path = ROOT) -> list[dict | str]:
    """Figures of the programs, run in one fresh process; a text is what went wrong."""
    done = subprocess.run(
        [sys.executable, "-c", AGAIN],
        input="\n".join(map(json.dumps, programs)),
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def _check(shown: dict, folder: Path) -> None:
    """Each figure has lines, and they draw it."""
    assert all(re.fullmatch(r"[a-z0-9][a-z0-9-]{0,79}", name) for name, _ in shown)
    assert [name for name, code in shown if not code] == []
    results = _again([code for _, code in shown], folder)
    assert len(results) == len(shown)
    for ((name, code), one), result in zip(shown.items(), results, strict=True):
        assert isinstance(result, dict), f"{name}:\n{code}\n{result}"
        _equal(name, go.Figure(one.figure.to_dict()), go.Figure(result))


def test_every_figure_is_made_again_by_its_lines_and_has_a_name(visited, tmp_path):
    names = {name for name, _ in visited}
    assert {"compare-leaderboard-error", "compare-parity-alpha-example-mlp"} <= names
    assert {"calibration-sets-pretrained-kernel", "compare-options"} <= names
    assert len(visited) >= 60
    _check(visited, tmp_path)


def test_figures_of_own_files_and_runs_are_made_again(own_content, shown, open_page, tmp_path):
    for page, query in OWN_VIEWS:
        assert not open_page(page, **query).exception, query
    for kind, (query, values) in SCANS.items():
        app = open_page("identify", of="ds-own", side=kind, **query)
        for key, text in values.items():
            app.text_input(key=f"identify-values-ds-own-{key}").set_value(text)
        if kind == "profile":
            app.number_input(key="identify-points").set_value(5)
        assert not app.run().exception, kind
    _upload(open_page("predict", run="run-ridge", source="file"), tmp_path / "curves.csv", "curves")
    echo = open_page("predict", run="run-ridge", source="measured")
    _upload(echo, tmp_path / "echo.csv", "measurement")
    data_sets = open_page("data_sets")
    data_sets.session_state["import"] = True
    _upload(data_sets.run(), tmp_path / "curves.csv", "import")
    seeds = study(
        "seeds", load_dataset("ds-own"), featurizer="raw", model="mean", split=0.25, repeats=2
    )
    seeds.save()
    assert not open_page("studies", study=seeds.id).exception
    names = {name for name, _ in shown}
    assert {"compare-f1", "import-first-curves", f"seeds-{seeds.id}"} <= names
    assert {"identify-scan-tau-ds-own", "identify-profile-xi-ds-own"} <= names
    _check(shown, tmp_path)


def _upload(app, path: Path, key: str) -> None:
    app.file_uploader(key=f"{key}-files-0").set_value([(path.name, path.read_bytes(), "text/csv")])
    assert not app.run().exception, key


def _calls(path: Path) -> list[ast.Call]:
    """Calls of ``ui.shared.figure.show`` in a file."""
    text = path.read_text(encoding="utf-8")
    if not re.search(r"from ui\.shared\.figure import .*\bshow\b", text):
        return []
    return [
        node
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "show"
    ]


def test_every_figure_in_the_source_has_lines_but_for_the_exceptions():
    without = set()
    n_calls = 0
    for path in sorted([*ROOT.glob("ui/**/*.py"), *ROOT.glob("pages/*.py")]):
        for call in _calls(path):
            n_calls += 1
            options = {one.arg: ast.unparse(one.value) for one in call.keywords}
            if "code" not in options:
                key = re.split("[{'\"]", options["key"].lstrip("f").strip("'\""))[0]
                without.add((path.relative_to(ROOT).as_posix(), key))
    assert n_calls > 45
    assert without == set(WITHOUT_LINES)


def _equal(name: str, one: go.Figure, other: go.Figure) -> None:
    (traces, layout), (others, other_layout) = content(one), content(other)
    assert len(traces) == len(others), name
    for trace, again in zip(traces, others, strict=True):
        assert trace.get("name") == again.get("name"), name
        for part in ("x", "y", "z"):
            _same_numbers(f"{name}: {part}", trace.get(part), again.get(part))
    for axis in ("xaxis", "yaxis"):
        assert layout[axis].get("title") == other_layout[axis].get("title"), name


def _same_numbers(name: str, one, other) -> None:
    assert (one is None) == (other is None), name
    if one is None:
        return
    one, other = np.asarray(one), np.asarray(other)
    if one.dtype.kind in "fiu":
        np.testing.assert_allclose(other, one, rtol=1e-4, atol=1e-6, err_msg=name)
    else:
        assert one.tolist() == other.tolist(), name
