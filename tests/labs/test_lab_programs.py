"""The programs of the labs 6, 7, 8 and 10 print the number of the lab."""

import contextlib
import io

import pytest

from nmr_core.labs.registry import LABS

MOVES = [
    ("ensembles", {"kind": "bootstraps", "members": 2, "points": 10, "seed": 1}),
    ("unknowable", {"curves": 20, "epoch": 50, "target": "p", "seed": 2}),
    ("attention", {"target": "alpha", "width": 40, "by": "another echo", "seed": 1}),
    ("dynamics", {"start": 0.95, "points": 10, "speed": 1.0}),
]


@pytest.mark.parametrize(("slug", "state"), MOVES, ids=[slug for slug, _ in MOVES])
def test_the_program_prints_the_number_of_the_lab(slug, state):
    lab = LABS[slug]
    program, output = lab.code(state).numpy, io.StringIO()
    assert "nmr_core" not in program
    assert ("DATA" in program) == bool(lab.data())
    with contextlib.redirect_stdout(output):
        exec(program, {"DATA": lab.data()} if lab.data() else {})
    printed = float(output.getvalue().split()[0])
    assert printed == pytest.approx(lab.run(state).numbers[0].value, rel=0.05, nan_ok=True)
