"""Recipes of versions 0.1 to 0.7 keep the physics that their presets had then."""

import json
from dataclasses import asdict, replace

import numpy as np
import pytest
from made_runs import regression

from nmr_core import PRESETS, InputError, generate, load_dataset, preset
from nmr_core.datasets.generate import resume
from nmr_core.datasets.manifest import Manifest
from nmr_core.io.formats import accept, read_foreign, write_foreign
from nmr_core.io.formats._about import About
from nmr_core.io.formats._writing import foreign_of
from nmr_core.learning.manifest import RunManifest
from nmr_core.learning.matching import check_signals, settings_of
from nmr_core.learning.origin import presets_of
from nmr_core.learning.run import Run
from nmr_core.presets import (
    VERSION,
    current_name,
    current_recipe,
    preset_from_dict,
    read_name,
    read_table,
    recipe_in,
    rows_of,
    table_preset,
    written_name,
    written_table,
)
from nmr_core.samples import sample_arrays

SMALL = {"n_x": 12, "n_y": 12}
FIRST_POINT = 0.3183098861837907
SIMULATED_BY_0_7 = {
    "ml4sci_2020": {
        0: -0.005949 - 0.497037j,
        157: 0.265809 - 0.156878j,
        314: -0.005990 + 0.049163j,
        470: -0.001364 - 0.067339j,
    },
    "gsoc_2021_weak_gaussian": {
        0: 0.006037 + 0.497053j,
        314: -0.045188 + 0.021946j,
        628: -0.009036 - 0.318165j,
        941: 0.023260 + 0.011282j,
    },
    "gsoc_2021_strong_rkky": {
        0: 0.006034 + 0.497053j,
        628: -0.195715 - 0.000820j,
        1256: 0.005764 - 0.029797j,
        1884: -0.010195 - 0.003182j,
    },
}
"""Preset -> points of sample 2 of seed 3 on 12 × 12 spins, as version 0.7 simulated them."""


def of_version_1(name: str, **entries) -> dict:
    """A recipe as 0.6 and 0.7 stored it."""
    empty = {"settings": [{}], "fixed": {}, "table": [], "sampling": "random"}
    return {"name": name, **empty, **entries}


@pytest.mark.parametrize("name", SIMULATED_BY_0_7)
def test_an_old_recipe_gives_the_signals_of_then(name):
    old = preset_from_dict(of_version_1(name, fixed=SMALL))
    signal = sample_arrays(old, 3, 2, 3)[1][0, 0]
    points = SIMULATED_BY_0_7[name]
    np.testing.assert_allclose(signal[list(points)], list(points.values()), rtol=0, atol=1e-4)
    assert old.experiments()[0].protocol.time[0] == pytest.approx(FIRST_POINT)
    today = sample_arrays(preset(name).fix(**SMALL), 3, 2, 3)[1][0, 0]
    assert np.abs(today - signal).max() > 1e-3


@pytest.mark.parametrize("name", PRESETS)
def test_a_recipe_of_today_is_kept(name):
    own = PRESETS[name].fix(noise=0.01).to_dict()
    assert own["version"] == VERSION
    assert current_recipe(own) == own
    assert preset_from_dict(own).to_dict() == own


@pytest.mark.parametrize("name", [name for name in PRESETS if name != "ml4sci_2020_secular"])
def test_a_converted_recipe_is_one_of_today(name):
    converted = preset_from_dict(of_version_1(name)).to_dict()
    assert current_recipe(converted) == converted
    assert converted["name"] == (name if name != "ml4sci_2020" else "ml4sci_2020_secular")


def test_what_a_visitor_fixed_or_drew_stays():
    old = of_version_1("gsoc_2021_strong_gaussian", fixed={"line_width": 0.1, "record": "all"})
    assert current_recipe(old)["fixed"] == {"line_width": 0.1, "record": "all"}
    rows = [row.to_dict() for row in rows_of(PRESETS["gsoc_2021_strong_gaussian"])]
    drawn = {"name": "line_width", "distribution": "uniform", "low": 0.02, "high": 0.1}
    old = of_version_1("gsoc_2021_strong_gaussian", table=[*rows, drawn])
    assert current_recipe(old)["fixed"] == {"record": "after"}
    assert "line_width" in preset_from_dict(old).drawn.names


def test_a_recipe_of_a_later_version_is_refused():
    with pytest.raises(InputError, match=r"must have version 1, 2 or 3, got '4'\. Update"):
        preset_from_dict(PRESETS["lab"].to_dict() | {"version": 4})


def test_jobs_of_then():
    assert recipe_in({"preset": "ml4sci_2020"})["preset"]["name"] == "ml4sci_2020_secular"
    job = recipe_in({"preset": "gsoc_2021_weak_rkky", "fixed": {"xi": 2.0}, "seed": 1})
    assert job["seed"] == 1
    assert job["preset"]["fixed"] == {"record": "after", "offsets": "iid", "xi": 2.0}


@pytest.fixture
def stored(tmp_path):
    """A data set of 0.7, of which one part is missing."""
    folder = tmp_path / "ds"
    small = {**SMALL, "tau": 8.0, "acquire": 17.0}
    fixed = {**small, "record": "after", "offsets": "iid"}
    then = preset("gsoc_2021_weak_gaussian").fix(**fixed)
    dataset = generate(then, 4, seed=3, part_size=2, path=folder)
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest |= {"format": 2, "preset": of_version_1("gsoc_2021_weak_gaussian", fixed=small)}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder, dataset


def test_an_old_data_set_is_completed_with_the_same_bytes(stored):
    folder, dataset = stored
    signals = np.array(dataset.signals)
    (folder / "part-00001.parquet").unlink()
    assert resume(folder).signals.tobytes() == signals.tobytes()
    assert load_dataset(folder).preset.build().record == "after"
    assert Manifest.read(folder).preset["version"] == VERSION


def test_imported_files_of_the_challenge_are_those_of_the_published_code(tmp_path):
    dataset = generate(preset("ml4sci_2020_secular").fix(n_x=4, n_y=4, tau=3.0), 2)
    for source, name in (
        ("data (ml4sci_2020)", "ml4sci_2020"),
        ("uploaded file data.zip", "ml4sci_2020"),
        ("data (npz)", "ml4sci_2020_secular"),
        ("uploaded file data.parquet", "ml4sci_2020_secular"),
    ):
        old = asdict(dataset.manifest) | {"source": source, "format": 2}
        (tmp_path / "manifest.json").write_text(
            json.dumps(old | {"preset": of_version_1("ml4sci_2020")})
        )
        assert Manifest.read(tmp_path).preset_name == name


ENTRY = {"id": "", "effects": [], "seed": 0, "n_samples": 2, "source": ""}


def run_of_then(folder, **entries) -> RunManifest:
    """The manifest of a run of 0.7 on curves of ml4sci_2020."""
    made = asdict(regression().manifest) | {"format": 1, "preset": "ml4sci_2020"} | entries
    (folder / "manifest.json").write_text(json.dumps(made))
    return RunManifest.read(folder)


def test_an_old_run_has_learned_secular_curves(tmp_path):
    origin = [ENTRY | {"preset": of_version_1("ml4sci_2020")}]
    protocol = [{"sequence": "hahn_echo", "tau": 50.0, "phase_2": 90.0}]
    run = run_of_then(tmp_path, origin=origin, settings=protocol)
    assert run.preset == "ml4sci_2020_secular"
    assert [p.name for p in presets_of(Run(run, regression().predictions))] == [run.preset]
    time = preset("ml4sci_2020").build().protocol.time
    published = generate(preset("ml4sci_2020").fix(n_x=4, n_y=4), 2)
    secular = generate(preset("ml4sci_2020_secular").fix(n_x=4, n_y=4), 2)
    check_signals(run, time, settings_of(secular))
    with pytest.raises(InputError, match=r"with carrier = 0, these curves have carrier = 10\."):
        check_signals(run, time, settings_of(published))


def test_an_old_run_on_imported_curves_keeps_its_name(tmp_path):
    assert run_of_then(tmp_path, origin=[]).preset == "ml4sci_2020"


def test_an_old_run_of_2021_keeps_its_times(tmp_path):
    origin = [ENTRY | {"preset": of_version_1("gsoc_2021_weak_rkky")}]
    run = Run(
        run_of_then(tmp_path, preset="gsoc_2021_weak_rkky", origin=origin),
        regression().predictions,
    )
    (then,) = presets_of(run)
    assert then.build().protocol.time[0] == pytest.approx(FIRST_POINT)


def test_prior_tables_of_then(tmp_path):
    file = tmp_path / "prior.toml"
    rows = rows_of(PRESETS["gsoc_2021_strong_rkky"])
    today = written_table(rows, "gsoc_2021_strong_rkky")
    file.write_text(today)
    assert read_table(file) == (rows, "gsoc_2021_strong_rkky", "random")
    file.write_text(today.replace(f"version = {VERSION}\n", ""))
    then, name, _ = read_table(file)
    experiment = table_preset(then, PRESETS[name]).build()
    assert (experiment.record, experiment.line_width) == ("after", 0.05)
    file.write_text(written_table(rows_of(PRESETS["ml4sci_2020"]), "ml4sci_2020"))
    assert read_table(file)[1] == "ml4sci_2020"
    file.write_text(file.read_text().replace(f"version = {VERSION}\n", ""))
    assert read_table(file)[1] == "ml4sci_2020_secular"


@pytest.mark.parametrize("name", PRESETS)
def test_the_name_in_a_file_of_signals_is_read_again(name):
    assert read_name(written_name(name)) == name
    assert About.checked(written_name(name), [], 1).preset == name


@pytest.mark.parametrize("format", ["npz", "csv_wide", "csv_long", "parquet", "hdf5"])
def test_a_file_of_2021_of_then_has_the_line_of_then(format, tmp_path, monkeypatch):
    then = current_recipe(of_version_1("gsoc_2021_strong_rkky", fixed={**SMALL, "tau": 3.0}))
    signals = generate(preset_from_dict(then), 2)
    name = "nmr_core.io.formats.{}.written_name"
    module = format if format.startswith("csv") else "_about"
    monkeypatch.setattr(name.format(module), current_name)
    foreign = foreign_of(signals)
    bare = replace(foreign, parameters=foreign.parameters.drop(columns=["record", "line_width"]))
    write_foreign(bare, tmp_path / "file", format)
    back = read_foreign(tmp_path / "file")
    imported = accept(back, source="file", path=tmp_path / "ds")
    experiment = imported.experiment(0)
    assert (experiment.record, experiment.line_width) == ("after", 0.05)


def test_the_name_in_a_file_of_then():
    assert About.checked("ml4sci_2020", [], 1).preset == "ml4sci_2020_secular"
    later = About.checked("ml4sci_2020@3", [], 1)
    assert (later.preset, len(later.notes)) == ("", 1)
