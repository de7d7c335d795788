"""Command ``design`` with a lab book: rehearsed, begun, told of an echo, shown."""

import json

import numpy as np
import pytest

from nmr_core.cli import main
from nmr_core.cli.design_book import target_of
from nmr_core.design.sequential import beginning
from nmr_core.errors import InputError

SMALL = ["lab", "--set", "n_x=8", "--set", "n_y=8", "--set", "tau=10"]
OPTIONS = ["--vary", "angle_2=60,180", "--snr", "20", "--budget", "5min"]


@pytest.fixture(autouse=True)
def _few_materials(monkeypatch):
    monkeypatch.setattr(beginning, "N_MATERIALS", 96)


def run(capsys, *options) -> tuple[int, str, str]:
    """(exit code, stdout, stderr) of the command."""
    code = main(["design", *options])
    out, err = capsys.readouterr()
    return code or 0, out, err


def test_targets_as_texts():
    assert target_of("5%") == pytest.approx(0.05)
    assert target_of("0.05") == 0.05
    assert target_of("d=0.2,xi=1") == {"d": 0.2, "xi": 1.0}
    with pytest.raises(InputError, match="A target is an error such as 5%"):
        target_of("d=small")


def test_a_book_is_begun_told_of_a_file_and_shown(capsys, data_folder, tmp_path):
    code, out, _ = run(capsys, *SMALL, *OPTIONS, "--begin", "20%", "--json")
    begun = json.loads(out)
    assert code == 0
    assert begun["next"]["shots"] >= 1
    assert begun["entries"] == []

    from nmr_core.design.sequential.spectrometer import Spectrometer
    from nmr_core.design.sequential.store import load_book

    book = load_book(begun["id"])
    one = book.request.acquisition
    echo = 100 * Spectrometer.of(book.problem, seed=1).measure(one)
    time = book.problem.protocol(one.setting).time
    np.savetxt(
        tmp_path / "echo.csv",
        np.c_[time, echo.real, echo.imag],
        delimiter=",",
        header="t (us),Re,Im",
        comments="",
    )
    table = tmp_path / "book.csv"
    told = ["--book", begun["id"], "--tell", str(tmp_path / "echo.csv"), "--time-unit", "us"]
    code, out, _ = run(capsys, *told, "--shots", "3", "--csv", str(table))
    assert code == 0
    assert "weighted error" in out
    assert "β₂" in table.read_text().splitlines()[1]

    code, out, _ = run(capsys, "--book", begun["id"], "--json")
    shown = json.loads(out)
    assert [entry["shots"] for entry in shown["entries"]] == [3]
    assert shown["sentence"]


def test_a_rehearsal_shows_the_truth(capsys, data_folder):
    code, out, _ = run(capsys, *SMALL, *OPTIONS, "--rehearse", "27%")
    assert code == 0
    assert "truth" in out
    assert "The target is reached" in out


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--tell", "echo.csv"], "--tell needs the lab book"),
        (["--book", "lb-none"], "There is no lab book 'lb-none'"),
        (["--begin", "5%"], "Say what is known"),
        ([*SMALL, *OPTIONS, "--begin", "much"], "A target is an error such as 5%"),
    ],
)
def test_wrong_options_are_one_sentence(capsys, data_folder, options, sentence):
    code, _, err = run(capsys, *options)
    assert code != 0
    assert sentence in err
