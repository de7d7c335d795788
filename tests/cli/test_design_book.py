"""Command ``design`` with a lab book: rehearsed, begun, told of an echo, shown."""

import json
from pathlib import Path

import numpy as np
import pytest

from nmr_core.cli import main
from nmr_core.cli.design_book import target_of
from nmr_core.design.sequential import beginning
from nmr_core.design.sequential.spectrometer import Spectrometer
from nmr_core.design.sequential.store import load_book
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


def measured(id: str, file: Path, ringing: float = 0.0) -> str:
    """A file with the echo that a book asks for, and some ringing."""
    book = load_book(id)
    one = book.request.acquisition
    echo = Spectrometer.of(book.problem, seed=1).measure(one)
    echo = 100 * (echo + ringing * np.exp(1j * np.arange(len(echo))))
    rows = np.c_[book.problem.protocol(one.setting).time, echo.real, echo.imag]
    np.savetxt(file, rows, delimiter=",", header="t (us),Re,Im", comments="")
    return str(file)


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

    table = tmp_path / "book.csv"
    file = measured(begun["id"], tmp_path / "echo.csv")
    told = ["--book", begun["id"], "--tell", file, "--time-unit", "us"]
    code, out, _ = run(capsys, *told, "--shots", "3", "--csv", str(table))
    assert code == 0
    assert "weighted error" in out
    assert "β₂" in table.read_text().splitlines()[1]

    code, out, _ = run(capsys, "--book", begun["id"], "--json")
    shown = json.loads(out)
    assert [entry["shots"] for entry in shown["entries"]] == [3]
    assert shown["sentence"]

    code, _, err = run(capsys, *told, "--shots", "0")
    assert code != 0
    assert "shots must be a whole number of at least 1, got 0" in err
    _, out, _ = run(capsys, "--book", begun["id"], "--undo", "--json")
    undone = json.loads(out)
    assert (undone["entries"], undone["next"]) == ([], begun["next"])


def test_a_gross_misfit_is_entered_only_if_it_is_accepted(capsys, data_folder, tmp_path):
    begun = json.loads(run(capsys, *SMALL, *OPTIONS, "--begin", "20%", "--json")[1])
    told = ["--book", begun["id"], "--tell", measured(begun["id"], tmp_path / "echo.csv", 0.2)]
    code, _, err = run(capsys, *told, "--shots", "100")
    assert code != 0
    assert "or accept the misfit" in err
    code, out, _ = run(capsys, *told, "--shots", "100", "--accept-misfit")
    assert code == 0
    assert "note to 1" in out
    assert "This echo is not like the simulated ones" in out


def test_a_book_ends_where_the_gain_per_hour_is_too_small(capsys, data_folder):
    code, out, _ = run(capsys, *SMALL, *OPTIONS, "--begin", "20%", "--least-gain", "100000%")
    assert code == 0
    assert "The gain is too small" in out


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
        ([*SMALL, *OPTIONS, "--begin", "50%"], "is reached before anything is measured"),
        ([*SMALL, *OPTIONS, "--begin", "5%", "--least-gain", "nan"], "least_gain must be in"),
        ([*SMALL, *OPTIONS, "--begin", "5%", "--prove"], "--prove does not go with a lab book"),
        (["--book", "lb-none", "--shots", "0"], "--shots is about the file of --tell"),
        (["--book", "lb-none", "--time-unit", "us"], "--time-unit is about the file of --tell"),
        (["--book", "lb-none", "--budget", "5min"], "--budget changes no lab book"),
        (["--book", "lb-none", "--weights", "d=1"], "--weights changes no lab book"),
        (["--book", "lb-none", *OPTIONS], "--vary changes no lab book"),
        (["lab", "--book", "lb-none"], "lab changes no lab book"),
        (["--book", "lb-none", "--least-gain", "1%"], "--least-gain is of a new lab book"),
        (["--book", "lb-none", "--stored", "design-0"], "--stored does not go with a lab book"),
        (["--book", "lb-none", "--criterion", "d"], "--criterion does not go with a lab book"),
        (["--undo"], "--undo takes back the last echo"),
    ],
)
def test_wrong_options_are_one_sentence(capsys, data_folder, options, sentence):
    code, _, err = run(capsys, *options)
    assert code != 0
    assert sentence in err
