"""A new kernel (with an angle and a parameter of its own), effect, sequence, preset, featurizer,
model, format or page is one file and one line: registered, it is found everywhere else.
tests/extending.py registers one of each in a process of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).with_name("extending.py")


@pytest.fixture(scope="module")
def found(tmp_path_factory) -> dict[str, bool]:
    environment = os.environ | {
        "NMR_DATA": str(tmp_path_factory.mktemp("data")),
        "PYTHONPATH": str(SCRIPT.parents[1]),
    }
    answer = subprocess.run(
        [sys.executable, str(SCRIPT)], env=environment, capture_output=True, text=True, timeout=300
    )
    assert answer.returncode == 0, answer.stderr[-2000:]
    return json.loads(answer.stderr.strip().splitlines()[-1])


@pytest.mark.parametrize(
    "kind",
    ["kernel", "effect", "sequence", "preset", "featurizer", "model", "format", "reader", "page"],
)
def test_a_new_one_is_found_everywhere(found, kind):
    places = {name: there for name, there in found.items() if kind in name.split(" ")}
    assert places
    assert [name for name, there in places.items() if not there] == []
