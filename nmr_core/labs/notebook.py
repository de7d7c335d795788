"""A lab as a Jupyter notebook that runs outside of the app."""

import base64
import io
import json
import shlex
from textwrap import indent
from typing import Any

import numpy as np

from nmr_core.labs.lab import Lab, State, Value

PROG = "python -m nmr_core"
NO_TORCH = "PyTorch is not installed: pip install torch"


def notebook(lab: Lab, state: State | None = None) -> bytes:
    """The text of a lab and the programs of one move.

    Parameters
    ----------
    lab : Lab
        The lab.
    state : mapping, optional
        Controls of the move; those that it lacks have their defaults.

    Returns
    -------
    bytes
        Notebook format 4.4 (JSON). A cell with the arrays of the lab comes first where there are
        any. The next one needs NumPy; the last one does nothing where PyTorch is not installed.

    Raises
    ------
    InputError
        The lab has no such control or value.
    """
    values = lab.complete(state)
    programs = lab.code(values)
    cells = [
        _text(f"# {lab.title}\n\n{lab.lead}\n\n{_table(lab, values)}"),
        *_data_cells(lab),
        _code(programs.numpy),
        _text(f"**Why.** {lab.explanation}\n\n{_parts(lab)}"),
        _text("The same with PyTorch."),
        _code(_optional(programs.pytorch)),
        _text(f"**On echoes.** {lab.on_echoes}\n\nThis move in Spin Echo Lab:"),
        _text(f"```bash\n{command_line(lab, values)}\n```"),
    ]
    document = {
        "cells": cells,
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 4,
    }
    return json.dumps(document, indent=1, ensure_ascii=False).encode()


def command_line(lab: Lab, state: State) -> str:
    """The command that computes the same move, with the controls that are not at their defaults."""
    values = lab.complete(state)
    changed = [
        shlex.quote(f"{control.key}={values[control.key]}")
        for control in lab.controls
        if values[control.key] != control.default
    ]
    return " ".join([f"{PROG} labs run {lab.slug}", *changed])


def _table(lab: Lab, values: dict[str, Value]) -> str:
    """Label and value of each control."""
    rows = [f"| {control.label} | {values[control.key]} |" for control in lab.controls]
    return "\n".join(["| control | value |", "|---|---|", *rows])


def _parts(lab: Lab) -> str:
    names = ("data", "model", "cost", "optimiser")
    return "\n".join(f"- **{name}**: {getattr(lab.parts, name)}" for name in names)


def _data_cells(lab: Lab) -> list[dict]:
    """A cell that defines ``DATA``, which holds the arrays of the lab as text."""
    arrays: dict[str, Any] = dict(lab.data())
    if not arrays:
        return []
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)
    text = base64.encodebytes(file.getvalue()).decode()
    return [_text(f"The data of this lab: {', '.join(arrays)}."), _code(_DATA.format(text=text))]


_DATA = '''import base64
import io

import numpy as np

DATA = np.load(io.BytesIO(base64.b64decode("""
{text}""")))
'''


def _optional(program: str) -> str:
    """A program that runs only where PyTorch is installed."""
    return (
        "import importlib.util\n\n"
        'if importlib.util.find_spec("torch") is None:\n'
        f'    print("{NO_TORCH}")\n'
        "else:\n" + indent(program, "    ")
    )


def _text(source: str) -> dict:
    return {"cell_type": "markdown", "metadata": {}, "source": _lines(source)}


def _code(source: str) -> dict:
    return {
        "cell_type": "code",
        "execution_count": None,
        "metadata": {},
        "outputs": [],
        "source": _lines(source.strip()),
    }


def _lines(source: str) -> list[str]:
    return source.splitlines(keepends=True)
