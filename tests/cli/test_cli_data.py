"""``data``: audit, measure, rename, delete, restore; and generate from a table."""

import json

import numpy as np
import pytest

from nmr_core import EFFECTS, generate, load_dataset, preset
from nmr_core.datasets.catalogue import list_datasets
from nmr_core.presets import Row, read_table, table_preset, written_table

TABLE = (
    Row("kernel", "choice", values=("gaussian", "rkky")),
    Row("omega_p", "uniform", 0.5, 5),
    Row("xi", "solved"),
    Row("normalisation", "fixed", values=("none",)),
)


@pytest.fixture
def made(data_folder):
    return generate(
        preset("ml4sci_2020_secular").fix(n_x=8, n_y=8, tau=5),
        20,
        seed=1,
        path=data_folder / "datasets" / "ds-own",
    )


def test_audit_says_what_is_wrong(cli, made):
    answer = cli("data", "audit", "ds-own")
    assert answer.code == 0
    assert "exact duplicates" in answer.out
    assert "rms of M from seed to seed" in answer.out
    found = cli("data", "audit", "ds-own", "--json").json
    assert found["n_samples"] == 20
    assert 0 < found["noise_floor"] < 0.2


def test_measure_makes_another_data_set_and_leaves_the_first(cli, made):
    answer = cli(
        "data",
        "measure",
        "ds-own",
        "--effects",
        "gaussian_noise:snr=20",
        "--seed",
        3,
        "--title",
        "Noisy",
        "--json",
    )
    noisy = load_dataset(answer.json["id"])
    assert noisy.manifest.title == "Noisy"
    assert noisy.manifest.effects == answer.json["effects"]
    expected = made.with_effects("gaussian_noise:snr=20", 3).signals
    np.testing.assert_array_equal(noisy.signals, expected)
    assert load_dataset("ds-own").digest() == made.digest()


def test_rename_delete_restore(cli, made):
    assert cli("data", "rename", "ds-own", "Another name").code == 0
    assert load_dataset("ds-own").manifest.title == "Another name"
    assert "data restore ds-own" in cli("data", "delete", "ds-own").out
    assert not [entry for entry in list_datasets() if not entry.shipped]
    assert cli("data", "restore", "ds-own").code == 0
    assert load_dataset("ds-own").digest() == made.digest()


def test_the_help_names_every_effect_that_can_be_added_to_curves(cli):
    text = " ".join(cli("data", "measure", "--help").out.split())
    assert all(name in text for name, effect in EFFECTS.items() if not effect.simulated)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["audit", "ds-none"], "There is no data set 'ds-none'"),
        (["delete", "example-ml4sci-2020"], "ships with the package"),
        (["restore", "ds-own"], "There is no deleted data set 'ds-own'"),
        (["rename", "ds-own", " "], "empty"),
        (["measure", "ds-own", "--effects", "banana:x=1"], "banana"),
        (["measure", "ds-own", "--effects", "line_width_error:sd=5"], "part of the simulation"),
        (["measure", "ds-own"], "--effects"),
        ([], "ACTION"),
    ],
)
def test_wrong_use_is_one_sentence(refused, made, arguments, sentence):
    assert sentence in refused(2, "data", *arguments)


def test_generate_from_a_table_is_the_tables_data_set(cli, small, tmp_path):
    file = tmp_path / "my.toml"
    file.write_text(written_table(TABLE, "ml4sci_2020_secular", "sobol"), encoding="utf-8")
    answer = cli("generate", "--space", file, "-n", 6, "--seed", 2, "--jobs", 1, *small, "--json")
    rows, name, sampling = read_table(file)
    expected = generate(
        table_preset(rows, preset(name), sampling).fix(n_x=8, n_y=8, tau=5), 6, seed=2
    )
    assert load_dataset(answer.json["path"] + "/").digest() == expected.digest()


def test_draws_that_will_be_thrown_away_are_said_before_the_start(cli, small, tmp_path):
    file = tmp_path / "my.toml"
    rows = [
        Row("W", "uniform", 2, 6),
        Row("p", "solved", 2, 20),
        Row("xi", "fixed", values=(1.0,)),
        Row("normalisation", "fixed", values=("none",)),
    ]
    file.write_text(written_table(rows, "ml4sci_2020_secular"), encoding="utf-8")
    answer = cli("generate", "--space", file, "-n", 2, "--jobs", 1, *small, "--json")
    assert "% of the draws have no solution and are drawn again." in answer.err
    assert answer.code == 0


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("preset = 'none'\n[[parameter]]\nname='d'\nlow=3\nhigh=6", "There is no preset 'none'"),
        ("[[parameter]]\nname='d'\nlow=6\nhigh=3", "d: low must be below high"),
        ("[[parameter", "is no TOML file"),
    ],
)
def test_a_bad_table_is_refused_before_anything_is_written(
    refused, data_folder, tmp_path, text, sentence
):
    file = tmp_path / "my.toml"
    file.write_text(text)
    assert sentence in refused(2, "generate", "--space", file, "-n", 2)
    assert not data_folder.exists() or not list(data_folder.rglob("manifest.json"))


def test_a_table_that_is_not_there(refused, tmp_path):
    assert "cannot be read" in refused(1, "generate", "--space", tmp_path / "none.toml", "-n", 2)


def test_effects_at_generation_are_recorded_and_resumed(cli, small):
    effects = ("--effects", "gaussian_noise:snr=30", "--effects-seed", 4)
    made = cli("generate", "-n", 6, "--jobs", 1, "--part-size", 3, *small, *effects, "--json").json
    first = load_dataset(made["id"])
    assert [effect["effect"] for effect in first.manifest.effects] == ["gaussian_noise"]
    assert first.manifest.effects_seed == 4
    digest = first.digest()
    (first.path / "part-00001.parquet").unlink()
    assert cli("generate", "--resume", made["id"], "--jobs", 1).code == 0
    assert load_dataset(made["id"]).digest() == digest
    assert json.loads((first.path / "manifest.json").read_text())["complete"] is True
