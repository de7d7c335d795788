"""``import`` and ``export``: shown before it is written, kept as a data set, written for others."""

import zipfile

import numpy as np
import pytest

from nmr_core import load_dataset


@pytest.fixture
def exported(cli, dataset, tmp_path):
    """The data set "echoes-60" as text files of 2020."""
    assert (
        cli("export", "echoes-60", "--format", "ml4sci_2020", "--out", tmp_path / "text").code == 0
    )
    return tmp_path / "text"


def test_export_says_what_it_wrote_and_what_was_lost(cli, dataset, tmp_path):
    answer = cli(
        "export", "echoes-60", "--format", "ml4sci_2020", "--out", tmp_path / "text", "--json"
    ).json
    assert answer["files"] == sorted(item.name for item in (tmp_path / "text").iterdir())
    assert answer["bytes"] == sum(item.stat().st_size for item in (tmp_path / "text").iterdir())
    assert (answer["id"], answer["format"], answer["n"]) == ("echoes-60", "ml4sci_2020", 60)
    assert any("471 points" in note for note in answer["notes"])
    shown = cli("export", "echoes-60", "--format", "csv_wide", "--out", tmp_path / "echoes.csv").out
    assert f"path    {tmp_path / 'echoes.csv'}" in shown
    assert "note: Fixed values" in shown


def test_import_shows_before_it_writes(cli, exported, data_folder):
    answer = cli("import", exported, "--dry-run")
    assert answer.code == 0
    for line in (
        "format    ml4sci_2020: ML4SCI challenge 2020 (text)",
        "curves    60",
        "points    45",
        "files     echos_i.txt, echos_r.txt, mat_info.txt",
        "note: The files hold no times.",
    ):
        assert line in answer.out
    assert "alpha" in answer.out
    assert [item.name for item in (data_folder / "datasets").iterdir()] == ["echoes-60"]


def test_import_keeps_a_data_set_with_its_title_and_origin(cli, exported, data_folder):
    stored = cli("import", exported, "--title", "Theirs", "--json").json
    imported = load_dataset(stored["id"])
    assert np.array_equal(imported.signals, load_dataset("echoes-60").signals)
    assert (imported.manifest.title, imported.manifest.source) == ("Theirs", "text (ml4sci_2020)")
    assert stored["parameters"]["alpha"] == [
        imported.parameters["alpha"].min(),
        imported.parameters["alpha"].max(),
    ]
    assert stored["id"] in cli("list").out


def test_import_to_a_folder_from_a_zip(cli, exported, tmp_path):
    with zipfile.ZipFile(tmp_path / "text.zip", "w") as archive:
        for item in exported.iterdir():
            archive.write(item, item.name)
    answer = cli(
        "import", tmp_path / "text.zip", "--format", "ml4sci_2020", "--out", tmp_path / "kept"
    )
    assert answer.code == 0
    assert f"path   {tmp_path / 'kept'}" in answer.out
    assert load_dataset(tmp_path / "kept").manifest.id == "kept"


def test_wrong_use(refused, cli, exported, data_folder, tmp_path):
    assert "There is no file or folder" in refused(2, "import", tmp_path / "nothing")
    assert "There is no format 'word'" in refused(2, "import", exported, "--format", "word")
    assert "There is no format 'word'" in refused(
        2, "export", "echoes-60", "--format", "word", "--out", tmp_path / "x"
    )
    assert "exists already" in refused(
        2, "export", "echoes-60", "--format", "npz", "--out", exported
    )
    foreign = ("--format", "cuda_2023", "--out", tmp_path / "x")
    assert "divided by the sum of the kernel" in refused(2, "export", "echoes-60", *foreign)
    assert "--out" in refused(2, "export", "echoes-60", "--format", "npz")
    (exported / "echos_i.txt").write_text("1 2\n")
    assert "Both files must hold the same curves" in refused(2, "import", exported)
    assert [item.name for item in (data_folder / "datasets").iterdir()] == ["echoes-60"]
    assert sorted(item.name for item in tmp_path.iterdir()) == ["data", "text"]
