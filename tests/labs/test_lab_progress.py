"""Progress in the labs: stored per data folder, the first guess stays, damage counts as none."""

import json

import pytest

from nmr_core.errors import FailedError
from nmr_core.labs import progress
from nmr_core.labs.progress import Progress


def test_nothing_is_stored_at_first(data_folder):
    assert progress.read() == {}
    assert not data_folder.exists()


def test_the_first_guess_and_the_most_moves_stay(data_folder):
    progress.write("overfit", Progress(guess=0.3, is_open=True))
    stored = progress.write("overfit", Progress(guess=0.01, moves=4))
    assert (stored.guess, stored.is_open, stored.moves, stored.done) == (0.3, True, 4, True)
    assert progress.write("overfit", Progress(moves=2)).moves == 4
    progress.write("size", Progress(moves=1))
    assert set(progress.read()) == {"overfit", "size"}
    assert progress.read()["overfit"].guess == 0.3


def test_a_lab_is_done_after_the_number_and_three_moves():
    assert not Progress(moves=10).done
    assert not Progress(guess=1.0, is_open=True, moves=2).done
    assert Progress(is_open=True, moves=3).done


def test_the_document_names_what_is_done(data_folder):
    progress.write("overfit", Progress(guess=0.3, is_open=True, moves=3))
    entry = json.loads((data_folder / "labs" / "progress.json").read_text())["overfit"]
    assert (entry["guess"], entry["moves"], entry["done"]) == (0.3, 3, True)


@pytest.mark.parametrize(
    "content",
    [
        "no JSON",
        "[]",
        '{"overfit": 3}',
        '{"overfit": {"guess": "much", "moves": null, "is_open": 1, "at": true}}',
        '{"overfit": {"guess": NaN}}',
    ],
)
def test_damage_counts_as_no_guess(data_folder, content):
    (data_folder / "labs").mkdir(parents=True)
    (data_folder / "labs" / "progress.json").write_text(content)
    assert progress.read().get("overfit", Progress()) == Progress()
    assert progress.guesses([data_folder], "overfit") == []
    assert progress.write("overfit", Progress(guess=1.0)).guess == 1.0


def test_guesses_of_several_people(tmp_path):
    folders = [tmp_path / name for name in ("one", "two", "three")]
    progress.write("overfit", Progress(guess=0.3), folders[0])
    progress.write("overfit", Progress(guess=0.4), folders[1])
    progress.write("size", Progress(guess=9.0), folders[2])
    assert progress.guesses(folders, "overfit") == [0.3, 0.4]


def test_a_folder_that_cannot_be_written(data_folder):
    data_folder.write_text("a file")
    with pytest.raises(FailedError, match="could not be written"):
        progress.write("overfit", Progress(guess=1.0))
