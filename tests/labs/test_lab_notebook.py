"""The programs of the labs compute the same numbers outside of the app, and so do the notebooks."""

import importlib.util
import json
import subprocess
import sys

import pytest

from nmr_core.labs.notebook import NO_TORCH, command_line, notebook
from nmr_core.labs.registry import LABS


def _cells(lab, kind, state=None):
    document = json.loads(notebook(lab, state))
    assert (document["nbformat"], document["nbformat_minor"]) == (4, 4)
    return ["".join(cell["source"]) for cell in document["cells"] if cell["cell_type"] == kind]


def _first_number(program: str, folder) -> float:
    """First number printed by a program that cannot import this package."""
    file = folder / "program.py"
    file.write_text(program, encoding="utf-8")
    answer = subprocess.run(
        [sys.executable, "-I", "-W", "error", file.name],
        cwd=folder,
        capture_output=True,
        text=True,
    )
    assert answer.returncode == 0, answer.stderr
    return float(answer.stdout.split()[0])


@pytest.mark.parametrize("lab", LABS.values(), ids=list(LABS))
def test_the_numpy_cells_print_the_first_number(lab, tmp_path):
    """Without this package: the data of the echoes are in the notebook."""
    has_draws = any(control.key == "draws" for control in lab.controls)
    state = {"draws": 1} if has_draws else {}
    *cells, _ = _cells(lab, "code", state)
    program = "\n".join(cells)
    assert "nmr_core" not in program
    number = _first_number(program, tmp_path)
    assert number == pytest.approx(lab.run(state).numbers[0].value, rel=0.05)


@pytest.mark.parametrize(
    ("slug", "state"),
    [
        ("memorise", {"bug": "B"}),
        ("overfit", {"points": 5, "noise": 0.1, "start": 1.1, "end": 2.0, "seed": 3}),
        ("descriptors", {"kind": "1/r^12 - 1/r^6", "noise": 0.05}),
        ("size", {"width": 8, "decay": 10.0, "draws": 1, "draw": 4}),
    ],
)
def test_the_program_follows_the_controls(slug, state, tmp_path):
    lab = LABS[slug]
    number = _first_number(lab.code(lab.complete(state)).numpy, tmp_path)
    assert number == pytest.approx(lab.run(state).numbers[0].value, rel=0.05)


@pytest.mark.parametrize("lab", LABS.values(), ids=list(LABS))
def test_every_notebook_has_the_text_and_programs_that_compile(lab):
    state = lab.complete()
    cells = _cells(lab, "code")
    for cell in cells:
        compile(cell, lab.slug, "exec")
    assert NO_TORCH in cells[-1]
    text = "\n".join(_cells(lab, "markdown"))
    for part in (lab.lead, lab.explanation, lab.parts.cost, lab.on_echoes):
        assert part in text
    assert all(f"| {control.label} | {state[control.key]} |" in text for control in lab.controls)


def test_a_notebook_says_that_torch_is_missing(tmp_path):
    _, pytorch = _cells(LABS["overfit"], "code")
    names = {"__name__": "cell"}
    blocked = pytorch.replace('find_spec("torch")', 'find_spec("no_such_package")')
    exec(blocked, names)
    assert "train" not in names


@pytest.mark.skipif(importlib.util.find_spec("torch") is None, reason="PyTorch is not installed")
def test_the_pytorch_program_prints_the_same_number(tmp_path):
    lab = LABS["overfit"]
    _, pytorch = _cells(lab, "code")
    assert _first_number(pytorch, tmp_path) == pytest.approx(lab.run({}).numbers[0].value, rel=0.05)


def test_the_command_names_what_was_moved():
    lab = LABS["descriptors"]
    command = command_line(lab, {"kind": "1/r^12 - 1/r^6", "seed": 3})
    assert command == "python -m nmr_core labs run descriptors 'kind=1/r^12 - 1/r^6' seed=3"
    assert command_line(lab, {}) == "python -m nmr_core labs run descriptors"
