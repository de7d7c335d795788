"""Samples with four pulse angles through the pages: train, compare, predict, measurement."""

import numpy as np
import pytest

from nmr_core import generate, join, load_run, predict, preset, train, write_foreign
from nmr_core.datasets import load_dataset
from nmr_core.datasets.store import store_dataset
from nmr_core.jobs import api
from nmr_core.presets.pulse_angles import pulse_angles

KERNELS = ("gaussian", "power_law", "rkky")
SMALL = {"n_x": 6, "n_y": 6, "tau": 20, "acquire": 40}


def _samples(n_angles: int, n: int):
    return join(
        [
            generate(
                preset(f"pulse_angles_{kernel}").measure(**pulse_angles(n_angles)).fix(**SMALL),
                n,
                seed=k,
            )
            for k, kernel in enumerate(KERNELS)
        ]
    )


@pytest.fixture
def angles(own):
    """A data folder with ds-angles, three kernels at four pulse angles, and run-angles."""
    store_dataset(_samples(4, 12), "ds-angles")
    run = train(
        load_dataset("ds-angles"),
        targets=["kernel"],
        recipe="pulse_angles",
        model_options={"n_members": 1, "max_epochs": 20},
        split=0.25,
        id="run-angles",
    )
    run.save()
    return own


def test_the_recipe_for_several_acquisitions_is_offered_where_there_are_several(angles, open_page):
    one = open_page("train", dataset="ds-own")
    assert "Pulse angles compared" not in one.segmented_control(key="effort").options
    app = open_page("train", dataset="ds-angles", effort="pulse_angles")
    app.pills(key="targets-ds-angles").set_value(["kernel"]).run()
    app.button(key="train").click().run()
    assert not app.exception
    (job,) = api.list_jobs()
    assert job.params["recipe"] == "pulse_angles"
    assert job.params["targets"] == ["kernel"]


def test_the_pages_show_data_and_run(angles, open_page):
    for page, query in (
        ("data_sets", {"dataset": "ds-angles"}),
        ("compare", {"runs": "run-angles"}),
        ("predict", {"run": "run-angles", "dataset": "ds-angles"}),
    ):
        app = open_page(page, **query)
        assert not app.exception
        assert not app.error
    expected = predict(load_run("run-angles"), load_dataset("ds-angles"))
    assert np.isfinite(expected.filter(like="probability").to_numpy()).all()
    assert len(app.dataframe[0].value) == len(expected)


@pytest.mark.parametrize("n_angles", [4, 1])
def test_a_file_is_read_or_one_sentence_says_what_its_columns_must_be(
    angles, open_page, tmp_path, n_angles
):
    path = tmp_path / "echoes.csv"
    write_foreign(_samples(n_angles, 3), path, "csv_wide")
    app = open_page("predict", run="run-angles", source="file")
    app.file_uploader(key="curves-files-0").set_value(
        [("echoes.csv", path.read_bytes(), "text/csv")]
    )
    app.run()
    assert not app.exception
    if n_angles == 4:
        assert not app.error
        assert len(app.dataframe[0].value) == 9
        return
    (error,) = app.error
    assert "trained on samples of 4 settings, these have 1" in error.value
    assert "A CSV file must have one row per sample with the columns" in error.value
    assert "k = 1: β₁ = 90°, β₂ = 180°" in error.value


def test_a_measurement_is_asked_for_in_the_order_of_the_angles(angles, open_page, words):
    app = open_page("predict", run="run-angles", source="measured")
    assert not app.exception
    assert "takes 4 echoes of a sample" in words(app)
    assert "β₁ = 70°, β₂ = 70°" in words(app)
