"""``generate``: what it writes, what it refuses, and finishing what was begun."""

import inspect
import json
import os
from pathlib import Path

import pytest

import nmr_core as nmr
from nmr_core.datasets.manifest import Manifest
from nmr_core.presets import Preset


def held() -> Preset:
    """The preset with the values of the arguments ``small``."""
    return nmr.preset("ml4sci_2020_secular").fix(n_x=8, n_y=8, tau=5)


def test_a_data_set_lies_under_a_new_id(cli, small, data_folder):
    answer = cli(
        "generate",
        "--preset",
        "ml4sci_2020_secular",
        "-n",
        12,
        "--seed",
        4,
        "--part-size",
        5,
        "--jobs",
        1,
        *small,
        "--set",
        "xi=3",
        "--title",
        "twelve",
        "--json",
    )
    found = answer.json
    dataset = nmr.load_dataset(found["id"])
    assert answer.code == 0
    assert "12 of 12 curves (100 %)" in answer.err
    assert dataset.digest() == nmr.generate(held().fix(xi=3), 12, seed=4).digest()
    assert (dataset.manifest.title, dataset.manifest.n_parts) == ("twelve", 3)
    assert Path(found["path"]) == data_folder / "datasets" / found["id"]
    assert found["bytes"] == sum(file.stat().st_size for file in Path(found["path"]).iterdir())
    assert found["fixed"] == {"n_x": 8, "n_y": 8, "tau": 5, "xi": 3}
    assert (found["n"], found["made"], found["seed"], found["preset"]) == (
        12,
        12,
        4,
        "ml4sci_2020_secular",
    )
    assert found["curves_per_s"] == pytest.approx(12 / found["seconds"])


def test_a_density_is_part_of_the_recipe(cli, small, data_folder):
    options = ("--preset", "ml4sci_2020_secular", "-n", 12, "--jobs", 1, *small)
    answer = cli("generate", *options, "--density", "alpha=-0.5", "--json")
    dataset = nmr.load_dataset(answer.json["id"])
    expected = nmr.generate(held().focus(alpha="power:-0.5"), 12)
    assert dataset.digest() == expected.digest()
    assert dataset.weights.tolist() == expected.weights.tolist()
    assert answer.json["density"] == {"alpha": "power:-0.5"}
    assert "Weights keep the prior: effective sample size 75 %." in answer.err
    unequal = cli("generate", *options, "--density", "alpha=power:-0.95")
    assert "They are very unequal" in unequal.err


def test_settings_are_part_of_the_recipe(cli, small, data_folder):
    answer = cli(
        "generate",
        "--preset",
        "ml4sci_2020_secular",
        "-n",
        6,
        "--jobs",
        1,
        *small,
        "--settings",
        "angle_2=60,90.5,180",
        "--settings",
        "noise=0,0,0.01",
        "--json",
    )
    assert answer.code == 0, answer
    dataset = nmr.load_dataset(answer.json["id"])
    measured = held().measure(angle_2=(60, 90.5, 180), noise=(0, 0, 0.01))
    assert dataset.signals.shape == (6, 3, 45)
    assert dataset.digest() == nmr.generate(measured, 6).digest()
    assert (
        answer.json["settings"]
        == dataset.manifest.settings
        == [
            {"angle_2": 60.0, "noise": 0.0},
            {"angle_2": 90.5, "noise": 0.0},
            {"angle_2": 180.0, "noise": 0.01},
        ]
    )


def test_a_presets_own_settings_are_the_default_and_can_be_replaced(cli, small):
    own = cli("generate", "--preset", "lab", "-n", 2, "--jobs", 1, *small, "--json").json
    assert [setting["angle_2"] for setting in own["settings"]] == [60, 90, 120, 180]
    one = cli(
        "generate",
        "--preset",
        "lab",
        "-n",
        2,
        "--jobs",
        1,
        *small,
        "--settings",
        "angle_2=180",
        "--json",
    ).json
    assert one["settings"] == [{"angle_2": 180.0}]
    assert nmr.load_dataset(own["id"]).signals.shape == (2, 4, 45)
    assert nmr.load_dataset(one["id"]).signals.shape == (2, 1, 45)


def test_several_settings_are_counted_in_words_and_one_is_not(cli, small):
    assert "\nsettings  4\n" in cli("generate", "--preset", "lab", "-n", 2, "--jobs", 1, *small).out
    assert "\nsettings" not in cli("generate", "-n", 2, "--jobs", 1, *small).out


def test_resume_knows_the_settings(cli, small, data_folder):
    made = cli(
        "generate",
        "--preset",
        "lab",
        "-n",
        6,
        "--part-size",
        2,
        "--jobs",
        1,
        *small,
        "--settings",
        "angle_2=60,100",
        "--json",
    ).json
    digest = nmr.load_dataset(made["id"]).digest()
    (data_folder / "datasets" / made["id"] / "part-00001.parquet").unlink()
    again = cli("generate", "--resume", made["id"], "--jobs", 1, "--json").json
    assert (again["made"], again["settings"]) == (2, made["settings"])
    assert nmr.load_dataset(made["id"]).digest() == digest


def test_the_result_in_words(cli, small, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    answer = cli(
        "generate", "--preset", "cuda_2023", "-n", 3, "--jobs", 1, *small, "--out", "my echoes"
    )
    assert answer.code == 0
    assert str(tmp_path / "my echoes") in answer.out
    assert "curves/s" in answer.out
    assert len(nmr.load_dataset(tmp_path / "my echoes")) == 3


def test_defaults_are_those_of_the_function(cli):
    text = " ".join(cli("generate", "--help").out.split())
    defaults = {name: p.default for name, p in inspect.signature(nmr.generate).parameters.items()}
    assert f"curves in one file (default {defaults['part_size']})" in text
    assert f"same curves (default {defaults['seed']})" in text
    assert "default ml4sci_2020_secular" in text


def test_resume_finishes_what_was_begun(cli, dataset):
    digest = nmr.load_dataset("echoes-60").digest()
    manifest = json.loads((dataset / "manifest.json").read_text())
    (dataset / "manifest.json").write_text(json.dumps(manifest | {"complete": False, "parts": []}))
    (dataset / "part-00001.parquet").unlink()
    answer = cli("generate", "--resume", "echoes-60", "--jobs", 1, "--json")
    assert (answer.code, answer.json["made"], answer.json["n"]) == (0, 20, 60)
    assert nmr.load_dataset("echoes-60").digest() == digest


def test_resume_repairs_a_damaged_part(cli, dataset):
    digest = nmr.load_dataset("echoes-60").digest()
    part = dataset / "part-00002.parquet"
    part.write_bytes(part.read_bytes()[:-200] + bytes(200))
    assert cli("generate", "--resume", dataset, "--jobs", 1, "--json").json["made"] == 20
    assert nmr.load_dataset("echoes-60").digest() == digest


def test_resume_of_a_complete_data_set_makes_nothing(cli, dataset):
    before = (dataset / "part-00000.parquet").stat().st_mtime_ns
    answer = cli("generate", "--resume", "echoes-60", "--json")
    assert (answer.code, answer.json["made"], answer.json["curves_per_s"]) == (0, 0, None)
    assert (dataset / "part-00000.parquet").stat().st_mtime_ns == before
    assert "Nothing was missing." in cli("generate", "--resume", "echoes-60").err


def test_a_folder_of_that_name_here_is_found_too(cli, dataset, monkeypatch):
    os.rename(dataset, dataset.with_name("My echoes"))
    monkeypatch.chdir(dataset.parent)
    assert cli("generate", "--resume", "My echoes").code == 0


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], "generate needs -n"),
        (["-n", "0"], "n_samples must be in"),
        (["-n", "-5"], "n_samples must be in"),
        (["-n", "1" + "0" * 400], "it takes a whole number"),
        (["-n", "9" * 18], "n_samples must be in"),
        (["-n", "3.5"], "it takes a whole number"),
        (["-n", "nan"], "it takes a whole number"),
        (["-n", "9", "--preset", "nope"], "There is no preset 'nope'"),
        (["-n", "9", "--part-size", "0"], "part_size must be in"),
        (["-n", "9", "--jobs", "-2"], "n_jobs must be in"),
        (["-n", "9", "--jobs", "5000"], "n_jobs must be in"),
        (["-n", "9", "--seed", "-3"], "a seed is a whole number"),
        (["-n", "9", "--set", "xi=nan"], "xi must be in"),
        (["-n", "9", "--set", "n_x=1", "--set", "n_y=1"], "A lattice needs 2 to"),
        (["-n", "9", "--set", "n_x=10000", "--set", "n_y=10000"], "n_x must be in"),
        (["-n", "9", "--set", "kernel=banana"], "kernel must be one of"),
        (["-n", "9", "--set", "banana=1"], "has no parameter 'banana'"),
        (["-n", "9", "--settings", "angle_2"], "it takes NAME=V1,V2,..."),
        (["-n", "9", "--settings", "angle_2="], "it takes NAME=V1,V2,..."),
        (["-n", "9", "--settings", "=60,90"], "it takes NAME=V1,V2,..."),
        (["-n", "9", "--settings", "angle_2=60,,90"], "it takes NAME=V1,V2,..."),
        (["-n", "9", "--settings", "angle_2=60,wide"], "it takes NAME=V1,V2,..."),
        (["-n", "9", "--settings", "angle_2=60,nan"], "it takes NAME=V1,V2,..."),
        (["-n", "9", "--settings", "angle_2=60,1e9"], "angle_2 must be in"),
        (
            ["-n", "9", "--settings", "angle_2=60,90", "--settings", "angle_1=60"],
            "as many values as the others",
        ),
        (["-n", "9", "--settings", "xi=3,4"], "'xi' is none"),
        (["-n", "9", "--settings", "banana=3,4"], "'banana' is none"),
        (["-n", "9", "--settings", "tau=30,40"], "must share their time grid"),
        (
            ["-n", "9", "--settings", "angle_2=60,90", "--set", "angle_2=45"],
            "--set angle_2 has no meaning",
        ),
        (["-n", "9", "--preset", "lab", "--set", "angle_2=45"], "--settings angle_2=V1,V2,..."),
        (
            [
                "-n",
                "9",
                "--preset",
                "gsoc_2021_strong_gaussian",
                "--set",
                "n_x=8",
                "--set",
                "n_y=8",
            ],
            "Choose a strength in between",
        ),
        (["--resume", "echoes", "--settings", "angle_2=60,90"], "Leave out --settings."),
        (["-n", "9", "--title", "\udcff"], "not UTF-8"),
        (["-n", "9", "--out", ""], "empty"),
        (["--resume", "echoes", "-n", "9", "--set", "xi=3"], "Leave out -n, --set."),
        (["--resume", ""], "An id has 2 to 64"),
        (["--resume", "no-such-set"], "There is no data set 'no-such-set'"),
        (["--resume", ".."], "An id has 2 to 64"),
        (["--resume", "../.."], "There is no data set at"),
        (["--resume", "/etc/passwd"], "There is no data set at"),
        (["--resume", "..\\..\\x"], "There is no data set at"),
        (["--resume", "a\0b"], "An id has 2 to 64"),
        (["--resume", "a/\0b"], "There is no data set at"),
        (["--resume", "x" * 5000], "An id has 2 to 64"),
        (["--resume", "x/" + "x" * 5000], "as a folder it cannot be opened"),
    ],
)
def test_wrong_use_is_refused_and_leaves_nothing(refused, data_folder, arguments, sentence):
    assert sentence in refused(2, "generate", *arguments)
    assert not list(data_folder.glob("datasets/*"))


def test_a_folder_with_other_things_is_refused(refused, small, tmp_path):
    (tmp_path / "thesis.tex").write_text("precious")
    sentence = refused(2, "generate", "-n", 3, "--jobs", 1, *small, "--out", tmp_path)
    assert "it holds 'thesis.tex'" in sentence
    assert [item.name for item in tmp_path.iterdir()] == ["thesis.tex"]


def test_a_folder_with_another_data_set_is_refused(refused, small, dataset):
    assert "holds another data set" in refused(
        2, "generate", "-n", 3, "--jobs", 1, *small, "--out", dataset
    )
    assert len(nmr.load_dataset(dataset)) == 60


def test_a_folder_that_cannot_be_made_is_a_failure(refused, small, tmp_path):
    (tmp_path / "file").touch()
    assert "could not be written" in refused(
        1, "generate", "-n", 3, "--jobs", 1, *small, "--out", tmp_path / "file/a"
    )


def test_a_data_folder_that_is_a_file_is_a_failure(refused, small, data_folder):
    data_folder.touch()
    assert "could not be written" in refused(1, "generate", "-n", 3, "--jobs", 1, *small)


@pytest.mark.parametrize("content", ["", "{", "[]", "null", '{"format": 99}', "\udcff"])
def test_a_damaged_manifest_is_a_failure(refused, dataset, content):
    (dataset / "manifest.json").write_bytes(content.encode(errors="surrogateescape"))
    assert str(dataset) in refused(1, "generate", "--resume", "echoes-60")


def test_a_full_disk_is_refused_before_the_work(refused, small, monkeypatch):
    monkeypatch.setattr(
        "nmr_core.storage.files.shutil.disk_usage",
        lambda _: type("Usage", (), {"free": 1000, "total": 10**12}),
    )
    assert "The disk is too full" in refused(1, "generate", "-n", 30, "--jobs", 1, *small)


def test_an_interrupt_before_the_first_file_leaves_nothing(
    refused, small, data_folder, monkeypatch
):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(Manifest, "write", interrupted)
    assert "nothing was written" in refused(1, "generate", "-n", 3, "--jobs", 1, *small)
    assert not list(data_folder.glob("datasets/*"))


def test_a_slow_side_of_the_lattice_is_said(cli, small, data_folder):
    arguments = ["generate", "-n", 1, "--jobs", 1, *small]
    assert "prime factor" not in cli(*arguments).err
    answer = cli(*arguments, "--set", "n_y=11")
    assert "A side of 11 sites has a prime factor above 7" in answer.err
    assert answer.err.count("12 sites would be fast") == 1
