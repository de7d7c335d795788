"""The lines of Python beside a figure make it again, in a fresh process; its files have names."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import plotly.graph_objects as go
import pytest

from nmr_core.plots.content import content
from ui.shared import figure_files

ROOT = Path(__file__).parents[2]
VIEWS = [
    ("start", {}),
    ("simulate", {"view": "echo"}),
    ("simulate", {"view": "spectrum", "pin": "preset=ml4sci_2020&seed=1&setting=0&alpha=0.05"}),
    ("simulate", {"view": "lattice"}),
    ("simulate", {"view": "sweep", "n_values": "3"}),
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
    ("calibration", {"view": "ranks"}),
    ("calibration", {"view": "width"}),
    ("calibration", {"view": "robustness"}),
    ("identify", {"side": "time"}),
    ("identify", {"side": "directions"}),
    ("identify", {"side": "prior"}),
]
AGAIN = """
import json, sys, traceback
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
    """What the pages of a test show, by name of the file."""
    figures = {}
    made = figure_files.Shown

    def record(*arguments):
        one = made(*arguments)
        figures[one.name] = one
        return one

    monkeypatch.setattr(figure_files, "Shown", record)
    return figures


@pytest.fixture
def visited(shown, open_page):
    """All figures of the views on the shipped examples."""
    for page, query in VIEWS:
        app = open_page(page, **query)
        assert not app.exception, (page, query)
    return shown


def _again(programs: list[str]) -> list[dict | str]:
    """Figures of the programs, run in one fresh process; a text is what went wrong."""
    done = subprocess.run(
        [sys.executable, "-c", AGAIN],
        input="\n".join(map(json.dumps, programs)),
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_every_figure_is_made_again_by_its_lines_and_has_a_name(visited):
    assert all(re.fullmatch(r"[a-z0-9][a-z0-9-]{0,79}", name) for name in visited)
    assert {"compare-leaderboard-error", "compare-parity-alpha-example-mlp"} <= set(visited)
    with_lines = {name: one for name, one in visited.items() if one.code}
    assert len(with_lines) >= 42
    results = _again([one.code for one in with_lines.values()])
    assert len(results) == len(with_lines)
    for (name, one), result in zip(with_lines.items(), results, strict=True):
        assert isinstance(result, dict), f"{name}:\n{one.code}\n{result}"
        _equal(name, go.Figure(one.figure.to_dict()), go.Figure(result))


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
