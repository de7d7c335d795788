"""``read``: what was measured, which model fits, making one, and using it again."""

import json
from pathlib import Path

import numpy as np
import pytest

from nmr_core.measured.making import budget, knowing
from nmr_core.measured.spectrometer import SpectrometerSettings, record

SETTINGS = SpectrometerSettings(
    tau=12.0,
    dwell=0.5,
    start=2.0,
    n_points=64,
    line_width=0.15,
    offset=0.004,
    omega_p=0.6,
    xi=3.0,
    dephasing=0.5,
    snr=80.0,
    scale=3e4,
)


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Two echoes of one protocol, as tables."""
    folder = tmp_path_factory.mktemp("echoes")
    paths = []
    for seed in (0, 1):
        one = record(SpectrometerSettings(**(vars(SETTINGS) | {"seed": seed})))
        path = folder / f"echo{seed}.csv"
        columns = np.c_[one.time, one.signal.real, one.signal.imag]
        np.savetxt(path, columns, delimiter=",", header="t (us),Re,Im", comments="")
        paths.append(str(path))
    return paths


@pytest.fixture
def tiny(monkeypatch):
    """The size "quick" with the numbers of "tiny", and a quick look at what can be known."""
    monkeypatch.setitem(budget.SIZES, "quick", budget.SIZES["tiny"])
    monkeypatch.setattr(budget, "LATTICES", (16,))
    monkeypatch.setattr(knowing, "SIDE", 12)
    monkeypatch.setattr(knowing, "N_SEEDS", 2)


def test_it_says_what_was_measured_and_what_can_be_known(cli, files, tiny):
    answer = cli("read", files[0], "--tau", "12")
    assert answer.code == 0
    assert "The echo is at" in answer.out
    assert "12 µs  (given)" in answer.out
    assert "Make this model: the same command with --make quick." in answer.out
    assert "No shipped model fits." in answer.err


def test_it_asks_for_tau(cli, files, tiny):
    answer = cli("read", files[0], "--make", "quick")
    assert answer.code == 2
    assert "Give tau" in answer.err


def test_a_model_is_made_and_found_again(cli, files, tiny, tmp_path):
    made = cli("read", files[0], "--tau", "12", "--make", "quick", "--json", "--line-width", "0.15")
    assert made.code == 0
    content = json.loads(made.out)
    [one] = content["answers"]
    assert one["estimate"]["low_omega_p"] < SETTINGS.omega_p < one["estimate"]["high_omega_p"]
    assert content["known"]["errors"]["omega_p"] < 0.3

    table, report = tmp_path / "estimates.csv", tmp_path / "echo.html"
    options = ("--tau", "12", "--csv", str(table), "--report", str(report))
    again = cli("read", *files, *options)
    assert again.code == 0
    assert f"{one['run']} was made for this protocol" in again.err
    rows = table.read_text("utf-8-sig").splitlines()
    assert len(rows) == 3
    assert "echo1.csv" in rows[2]
    assert "<html" in report.read_text("utf-8")

    other = cli("read", files[0], "--tau", "20")
    assert "tau is 20 µs; the model was made for 12 µs." in other.err
    named = cli("read", files[0], "--tau", "12", "--with", one["run"])
    assert named.code == 0
    assert "was named" in named.err
    _refuses_other_protocols(cli, files, one["run"], tmp_path)


def _refuses_other_protocols(cli, files, id, folder):
    """Another or an unknown tau, another dwell: never an estimate of a model made for 12 µs."""
    other = "tau is 100 µs; the model was made for 12 µs"
    unknown = "tau is not known; the model was made for 12 µs"
    for options, words in (((), unknown), (("--tau", "100"), other)):
        for command in (
            ("read", files[0], "--with", id, *options),
            ("predict", id, files[0], "--measured", *options),
        ):
            refused = cli(*command)
            assert refused.code == 2, command
            assert words in refused.err
            assert "may be quoted" not in refused.out
    assert cli("predict", id, files[0], "--measured", "--tau", "12", "--insist").code == 0

    # Without a name it is not chosen for an unknown tau
    unnamed = cli("read", files[0])
    assert unknown in unnamed.err
    assert "was made for this protocol" not in unnamed.err

    # Each of several files is compared, and each refusal names its file
    slow = record(SpectrometerSettings(**(vars(SETTINGS) | {"dwell": 0.75, "n_points": 40})))
    path = folder / "slow.csv"
    columns = np.c_[slow.time, slow.signal.real, slow.signal.imag]
    np.savetxt(path, columns, delimiter=",", header="t (us),Re,Im", comments="")
    several = cli("read", files[0], str(path), "--tau", "12")
    assert several.code == 0
    assert "slow.csv" in several.out
    assert "dwell is 0.75 µs; the model was made for 0.5 µs" in several.out

    # A refused file is a row with its reason
    table = folder / "both.csv"
    options = ("--tau", "12", "--csv", str(table))
    assert cli("read", files[0], str(path), *options).code == 0
    rows = table.read_text("utf-8-sig").splitlines()
    assert len(rows) == 3
    assert "slow.csv" in rows[2]
    assert "dwell is 0.75" in rows[2]

    # A model that is there is not taken for one with another kernel; nothing else is written
    wanted = folder / "no.csv"
    rkky = cli("read", files[0], "--tau", "12", "--kernel", "rkky", "--csv", str(wanted))
    assert "The kernel rkky was asked for; it has gaussian." in rkky.err
    assert rkky.code == 1
    assert f"Nothing was estimated, so {wanted} was not written." in rkky.err
    assert not wanted.exists()
    both = cli("read", files[0], "--tau", "12", "--with", id, "--kernel", "rkky")
    assert both.code == 2
    assert "--kernel describes a model that is made" in both.err

    # Over tau, only the echoes of the model's tau
    sweep = folder / "sweep"
    sweep.mkdir()
    for tau in (12, 40, 60):
        (sweep / f"tau_{tau}us.csv").write_bytes(Path(files[0]).read_bytes())
    options = ("--series", "--seeds", "0", "--with", id)
    series = cli("read", str(sweep), *options)
    assert series.code == 0
    assert "2 of another protocol" in series.out
    assert "tau is 40 µs; the model was made for 12 µs" in series.out
    contradicting = cli("read", str(sweep), *options, "--tau", "12")
    assert contradicting.code == 2
    assert "tau is what is swept" in contradicting.err


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--make", "quick", "--with", "example-mlp"), "Give one of them"),
        (("--range", "xi"), "a range is NAME=LOW:HIGH"),
        (("--angle-2", "60,x"), "numbers separated by commas"),
        (("--angle-2", "60,90,120"), "3 values for 1 measurements"),
        (("--sequence", "cpmg", "--make", "quick"), "sequence cpmg"),
    ],
)
def test_options_that_do_not_fit_are_sentences(cli, files, options, words):
    answer = cli("read", files[0], "--tau", "12", *options)
    assert answer.code == 2
    assert words in answer.err
