"""Text files in any state: the readable ones read the same, the others refused with advice."""

import numpy as np
import pytest

from nmr_core.errors import InputError
from nmr_core.io import matrices, source
from nmr_core.io.formats import read_foreign, write_foreign


def spoil(file, change, encoding="utf-8"):
    """Rewrite a text file."""
    file.write_bytes(change(file.read_text()).encode(encoding))


def rows(change):
    """Change the list of rows, each a list of cells."""
    return lambda text: "".join(
        "\t".join(row) + "\n" for row in change([line.split("\t") for line in text.splitlines()])
    )


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("\n", "\r"),
        lambda text: text.replace("\n", "\r\n", 3).replace("\t", " "),
        lambda text: text.replace("\n", " \n\n").replace("\t", "  \t"),
        lambda text: "# alpha xi p d\n" + text.rstrip("\n"),
        lambda text: "\n\n" + text + "\r\n \n",
    ],
    ids=["windows", "old mac", "mixed", "loose", "comment, no last line end", "empty lines"],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_line_ends_spaces_and_encodings_change_nothing(challenge, dataset, change, encoding):
    for file in challenge.iterdir():
        spoil(file, change, encoding)
    back = read_foreign(challenge)
    assert np.array_equal(back.signals, dataset("ml4sci_2020").signals)
    assert np.array_equal(back.parameters["d"], dataset("ml4sci_2020").parameters["d"])


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("\t", ","),
        lambda text: text.replace("\t", ";"),
        lambda text: text.replace(".", ","),
        lambda text: text.replace(".", ",").replace("\t", ";"),
        lambda text: text.replace("e", "D"),
        lambda text: text.replace("-", "\u2212"),
    ],
    ids=["commas", "semicolons", "decimal commas", "German", "Fortran", "minus signs"],
)
def test_separators_and_signs_change_nothing(challenge, dataset, change):
    for file in challenge.iterdir():
        spoil(file, change)
    back = read_foreign(challenge)
    assert np.array_equal(back.signals, dataset("ml4sci_2020").signals)
    assert np.array_equal(back.parameters["d"], dataset("ml4sci_2020").parameters["d"])


def test_blocks_may_cut_anywhere(challenge, dataset, monkeypatch):
    spoil(challenge / "echos_r.txt", lambda text: text.replace("\n", "\r\n"), "utf-16")
    spoil(challenge / "echos_i.txt", lambda text: text.replace("\n", "\r\n"))
    for size in (1009, 7919):
        monkeypatch.setattr("nmr_core.io.lines.BLOCK", size)
        assert np.array_equal(read_foreign(challenge).signals, dataset("ml4sci_2020").signals)


@pytest.mark.parametrize(
    ("file", "change", "sentence"),
    [
        ("echos_i.txt", lambda text: text.replace("\t", ""), "is no number"),
        (
            "echos_r.txt",
            rows(lambda r: [*r[:4], r[4][:-1], *r[5:]]),
            "echos_r.txt, row 5, has 470 numbers, 471 are expected",
        ),
        (
            "echos_i.txt",
            rows(lambda r: [*r[:-1], r[-1][:100]]),
            "echos_i.txt, row 12, has 100 numbers",
        ),
        (
            "echos_i.txt",
            rows(lambda rows: [row[1:] for row in rows]),
            "echos_i.txt has 470 points per curve",
        ),
        (
            "echos_i.txt",
            rows(lambda rows: rows[:-1]),
            "echos_r.txt has 12 rows, echos_i.txt has 11",
        ),
        (
            "echos_i.txt",
            rows(lambda rows: rows + rows),
            "echos_r.txt has 12 rows, echos_i.txt has 24",
        ),
        (
            "mat_info.txt",
            rows(lambda rows: rows[1:]),
            "mat_info.txt has 11 rows, echos_r.txt has 12",
        ),
        (
            "mat_info.txt",
            rows(lambda r: [["alpha", "xi"], *r]),
            "mat_info.txt, row 1, column 1: 'alpha' is no number",
        ),
        (
            "mat_info.txt",
            rows(lambda rows: [[*row, "1"] for row in rows]),
            "mat_info.txt has 5 columns, expected are 4",
        ),
        (
            "echos_r.txt",
            rows(lambda r: [["nan", *r[0][1:]], *r[1:]]),
            "echos_r.txt, row 1, column 1: nan is no finite number",
        ),
        (
            "echos_i.txt",
            rows(lambda r: [*r[:-1], [*r[-1][:-1], "-inf"]]),
            "echos_i.txt, row 12, column 471: -inf is no finite",
        ),
        (
            "echos_i.txt",
            rows(lambda r: [*r[:-1], [*r[-1][:-1], "1e300"]]),
            "row 12, column 471: inf is no finite",
        ),
        (
            "mat_info.txt",
            rows(lambda r: [*r[:2], ["NaN", *r[2][1:]], *r[3:]]),
            "mat_info.txt, row 3, column 1",
        ),
        ("echos_r.txt", lambda text: "", "echos_r.txt is empty"),
        ("mat_info.txt", lambda text: " \n\n", "mat_info.txt is empty"),
        (
            "echos_r.txt",
            lambda text: text.replace("\t", "\0"),
            "echos_r.txt is no text: it holds zero bytes",
        ),
    ],
)
def test_what_is_wrong_is_said(challenge, refused, file, change, sentence):
    spoil(challenge / file, change)
    assert sentence in refused(challenge)


def test_binary_garbage_and_a_cut_utf_16(challenge, refused):
    rng = np.random.default_rng(0)
    (challenge / "echos_r.txt").write_bytes(rng.integers(1, 256, 5000, dtype=np.uint8).tobytes())
    assert "no number" in refused(challenge)
    (challenge / "echos_r.txt").write_bytes("1\t2\n".encode("utf-16")[:-1])
    assert "begins as UTF-16 but is not" in refused(challenge)


@pytest.mark.parametrize(
    ("missing", "sentence"),
    [
        ("echos_i.txt", "echos_i is missing beside echos_r.txt, mat_info.txt in challenge"),
        ("echos_r.txt", "echos_r is missing beside echos_i.txt, mat_info.txt in challenge"),
    ],
)
def test_a_missing_companion_is_named(challenge, refused, missing, sentence):
    (challenge / missing).unlink()
    assert sentence in refused(challenge)


def test_a_single_file_of_several_asks_for_the_folder(challenge, refused):
    assert "Give the folder or zip that holds all of them" in refused(challenge / "mat_info.txt")


def test_the_submission_pair_is_curves_without_parameters(challenge, dataset, tmp_path):
    (challenge / "mat_info.txt").unlink()
    back = read_foreign(challenge)
    assert back.parameters.shape == (12, 0)
    assert np.array_equal(back.signals, dataset("ml4sci_2020").signals)
    assert "curves without parameters" in back.notes[0]
    notes = write_foreign(back, tmp_path / "again", "ml4sci_2020")
    assert notes == ["There are no parameters: only the two files of curves are written."]
    assert sorted(item.name for item in (tmp_path / "again").iterdir()) == [
        "echos_i.txt",
        "echos_r.txt",
    ]


def test_another_number_of_points_is_said(challenge):
    for name in ("echos_r.txt", "echos_i.txt"):
        spoil(challenge / name, rows(lambda rows: [row[:100] for row in rows]))
    back = read_foreign(challenge)
    assert back.preset == ""
    assert back.time[:2] == pytest.approx([1 / np.pi, 2 / np.pi])
    assert "100 points are not the 471 of ml4sci_2020" in back.notes[0]


@pytest.mark.parametrize(
    ("limit", "value", "sentence"),
    [
        ("MAX_BYTES", 10_000, "Split it and import the pieces"),
        ("MAX_FILES", 2, "at most 2 files"),
        ("MAX_NUMBERS", 5000, "at most 5,000 are read at once"),
    ],
)
def test_absurdly_big_files_are_refused(challenge, refused, monkeypatch, limit, value, sentence):
    for module in (source, matrices):
        monkeypatch.setattr(module, limit, value, raising=False)
    assert sentence in refused(challenge)


def test_a_line_without_end_is_refused(challenge, refused, monkeypatch):
    monkeypatch.setattr("nmr_core.io.lines.MAX_LINE", 4000)
    monkeypatch.setattr("nmr_core.io.lines.BLOCK", 1000)
    assert "has a line of more than" in refused(challenge)


def test_nothing_known_and_nothing_there(tmp_path, refused):
    (tmp_path / "letter.txt").write_text("Dear all,\nhere are the data.\n")
    assert "in no format known here: ml4sci_2020," in refused(tmp_path)
    (tmp_path / "letter.txt").write_text("")
    assert "is empty" in refused(tmp_path / "letter.txt")
    assert "There is no file or folder" in refused(tmp_path / "nothing")
    assert "There is no file or folder" in refused("a\0b")
    (tmp_path / "letter.txt").unlink()
    assert "holds no files" in refused(tmp_path)


def test_a_format_that_is_not_there(challenge, refused):
    assert "There is no format 'word'; there are ml4sci_2020," in refused(challenge, "word")
    assert "is one file, challenge holds 3. Give the file itself." in refused(challenge, "npz")


def test_a_file_of_no_format_is_named_once(tmp_path):
    (tmp_path / "mine.csv").write_text("a,b,c\nx,y,z\n")
    with pytest.raises(InputError, match="no format known here") as problem:
        read_foreign(tmp_path / "mine.csv")
    assert str(problem.value).count("mine.csv") == 1
    with pytest.raises(InputError, match=r"is missing in mine\.csv"):
        read_foreign(tmp_path / "mine.csv", "ml4sci_2020")
