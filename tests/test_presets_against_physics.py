"""The presets against the table of physics.md, section 4 (in ../shared), read from that file, and
against a copy of it.
"""

import re
from math import pi

import pytest

from nmr_core import preset

KERNELS = {
    "gsoc_2021_weak": ("gaussian", "power_law", "rkky"),
    "gsoc_2021_strong": ("gaussian", "power_law", "rkky"),
    "deeplearn_2024": ("gaussian", "rkky"),
}
COPY = {
    "gsoc_2021_weak": {
        "side": 50,
        "points": 942,
        "tau": 100,
        "ranges": {"alpha": (0, 0.015), "W_tot": (0.04, 0.12)},
    },
    "gsoc_2021_strong": {
        "side": 100,
        "points": 1885,
        "tau": 200,
        "ranges": {"alpha": (0, 2e-4), "W_tot": (0.1, 0.3)},
    },
    "deeplearn_2024": {
        "side": 50,
        "points": 471,
        "ranges": {"alpha": (0, 24), "omega_p": (0.3, 6), "d": (5, 12)},
    },
}
CASES = [(group, kernel) for group, kernels in KERNELS.items() for kernel in kernels]
NUMBER = r"(\d*\.?\d+(?:e-?\d+)?)"


def in_preset(group: str, kernel: str) -> dict:
    """The same facts of a preset; the table's "alphas" are alpha_x and alpha_z of 2021 and alpha of
    2024.
    """
    made = preset(f"{group}_{kernel}")
    experiment = made.build()
    ranges = {spec.name: (spec.low, spec.high) for spec in made.space}
    if "gsoc" in group:
        assert ranges.pop("alpha_z") == ranges["alpha_x"]
        ranges["alpha"] = ranges.pop("alpha_x")
    assert {spec.scale for spec in made.space} == {"linear"}
    assert experiment.n_x == experiment.n_y
    facts = {"side": experiment.n_x, "points": len(experiment.protocol.time), "ranges": ranges}
    return facts | ({"tau": experiment.tau} if "gsoc" in group else {})


def in_table(text: str, group: str) -> dict:
    """What the row of a group says; a row of strong coupling takes from the weak one what it leaves
    out.
    """
    (row,) = re.findall(rf"^\| `{group}`.*$", text, re.MULTILINE)
    ranges = {}
    if match := re.search(rf"alpha(?:s|_z)? uniform in [\[(]{NUMBER}, ?{NUMBER}\]", row):
        ranges["alpha"] = tuple(map(float, match.groups()))
    if match := re.search(rf"W_tot.*? in \[{NUMBER}, ?{NUMBER}\]", row):
        ranges["W_tot"] = tuple(map(float, match.groups()))
    if match := re.search(rf"omega_p.*uniform in {NUMBER}–{NUMBER} line widths", row):
        ranges["omega_p"] = tuple(map(float, match.groups()))
    if match := re.search(rf"-ln\(gamma_3\)` uniform in \[{NUMBER}, ?{NUMBER}\]", row):
        ranges["d"] = tuple(map(float, match.groups()))
    facts = {
        "side": int(re.search(r"\| (\d+)×\1 \|", row)[1]),
        "points": int(re.search(r"([\d,]+) points", row)[1].replace(",", "")),
        "ranges": ranges,
    }
    tau = re.search(rf"tau {NUMBER} µs", row)
    return facts | ({"tau": float(tau[1])} if tau else {})


@pytest.fixture(scope="module")
def table(repository) -> str:
    file = repository.parent / "shared" / "physics.md"
    if not file.is_file():
        pytest.skip(
            f"{file}, from which the presets were written, is not here; the copy in this test is "
            "compared in any case"
        )
    return file.read_text(encoding="utf-8")


@pytest.mark.parametrize(("group", "kernel"), CASES)
def test_presets_are_what_the_table_says(table, group, kernel):
    assert in_preset(group, kernel) == in_table(table, group)
    (row,) = re.findall(rf"^\| `{group}`.*$", table, re.MULTILINE)
    assert kernel in row or "the same three" in row


@pytest.mark.parametrize(("group", "kernel"), CASES)
def test_presets_are_what_the_copy_says(group, kernel):
    assert in_preset(group, kernel) == COPY[group]


@pytest.mark.parametrize("group", COPY)
def test_the_copy_is_the_table(table, group):
    assert in_table(table, group) == COPY[group]


@pytest.mark.parametrize(("group", "kernel"), CASES)
def test_what_the_table_says_in_words(group, kernel):
    """dt = 2 reduced; conventions as cuda_2023: both pulses about x, exp(+i ...); no normalisation;
    iid offsets, but one list of them for all curves of the weak sets.
    """
    experiment = preset(f"{group}_{kernel}").build()
    assert 2 * pi * experiment.dt == pytest.approx(2, rel=1e-14)
    assert [(pulse.angle, pulse.phase, pulse.sense) for pulse in experiment.protocol.pulses] == [
        (90, 0, 1),
        (180, 0, 1),
    ]
    assert (experiment.kernel, experiment.normalisation, experiment.offsets) == (
        kernel,
        "none",
        "frozen" if group == "gsoc_2021_weak" else "iid",
    )
