"""Data sets: a prior as a table, the catalogue, actions with undo, views, files."""

import base64
import io
import json
import os
import re
import shlex
import shutil
import zipfile
from dataclasses import replace

import numpy as np
import pytest

from nmr_core import generate, load_dataset, preset
from nmr_core.cli import main
from nmr_core.datasets import delete_dataset, list_datasets
from nmr_core.datasets.generate import generate_job
from nmr_core.datasets.manifest import Manifest
from nmr_core.datasets.recipe import recipe
from nmr_core.datasets.store import effects_job
from nmr_core.evaluation import delete_run, list_runs
from nmr_core.io.formats import FORMATS
from nmr_core.jobs import api, processes
from nmr_core.jobs.database import connection
from nmr_core.jobs.store import JobStore
from nmr_core.presets import Row, preset_from_dict, rows_of, table_preset, written_table
from nmr_core.progress import silent
from nmr_core.storage import documents, trash
from nmr_core.storage.workspace import checked_id
from ui.data_sets import explore, export_form, prior_table
from ui.shared import uploads

NOT_HELD = ("deeplearn_2024", "gsoc_2021", "cuda_2023")
"""Formats that cannot say what ds-own is: its kernel is divided by its own sum."""


def _table(app):
    return next(table for table in app.dataframe if (table.key or "").startswith("catalogue-"))


def _errors(app) -> list[str]:
    assert not app.exception
    return [error.value for error in app.error]


def _with(app, *sections):
    app.pills(key="new-more").set_value(list(sections)).run()
    assert not app.exception
    return app


def _edit(app, edits: dict):
    app.session_state["prior-ml4sci_2020_secular-0"] = {
        "edited_rows": {},
        "added_rows": [],
        "deleted_rows": [],
    } | edits
    app.run()
    return app


# a new data set


def test_the_preview_shows_the_first_curves_that_are_generated_with_their_effects(open_page):
    app = _with(open_page("data_sets"), "preview", "effects")
    app.number_input(key="new-side-ml4sci_2020_secular").set_value(6)
    app.number_input(key="new-tau-ml4sci_2020_secular").set_value(5.0).run()
    app.multiselect(key="new-effects").set_value(["gaussian_noise"]).run()
    assert _errors(app) == []
    drawn = json.loads(app.get("plotly_chart")[0].proto.spec)["data"]
    app.button(key="generate").click().run()
    (job,) = api.list_jobs()
    assert job.params["effects"]
    generate_job(job.params | {"n_samples": 10, "n_jobs": 1}, silent)
    made = np.abs(load_dataset(job.params["dataset"]).signals[:3, 0])
    for trace in drawn:
        k = int(trace["name"].split()[1])
        assert np.allclose(_numbers(trace["y"]), made[k], atol=1e-6)


def _numbers(values) -> np.ndarray:
    """The numbers of a trace, which Plotly may store as base64."""
    if isinstance(values, dict):
        return np.frombuffer(base64.b64decode(values["bdata"]), values["dtype"])
    return np.array(values, float)


def test_the_table_begins_with_the_presets_own_prior(open_page):
    app = _with(open_page("data_sets"), "prior")
    assert prior_table.rows(app.data_editor[0].value) == rows_of(preset("ml4sci_2020_secular"))


def test_an_edited_table_makes_that_data_set(open_page):
    app = _with(open_page("data_sets"), "prior")
    app.number_input(key="new-n").set_value(12)
    app.number_input(key="new-side-ml4sci_2020_secular").set_value(6)
    app.number_input(key="new-tau-ml4sci_2020_secular").set_value(5.0)
    app.selectbox(key="prior-sampling").select("sobol")
    _edit(
        app,
        {
            "edited_rows": {0: {"low": 0.05}, 2: {"distribution": "choice", "values": "2, 3"}},
            "deleted_rows": [1],
            "added_rows": [{"name": "gamma_2", "distribution": "fixed", "values": "0.01"}],
        },
    )
    assert _errors(app) == []
    app.button(key="generate").click().run()
    (job,) = api.list_jobs()
    assert job.params["preset"]["sampling"] == "sobol"
    assert job.params["preset"]["table"] == [
        {"name": "alpha", "distribution": "uniform", "low": 0.05, "high": 0.2},
        {"name": "p", "distribution": "choice", "low": 2.0, "high": 4.0, "values": [2, 3]},
        {"name": "d", "distribution": "uniform", "low": 3.0, "high": 6.0},
        {"name": "gamma_2", "distribution": "fixed", "values": [0.01]},
    ]
    generate_job(job.params | {"n_jobs": 1}, silent)
    made = load_dataset(job.params["dataset"])
    assert made.manifest.preset["table"] == job.params["preset"]["table"]
    assert made.manifest.owner == job.owner
    assert set(made.parameters["p"]) == {2, 3}
    assert made.parameters["alpha"].min() >= 0.05
    app.run()
    row = _table(app).value.set_index("id").loc[made.manifest.id]
    assert row["owner"] == "you"


@pytest.mark.parametrize(
    ("edits", "sentence"),
    [
        ({"edited_rows": {0: {"low": 3.0}}}, "alpha: low must be below high"),
        (
            {"edited_rows": {0: {"distribution": "normal"}}},
            "Fill in alpha (normal): mean and sd.",
        ),
        (
            {"edited_rows": {0: {"distribution": "normal"}, 1: {"distribution": "choice"}}},
            "Fill in alpha (normal): mean and sd; xi (choice): values.",
        ),
        ({"edited_rows": {0: {"distribution": "choice"}}}, "Fill in alpha (choice): values."),
        ({"edited_rows": {1: {"name": "alpha"}}}, "alpha twice"),
        ({"edited_rows": {1: {"distribution": "solved"}}}, "needs exactly one strength"),
        ({"added_rows": [{"low": 1.0}]}, "Line 5 of the table has no parameter"),
        ({"deleted_rows": [0, 1, 2, 3]}, "got no row"),
    ],
)
def test_a_bad_table_is_a_sentence_and_stays_as_it_is(open_page, edits, sentence):
    app = _edit(_with(open_page("data_sets"), "prior", "effects"), edits)
    (error,) = _errors(app)
    assert sentence in error
    assert app.button(key="generate").disabled
    app.multiselect(key="new-effects").set_value(["clipping"]).run()
    assert _errors(app) == [error]
    assert app.get("plotly_chart")


def test_the_table_is_still_there_after_another_page(open_page):
    app = _edit(_with(open_page("data_sets"), "prior"), {"edited_rows": {0: {"low": 0.07}}})
    app.switch_page("pages/compare.py").run()
    app.switch_page("pages/data_sets.py").run()
    assert app.data_editor[0].value["low"].tolist()[0] == 0.07


def test_the_share_of_draws_without_a_solution_is_said_before_the_start(open_page, words):
    rows = [
        Row("kernel", "fixed", values=("gaussian",)),
        Row("normalisation", "fixed", values=("none",)),
        Row("alpha", "fixed", values=(0.001,)),
        Row("omega_p", "uniform", 0.3, 14.0),
        Row("xi", "solved"),
    ]
    app = _with(open_page("data_sets"), "prior")
    app.number_input(key="new-side-ml4sci_2020_secular").set_value(20)
    app.file_uploader(key="prior-file").upload(
        "p.toml", written_table(rows, "ml4sci_2020_secular").encode()
    ).run()
    assert _errors(app) == []
    said = next(text.value for text in app.caption if "cannot be solved" in text.value)
    assert 30 <= int(said.removeprefix("About ").partition("%")[0]) <= 55


def test_a_table_can_be_brought_as_a_file(open_page):
    app = _with(open_page("data_sets"), "prior")
    rows = [
        Row("kernel", "choice", values=("gaussian", "rkky")),
        Row("xi", "log-uniform", 1.0, 8.0, density="steps:2=5"),
    ]
    app.file_uploader(key="prior-file").upload(
        "p.toml", written_table(rows, "lab", "sobol").encode()
    ).run()
    assert _errors(app) == []
    assert (app.selectbox(key="new-preset").value, app.selectbox(key="prior-sampling").value) == (
        "lab",
        "sobol",
    )
    assert prior_table.rows(app.data_editor[0].value) == rows


def test_a_sampling_density_is_chosen_in_the_table_and_drawn(open_page):
    app = _with(open_page("data_sets"), "prior")
    assert app.data_editor[0].value["density"].tolist() == [""] * 4
    assert "densities" not in [chart.key for chart in app.get("plotly_chart")]
    _edit(app, {"edited_rows": {0: {"density": "2"}}})
    assert "must be between -1 and 1, got 2" in _errors(app)[0]
    _edit(app, {"edited_rows": {0: {"density": "-0.5"}}})
    assert _errors(app) == []
    (chart,) = (chart for chart in app.get("plotly_chart") if chart.key == "densities")
    assert [trace["name"] for trace in json.loads(chart.proto.spec)["data"]] == [
        "prior",
        "sampling density",
    ]
    assert any("effective sample size 75 %" in text.value for text in app.caption)
    app.button(key="generate").click().run()
    (job,) = api.list_jobs()
    made = preset_from_dict(job.params["preset"])
    assert str(made.space["alpha"].density) == "power:-0.5"
    _edit(
        app,
        {"edited_rows": {0: {"density": "power:-0.5", "distribution": "choice", "values": "1"}}},
    )
    assert "has no sampling density" in _errors(app)[0]


@pytest.mark.parametrize(
    "content", [b"", b"\x00\xffgarbage", b"PK\x03\x04", b"#" * 100_001, b"parameter = []"]
)
def test_a_file_that_is_no_table_changes_nothing(open_page, content):
    app = _edit(_with(open_page("data_sets"), "prior"), {"edited_rows": {0: {"low": 0.07}}})
    app.file_uploader(key="prior-file").upload("p.toml", content).run()
    (error,) = _errors(app)
    assert ("p.toml" in error) != (content == b"parameter = []")
    if content != b"parameter = []":
        assert app.session_state["_prior-ml4sci_2020_secular"]["low"].tolist()[0] == 0.07


def test_settings_and_effects_and_parts_are_queued(open_page):
    app = _with(open_page("data_sets"), "settings", "effects", "parts")
    app.pills(key="settings-ml4sci_2020_secular").set_value(["angle_2", "noise"]).run()
    assert "takes one number per echo" in _errors(app)[0]
    app.text_input(key="setting-ml4sci_2020_secular-angle_2").set_value("60, 90.5").run()
    app.text_input(key="setting-ml4sci_2020_secular-noise").set_value("0,0.01").run()
    app.multiselect(key="new-effects").set_value(["phase_error", "gaussian_noise"]).run()
    app.number_input(key="new-gaussian_noise-snr").set_value(12.0)
    app.number_input(key="new-effects-seed").set_value(4)
    app.number_input(key="new-part-size").set_value(50).run()
    assert _errors(app) == []
    app.button(key="generate").click().run()
    params = api.list_jobs()[0].params
    assert params["preset"]["settings"] == [
        {"angle_2": 60, "noise": 0},
        {"angle_2": 90.5, "noise": 0.01},
    ]
    assert [effect["effect"] for effect in params["effects"]] == ["phase_error", "gaussian_noise"]
    assert params["effects"][1]["snr"] == 12
    assert (params["effects_seed"], params["part_size"]) == (4, 50)


@pytest.mark.parametrize("text", ["", "60", "60, x", "60, 90, 120", "nan, 1", "1e999, 2"])
def test_settings_that_do_not_fit_are_a_sentence(open_page, text):
    app = _with(open_page("data_sets"), "settings")
    app.pills(key="settings-ml4sci_2020_secular").set_value(["angle_2", "noise"]).run()
    app.text_input(key="setting-ml4sci_2020_secular-noise").set_value("0,0.01")
    app.text_input(key="setting-ml4sci_2020_secular-angle_2").set_value(text).run()
    (error,) = _errors(app)
    assert error.endswith(".")
    assert app.button(key="generate").disabled


def test_one_echo_a_sample_where_the_preset_has_four(open_page):
    app = open_page("data_sets")
    app.selectbox(key="new-preset").select("lab").run()
    app = _with(app, "settings")
    app.pills(key="settings-lab").set_value([]).run()
    app.button(key="generate").click().run()
    params = api.list_jobs()[0].params
    assert len(params["preset"]["settings"]) == 1


# the catalogue


@pytest.fixture
def many(data_folder, template):
    """500 data sets, which share one data set's content."""
    source = template / "datasets" / "ds-own"
    text = (source / "manifest.json").read_text()
    for k in range(500):
        folder = data_folder / "datasets" / f"ds-{k:04d}"
        folder.mkdir(parents=True)
        (folder / "manifest.json").write_text(
            text.replace('"ds-own"', f'"ds-{k:04d}"').replace("Own *small* set", f"Set {k}")
        )
        for part in source.glob("*.parquet"):
            os.link(part, folder / part.name)
    return data_folder


def test_a_manifest_is_read_once_however_often_the_page_is_drawn(many, open_page, monkeypatch):
    documents._cache.clear()
    read, count = Manifest.read, []
    monkeypatch.setattr(Manifest, "read", lambda folder: count.append(folder.name) or read(folder))
    app = open_page("data_sets", dataset="ds-0007")
    assert _errors(app) == []
    listed = [name for name in count if name in {entry.id for entry in list_datasets()}]
    assert len(set(listed)) == 501
    count.clear()
    app.run()
    app.run()
    assert count == []
    manifest = many / "datasets" / "ds-0009" / "manifest.json"
    fresh = manifest.with_name("new")
    fresh.write_text(manifest.read_text().replace('"Set 9"', '"Changed"'))
    os.replace(fresh, manifest)
    app.run()
    assert count == ["ds-0009"]
    assert "Changed" in _table(app).value["title"].tolist()


def test_what_is_remembered_of_manifests_is_bounded(own, monkeypatch):
    monkeypatch.setattr(documents, "REMEMBERED", 3)
    for k in range(6):
        shutil.copytree(own / "datasets" / "ds-own", own / "datasets" / f"ds-{k}")
    assert len(list_datasets()) == 8
    assert len(documents._cache) == 3


@pytest.mark.parametrize(
    ("word", "n"),
    [("set 49", 15), ("SET 499", 1), ("challenge", 0), ("ml4sci ships", 1), ("[*(", 0)],
)
def test_the_catalogue_is_filtered_by_words(many, open_page, word, n):
    app = open_page("data_sets")
    app.text_input(key="catalogue-filter").set_value(word).run()
    assert _errors(app) == []
    tables = [table for table in app.dataframe if (table.key or "").startswith("catalogue-")]
    assert sum(len(table.value) for table in tables) == n
    assert app.selectbox(key="dataset").value == "ds-0499", "what is chosen stays"


def test_a_click_on_a_row_opens_that_data_set(own, open_page):
    shutil.copytree(own / "datasets" / "ds-own", own / "datasets" / "ds-two")
    app = open_page("data_sets", dataset="example-ml4sci-2020")
    table = _table(app)
    row = table.value["id"].tolist().index("ds-own")
    app.session_state[table.key] = {"selection": {"rows": [row], "columns": [], "cells": []}}
    app.run()
    assert app.selectbox(key="dataset").value == "ds-own"
    assert app.query_params["dataset"] in ("ds-own", ["ds-own"])
    app.selectbox(key="dataset").select("ds-two").run()
    ids = table.value["id"].tolist()
    assert app.session_state[table.key]["selection"]["rows"] == [ids.index("ds-two")]
    app.session_state[table.key] = {"selection": {"rows": [], "columns": [], "cells": []}}
    app.run()
    assert app.selectbox(key="dataset").value == "ds-two"
    assert app.session_state[table.key]["selection"]["rows"] == [ids.index("ds-two")]
    delete_dataset("ds-two")
    app.run()
    assert app.selectbox(key="dataset").value is None
    assert app.session_state[_table(app).key]["selection"]["rows"] == []


def test_imported_noisy_and_unfinished_data_sets_say_so(own, open_page):
    load_dataset("ds-own").with_effects("gaussian_noise:snr=30").save(own / "datasets" / "ds-noisy")
    manifest = own / "datasets" / "ds-noisy" / "manifest.json"
    stored = json.loads(manifest.read_text())
    manifest.write_text(
        json.dumps(stored | {"id": "ds-noisy", "source": "a spectrometer", "owner": "abcdefghijkl"})
    )
    row = _table(open_page("data_sets")).value.set_index("id").loc["ds-noisy"]
    assert row["effects"] == "Gaussian noise (SNR 30)"
    assert row["note"] == "imported: a spectrometer"
    assert (row["owner"], row["echoes"], row["points per echo"]) == ("another visitor", 60, 45)


def test_generating_is_expected_to_take_what_the_same_recipe_took_here(own, open_page, data_folder):
    def cost(app) -> str:
        (line,) = [c.value for c in app.caption if c.value.endswith(" MB")]
        return line.split(",")[0]

    app = open_page("data_sets")
    assert cost(app) != "8 to 12 min"
    app.button(key="generate").click().run()
    store = JobStore(data_folder)
    job = store.claim(processes.HOST)
    store.finish(job.id, "done")
    with connection(store.path) as db:  # it took ten minutes
        db.execute("UPDATE jobs SET started = finished - 600 WHERE id = ?", (job.id,))
    assert cost(open_page("data_sets")) == "8 to 12 min"


# actions


def test_rename(own, open_page):
    app = open_page("data_sets", dataset="ds-own")
    app.text_input(key="rename-ds-own").set_value("A better *title*").run()
    app.button(key="rename-dataset").click().run()
    assert _errors(app) == []
    assert load_dataset("ds-own").manifest.title == "A better *title*"
    assert "A better *title*" in _table(app).value["title"].tolist()
    app.text_input(key="rename-ds-own").set_value("  ").run()
    app.button(key="rename-dataset").click().run()
    assert "A title has 1 to 200 characters" in _errors(app)[0]


def test_delete_and_restore(own, open_page, words, opened_trash):
    app = open_page("data_sets", dataset="ds-own")
    app.session_state["delete-ds-own-open"] = True
    app.run()
    assert r"Made with it\: 2 runs \(Own ridge, Own mean\)" in words(app)
    button = app.button(key="delete-ds-own")
    assert button.label == r"Delete Own \*small\* set"
    button.click().run()
    assert _errors(app) == []
    assert not app.session_state["delete-ds-own-open"]
    assert [entry.id for entry in list_datasets()] == ["example-ml4sci-2020"]
    assert r"The data set **Own \*small\* set** was deleted by you" in words(app)
    assert "delete-ds-own" not in [button.key for button in app.button]
    (entry,) = trash.entries()
    opened_trash(app).button(key=f"trash-{entry.key}").click().run()
    assert _errors(app) == []
    assert app.selectbox(key="dataset").value == "ds-own"
    assert trash.entries() == []


def test_the_trash_lists_what_others_deleted_of_any_kind(own, open_page, words, opened_trash):
    delete_run("run-ridge", by="somebody")
    app = opened_trash(open_page("data_sets"))
    assert "**Own ridge**" in words(app)
    assert "by another visitor" in words(app)
    (entry,) = trash.entries()
    app.button(key=f"trash-{entry.key}").click().run()
    assert not app.exception
    assert "run-ridge" in [entry.id for entry in list_runs()]


def test_an_unfinished_data_set_has_a_name_and_can_be_deleted(broken, open_page, words, delete):
    app = open_page("data_sets", dataset="ds-own")
    assert r"**Title of ds\-half**" in words(app)
    delete(app, "ds-half")
    assert not app.exception
    assert "ds-half" not in [entry.id for entry in list_datasets()]
    assert app.selectbox(key="dataset").value == "ds-own"


def test_a_new_data_set_opens_itself_when_it_is_complete(own, open_page, finish):
    app = open_page("data_sets", dataset="ds-own")
    app.button(key="generate").click().run()
    assert app.selectbox(key="dataset").value == "ds-own"
    (job,) = api.list_jobs()
    folder = shutil.copytree(own / "datasets" / "ds-own", own / "datasets" / job.params["dataset"])
    manifest = folder / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"ds-own"', f'"{folder.name}"'))
    finish("done")
    app.run()
    assert not app.exception
    assert app.selectbox(key="dataset").value == folder.name
    app.selectbox(key="dataset").select("ds-own").run()
    app.button(key=f"open-{job.id}").click().run()
    assert app.selectbox(key="dataset").value == folder.name


def test_a_new_data_set_does_not_open_over_another_that_was_chosen_meanwhile(
    own, open_page, finish
):
    app = open_page("data_sets", dataset="ds-own")
    app.button(key="generate").click().run()
    (job,) = api.list_jobs()
    app.selectbox(key="dataset").select("example-ml4sci-2020").run()
    folder = shutil.copytree(own / "datasets" / "ds-own", own / "datasets" / job.params["dataset"])
    manifest = folder / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"ds-own"', f'"{folder.name}"'))
    finish("done")
    app.run()
    assert not app.exception
    assert app.selectbox(key="dataset").value == "example-ml4sci-2020"


@pytest.mark.parametrize("kind", ["generate", "train", "effects", "join"])
def test_what_a_job_reads_or_writes_is_not_deleted(own, open_page, words, kind):
    app = open_page("data_sets", dataset="ds-own")
    app.session_state["delete-ds-own-open"] = True
    app.run()
    params = {"effects": {"source": "ds-own"}, "join": {"sources": ["ds-two", "ds-own"]}}
    api.submit(kind, params.get(kind, {"dataset": "ds-own"}), title="Long work")
    app.button(key="delete-ds-own").click().run()  # the window was open before the job began
    assert load_dataset("ds-own").manifest.id == "ds-own"
    app.session_state["delete-ds-own-open"] = True
    app.run()
    assert r'is in use by the job "Long work"\. Cancel that job' in words(app)
    assert "delete-ds-own" not in [button.key for button in app.button]


def test_an_unfinished_data_set_is_opened_with_the_curves_that_exist(broken, open_page, words):
    app = open_page("data_sets", dataset="ds-own")
    row = _table(app).value.set_index("id").loc["ds-half"]
    assert row["note"] == "30 of 60 curves"
    assert app.button(key="finish-ds-half").label == r"Finish Title of ds\-half"
    app.button(key="open-ds-half").click().run()
    assert _errors(app) == []
    assert app.selectbox(key="dataset").value == "ds-half"
    assert app.slider(key="curve").max == 29
    for view in ("parameters", "time", "nearest", "audit"):
        app.button_group(key="look").set_value(view).run()
        assert _errors(app) == []


def test_a_noisy_copy(own, open_page):
    app = open_page("data_sets", dataset="ds-own")
    assert app.button(key="copy-dataset").disabled
    app.multiselect(key="copy-effects").set_value(["gaussian_noise"]).run()
    app.number_input(key="copy-gaussian_noise-snr").set_value(10.0)
    app.number_input(key="copy-seed").set_value(7).run()
    app.button(key="copy-dataset").click().run()
    assert _errors(app) == []
    (job,) = api.list_jobs()
    assert (job.kind, job.title) == ("effects", "Own *small* set, Gaussian noise (SNR 10)")
    effects_job(job.params)
    made = load_dataset(checked_id(job.params["dataset"]))
    assert made.digest() == load_dataset("ds-own").with_effects("gaussian_noise:snr=10", 7).digest()
    assert made.manifest.owner == job.owner


def test_effects_that_must_be_simulated_are_not_offered_for_a_copy(own, open_page):
    app = _with(open_page("data_sets", dataset="ds-own"), "effects")
    offered = {key: set(app.multiselect(key=f"{key}-effects").options) for key in ("new", "copy")}
    assert offered["new"] - offered["copy"] == {"Pulse angle error", "Line width error"}


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_can_be_exported_or_says_why_not(own, open_page, name):
    app = open_page("data_sets", dataset="ds-own")
    app.selectbox(key="export-format").select(name).run()
    app.toggle(key=f"export-ds-own-{name}").set_value(True).run()
    errors = _errors(app)
    assert bool(errors) == (name in NOT_HELD)
    if errors:
        assert "Choose" in errors[0]
    else:
        content, file, _ = export_form.made(load_dataset("ds-own"), name)
        assert file.startswith(f"ds-own-{name}.")
        assert content
        assert (file.endswith(".zip") and zipfile.is_zipfile(io.BytesIO(content))) == FORMATS[
            name
        ].folder


def test_the_command_that_is_shown_exports(own, open_page, tmp_path, monkeypatch):
    app = open_page("data_sets", dataset="ds-own")
    app.selectbox(key="export-format").select("npz").run()
    command = next(code.value for code in app.code if "nmr_core export" in code.value)
    monkeypatch.chdir(tmp_path)
    assert main(shlex.split(command)[3:]) == 0
    assert (tmp_path / "ds-own-npz.npz").stat().st_size > 1000


def test_large_data_sets_are_exported_by_the_command_line(own, open_page, monkeypatch, words):
    monkeypatch.setattr(export_form, "MOST", 1000)
    app = open_page("data_sets", dataset="ds-own")
    assert "too much for a page" in words(app)
    assert not [toggle for toggle in app.toggle if toggle.key.startswith("export-")]


def test_the_lines_to_reproduce_a_table_with_effects(data_folder, tmp_path, monkeypatch):
    space = table_preset(
        [Row("alpha", "uniform", 0.01, 0.2), Row("p", "choice", values=(2, 3))],
        preset("ml4sci_2020_secular"),
        "sobol",
    )
    generate(
        space.fix(n_x=6, n_y=6, tau=5),
        8,
        seed=3,
        effects="gaussian_noise:snr=20",
        effects_seed=2,
        path=tmp_path / "ds-t",
    )
    opened = load_dataset(tmp_path / "ds-t")
    python, command = recipe(opened)
    names: dict = {}
    exec(python.replace("n_jobs=-1", "n_jobs=1"), names)
    assert names["dataset"].digest() == opened.digest()
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ds-t.toml").write_text(
        written_table(
            [Row.of(row) for row in opened.manifest.preset["table"]], "ml4sci_2020_secular", "sobol"
        )
    )
    assert main([*shlex.split(command)[3:], "--jobs", "1", "--out", "again"]) == 0
    assert load_dataset(tmp_path / "again").digest() == opened.digest()


# views


VIEWS = ("curves", "parameters", "time", "nearest", "audit")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("view", VIEWS)
def test_every_view(own, open_page, view, theme):
    app = open_page("data_sets", dataset="ds-own", look=view)
    app.context["theme"] = theme
    app.run()
    assert _errors(app) == []
    assert app.segmented_control(key="look").value == view
    assert len(app.get("plotly_chart")) == {"curves": 2}.get(view, 1)


def test_the_chosen_curve_is_the_same_in_every_view(own, open_page):
    app = open_page("data_sets", dataset="ds-own")
    app.slider(key="curve").set_value(17).run()
    app.segmented_control(key="look").set_value("nearest").run()
    assert app.slider(key="curve").value == 17
    shown = next(table.value for table in app.dataframe if "distance" in table.value)
    assert shown["echo"].tolist()[0] == 17
    assert len(shown) == 6


def test_the_audit_names_what_is_wrong(own, open_page, words):
    opened = load_dataset("ds-own")
    signals, parameters = opened.signals.copy(), opened.parameters.copy()
    signals[4] = signals[2]
    parameters.loc[7, "alpha"] = 0.9
    shutil.rmtree(own / "datasets" / "ds-own")
    opened.manifest = replace(opened.manifest, parts=[])
    opened.signals, opened.parameters = signals, parameters
    opened.save(own / "datasets" / "ds-own")
    app = open_page("data_sets", dataset="ds-own", look="audit")
    assert _errors(app) == []
    assert not app.success
    table = app.table[0].value.astype(str).to_string()
    assert "1 \\(sample 4\\)" in table
    assert "alpha\\: 1 \\(sample 7\\)" in table


@pytest.mark.parametrize(
    ("event", "index"),
    [
        ({"selection": {"points": [{"customdata": 7}]}}, 7),
        ({"selection": {"points": [{"customdata": [7]}]}}, 7),
        ({"selection": {"points": []}}, None),
        ({"selection": {"points": [{}]}}, None),
        (None, None),
        ({}, None),
        ({"selection": {"points": [{"customdata": "7"}]}}, None),
        ({"selection": {"points": [{"customdata": -1}]}}, None),
        ({"selection": {"points": [{"customdata": True}]}}, None),
        ({"selection": {"points": [{"customdata": []}]}}, None),
    ],
)
def test_what_a_click_on_a_point_chooses(event, index):
    assert explore.picked(event) == index


@pytest.fixture
def large(data_folder, tmp_path):
    """100,000 curves of 471 points in 100 parts, which are one and the same file."""
    folder = data_folder / "datasets" / "ds-large"
    dataset = generate(preset("ml4sci_2020_secular").fix(n_x=4, n_y=4), 1000, seed=1, path=folder)
    for index in range(1, 100):
        os.link(folder / "part-00000.parquet", folder / f"part-{index:05d}.parquet")
    replace(
        dataset.manifest, n_samples=100_000, parts=dataset.manifest.parts * 100, title="Large"
    ).write(folder)
    return folder


@pytest.mark.parametrize("view", VIEWS)
def test_a_hundred_thousand_curves_send_less_than_three_megabytes(large, open_page, words, view):
    app = open_page("data_sets", dataset="ds-large", look=view)
    if view == "curves":
        app.slider(key="thin").set_value(200).run()
    assert _errors(app) == []
    figures = sum(len(chart.proto.spec) for chart in app.get("plotly_chart"))
    tables = sum(len(table.proto.arrow_data.data) for table in app.dataframe)
    assert app.get("plotly_chart")
    assert figures + tables < 3_000_000
    if view != "parameters":
        assert "Of 100,000 curves the first 5,000 are read here" in words(app)


# import


def _npz() -> bytes:
    return export_form.made(load_dataset("example-ml4sci-2020"), "npz")[0]


@pytest.fixture
def importing(open_page):
    """The page with the import opened."""
    app = open_page("data_sets")
    app.session_state["import"] = True
    app.run()
    assert not app.exception
    return app


def _upload(app, *files):
    for button in app.button:
        if button.key == "import-remove":
            button.click().run()
    box = next(box for box in app.file_uploader if box.key.startswith("import-files-"))
    box.set_value([(name, content, "application/octet-stream") for name, content in files]).run()
    assert not app.exception
    return app


def _stored_uploads() -> list[str]:
    root = uploads.uploads_folder()
    return [item.name for item in root.iterdir()] if root.is_dir() else []


@pytest.mark.parametrize("name", [name for name in FORMATS if name not in NOT_HELD])
def test_what_was_exported_comes_back(own, importing, words, name):
    source = load_dataset("ds-own")
    content, file, _ = export_form.made(source, name)
    app = _upload(importing, (file, content))
    assert _errors(app) == []
    assert "60 curves × 1 setting × 45 points" in words(app)
    before = {entry.id for entry in list_datasets()}
    app.text_input(key="import-title").set_value("Brought")
    app.button(key="import-accept").click().run()
    assert _errors(app) == []
    (new,) = {entry.id for entry in list_datasets()} - before
    made = load_dataset(new)
    assert np.abs(made.signals - source.signals).max() < 1e-4
    assert (made.manifest.title, made.manifest.source) == ("Brought", f"uploaded file {file}")
    assert app.selectbox(key="dataset").value == new
    app.run()
    assert "import-accept" not in [button.key for button in app.button], "one click, one data set"


def test_nothing_is_written_before_it_is_accepted(data_folder, importing):
    _upload(importing, ("a.npz", _npz()))
    assert importing.button(key="import-accept")
    assert [entry.id for entry in list_datasets()] == ["example-ml4sci-2020"]
    importing.button(key="import-remove").click().run()
    assert not importing.exception
    assert "import-accept" not in [button.key for button in importing.button]


def _zip(*entries) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return buffer.getvalue()


BAD = {
    "garbage": [("a.npz", b"\x00\xff" * 500)],
    "empty": [("a.csv", b"")],
    "words": [("a.txt", "Größe".encode() * 50)],
    "utf-16": [("a.csv", "time,re,im\n0,1,0\n".encode("utf-16"))],
    "no zip": [("a.zip", b"PK\x03\x04 broken")],
    "zip bomb": [("a.zip", _zip(("a.txt", b"0" * 60_000_000)))],
    "traversal": [("a.zip", _zip(("../../evil.txt", b"1 2 3\n")))],
    "absolute": [("a.zip", _zip(("/etc/evil.txt", b"1 2 3\n")))],
    "ragged": [("a.csv", b"time,re,im\n0,1,0\n1,2\n2\n")],
    "two of one name": [("a.txt", b"1 2\n"), ("a.txt", b"1 2\n")],
    "no parquet": [("a.parquet", b"PAR1 nonsense PAR1")],
    "no hdf5": [("a.h5", b"\x89HDF\r\n\x1a\n" + b"\x00" * 100)],
    "name": [("../../../tmp/evil.npz", b"nonsense")],
}


@pytest.mark.parametrize("files", BAD.values(), ids=BAD)
def test_a_bad_upload_is_one_sentence_and_leads_nowhere(data_folder, importing, files, tmp_path):
    before = sorted(
        path
        for path in tmp_path.rglob("*")
        if ".sqlite3" not in path.name and "uploads" not in path.parts
    )
    app = _upload(importing, *files)
    (error,) = _errors(app)
    assert error.endswith((".", ")", "?"))
    assert "Traceback" not in error
    assert str(data_folder) not in error
    assert "import-accept" not in [button.key for button in app.button]
    assert all(re.fullmatch("[0-9a-f]{20}", name) for name in _stored_uploads())
    assert (
        sorted(
            path
            for path in tmp_path.rglob("*")
            if ".sqlite3" not in path.name and "uploads" not in path.parts
        )
        == before
    )
    _upload(app, ("a.npz", _npz()))
    assert _errors(app) == [], "the next file is looked at as if nothing had been"
