"""Calibration: what is known of a run's error bars, its jobs, nothing of a stranger's run."""

import json
import shutil

import pytest

from nmr_core import generate, load_run, preset, train
from nmr_core.evaluation import delete_run
from nmr_core.inference.intervals import save_calibration
from nmr_core.inference.intervals.calibrate import calibrate
from nmr_core.inference.robustness import load_robustness, robustness, save_robustness
from nmr_core.jobs import api

TITLE = "Can the error bars be trusted?"


@pytest.fixture(scope="module")
def shelf(tmp_path_factory):
    """Runs of numbers, calibrated and tried on bad measurements, made once: to be copied."""
    folder = tmp_path_factory.mktemp("calibrated")
    dataset = generate(
        preset("ml4sci_2020_secular").fix(n_x=8, n_y=8, tau=5),
        100,
        seed=1,
        path=folder / "datasets" / "ds-cal",
    )
    for name, effects in (("run-cal", ""), ("run-other", "gaussian_noise:snr=20")):
        several = dataset.with_effects(effects, 3) if effects else dataset
        run = train(
            several,
            featurizer="raw",
            model="ridge",
            split=0.2,
            seed=0,
            id=name,
            title=f"Title of *{name}*",
        )
        run.save(folder / "runs" / name)
    run, other = (load_run(folder / "runs" / name) for name in ("run-cal", "run-other"))
    found = calibrate(run, n=200, n_check=120)
    save_calibration(found, folder / "calibrations" / "run-cal")
    save_robustness(
        robustness(
            run,
            n=30,
            other=other,
            calibration=found,
            effects={"gaussian_noise": [100, 10], "phase_error": [5, 50]},
        ),
        folder / "robustness" / "run-cal",
    )
    return folder


@pytest.fixture
def calibrated(data_folder, shelf):
    return shutil.copytree(shelf, data_folder)


def _edit(file, **changes):
    stored = json.loads(file.read_text())
    if "value" in stored:
        changes = {"value": stored["value"] | changes}
    file.write_text(json.dumps(stored | changes))


@pytest.mark.parametrize(
    ("view", "n_figures"),
    [("coverage", 2), ("map", 2), ("ranks", 3), ("width", 2), ("robustness", 3)],
)
def test_every_view(calibrated, open_page, words, view, n_figures):
    app = open_page("calibration", run="run-cal", view=view)
    assert not app.exception
    assert not app.error
    assert not app.warning
    assert [title.value for title in app.title] == [TITLE]
    assert app.segmented_control(key="view").value == view
    assert app.query_params["view"] == [view] or app.query_params["view"] == view
    assert len(app.get("plotly_chart")) == n_figures
    assert app.button(key="calibrate").label.startswith("Calibrate again")
    assert "*run-cal*" not in words(app)


def test_the_first_visit_opens_what_somebody_looked_at(calibrated, open_page):
    app = open_page("calibration")
    assert app.selectbox(key="run").value == "run-cal"
    assert app.segmented_control(key="view").options == [
        "Coverage",
        "Map",
        "Ranks",
        "Width",
        "Robustness",
    ]


def test_the_numbers_on_the_page_are_those_that_were_counted(calibrated, open_page):
    from nmr_core.inference.intervals import coverage, load_calibration

    app = open_page("calibration", run="run-cal", view="coverage")
    counted = coverage(load_calibration("run-cal")).at().set_index("target")["covered"]
    assert [metric.value for metric in app.metric] == [f"{100 * share:.1f} %" for share in counted]
    assert "xi" not in counted


def test_the_map_is_of_what_is_chosen_and_its_lowest_cell_is_a_sentence(
    calibrated, open_page, words
):
    from nmr_core.inference.intervals import coverage, coverage_map, load_calibration
    from ui.shared.text import quoted

    link = {"map-of": "d", "map-x": "alpha", "map-y": "predicted_p"}
    app = open_page("calibration", run="run-cal", view="map", **link)
    calibration = load_calibration("run-cal")
    cells = coverage_map(coverage(calibration), "alpha", "predicted_p", "d")
    sentence = cells.sentence(calibration.targets)
    assert sentence.startswith("Lowest: ")
    assert quoted(sentence) in words(app)
    assert any("--map alpha,predicted_p --of 'd'" in block.value for block in app.code)
    app.selectbox(key="map-x").select("predicted_p").run()
    assert not app.exception
    assert app.selectbox(key="map-y").value != "predicted_p"


def test_every_effect_can_be_looked_at_and_is_in_the_link(calibrated, open_page, words):
    app = open_page("calibration", run="run-cal", view="robustness", effect="phase_error")
    assert app.selectbox(key="effect").value == "phase_error"
    from nmr_core.inference.robustness import limits_text
    from ui.shared.text import quoted

    assert quoted(limits_text(load_robustness("run-cal"), "phase_error")) in words(app)
    assert list(app.dataframe[0].value["measurement effect"]) == ["Gaussian noise", "Phase error"]
    assert "Other run (dashed)" in words(app)


def test_a_run_without_error_bars_asks_for_them_by_a_job(calibrated, open_page, words):
    app = open_page("calibration", run="run-other")
    assert "has no intervals yet" in words(app)
    assert app.segmented_control(key="view").options == ["Robustness"]
    assert "Press Test robustness below" in words(app)
    app.selectbox(key="calibrate-method-regression").select("constant")
    app.number_input(key="calibrate-n").set_value(500).run()
    app.button(key="calibrate").click().run()
    (job,) = api.list_jobs()
    assert (job.kind, job.params) == (
        "calibrate",
        {"run": "run-other", "method": "constant", "n": 500},
    )


def test_bad_measurements_are_tried_by_a_job_beside_another_run(calibrated, open_page):
    app = open_page("calibration", run="run-cal", view="robustness")
    app.number_input(key="robust-n").set_value(60).run()
    app.selectbox(key="robust-other").select("run-other").run()
    app.button(key="robust").click().run()
    (job,) = api.list_jobs()
    assert (job.kind, job.params) == (
        "robustness",
        {"run": "run-cal", "n": 60, "other": "run-other"},
    )


def test_the_run_to_compare_with_is_named_when_it_is_deleted(calibrated, open_page):
    link = {"run": "run-cal", "view": "robustness", "robust-other": "run-other"}
    app = open_page("calibration", **link)
    assert app.selectbox(key="robust-other").value == "run-other"
    delete_run("run-other", by="somebody-else")
    app.run()
    assert not app.exception
    assert app.selectbox(key="robust-other").value is None
    assert any("was deleted by another visitor" in text.value for text in app.markdown)
    assert not [button for button in app.button if button.key == "robust"]
    app.button(key="restore-run-other").click().run()
    assert app.selectbox(key="robust-other").value == "run-other"


def test_a_run_can_be_trained_with_effects(calibrated, open_page):
    app = open_page("calibration", run="run-cal", view="robustness")
    app.selectbox(key="robust-other").select("new").run()
    assert app.button(key="robust").disabled, "another run without effects is none"
    app.multiselect(key="robust-effects").set_value(["gaussian_noise"]).run()
    app.number_input(key="robust-other-n").set_value(200).run()
    app.button(key="robust").click().run()
    (job,) = api.list_jobs()
    assert job.params["train_with_effects"]["n_curves"] == 200
    assert job.params["train_with_effects"]["effects"][0]["effect"] == "gaussian_noise"
    assert job.params["other"].startswith("run-")


def test_a_run_that_was_made_again_has_nothing_yet(calibrated, open_page, words):
    _edit(calibrated / "runs" / "run-cal" / "manifest.json", created="2030-01-01T00:00:00Z")
    app = open_page("calibration", run="run-cal")
    assert not app.exception
    assert not app.get("plotly_chart")
    assert "has no intervals yet" in words(app)
    assert "Press Test robustness below" in words(app)


@pytest.mark.parametrize(
    ("file", "view"),
    [
        ("calibrations/run-cal/calibration.json", "coverage"),
        ("calibrations/run-cal/model.skops", "width"),
        ("robustness/run-cal/robustness.json", "robustness"),
    ],
)
def test_damage_is_a_sentence_and_can_be_made_again(calibrated, open_page, file, view):
    (calibrated / file).write_text("{")
    app = open_page("calibration", run="run-cal", view=view)
    assert not app.exception
    said = [text.value for text in app.warning]
    assert len(said) == 1
    assert said[0].endswith(".")
    assert "Traceback" not in said[0]
    assert not app.button(key="calibrate").disabled


def test_applicability_of_disturbed_signals(calibrated, open_page, words):
    stored = json.loads((calibrated / "robustness" / "run-cal" / "robustness.json").read_text())
    rows = [
        row | {"borderline": 0.04, "out_of_domain": 0.01 if not row["effect"] else 0.7}
        for row in stored["value"]["rows"]
    ]
    _edit(calibrated / "robustness" / "run-cal" / "robustness.json", rows=rows)
    app = open_page("calibration", run="run-cal", view="applicability")
    assert not app.exception
    assert len(app.get("plotly_chart")) == 1
    assert "4.0 % are borderline and 1.0 % out of domain" in words(app)
    app = open_page("calibration", run="run-cal", view="robustness")
    assert len(app.get("plotly_chart")) == 4


def test_sets_of_classes(data_folder, open_page, words):
    from nmr_core import join
    from nmr_core.datasets.store import store_dataset

    several = [
        generate(preset(f"gsoc_2021_weak_{name}").fix(n_x=8, n_y=8, tau=5), 40, seed=k)
        for k, name in enumerate(("gaussian", "rkky"))
    ]
    dataset = join(several)
    store_dataset(dataset, "ds-kinds")
    run = train(
        dataset,
        targets=["kernel"],
        featurizer="raw",
        model="random_forest",
        split=20,
        id="run-kinds",
        model_options={"n_estimators": 10},
    )
    run.save()
    save_calibration(calibrate(run, n=60, n_check=40))
    for view, n in (("coverage", 2), ("width", 1)):
        app = open_page("calibration", run="run-kinds", view=view)
        assert not app.exception
        assert not app.error
        assert len(app.get("plotly_chart")) == n
    assert app.segmented_control(key="view").options == ["Coverage", "Map", "Width", "Robustness"]


@pytest.mark.parametrize("value", ["", "../../etc/passwd", "<script>", "nan", "x" * 3000])
def test_nonsense_in_the_address(calibrated, open_page, value):
    app = open_page("calibration", run=value, view=value, effect=value)
    assert not app.exception
    assert not app.error
    assert len(app.warning) == bool(value)
    app = open_page("calibration", run="run-cal", view=value, effect=value)
    assert not app.exception
    assert not app.error
    assert not app.warning


def test_the_lines_to_reproduce_name_what_was_tried(calibrated, open_page):
    code = [
        block.value for block in open_page("calibration", run="run-cal", view="robustness").code
    ]
    assert any(
        "other='run-other'" in text and "'phase_error': [5.0, 50.0]" in text for text in code
    )
    assert any(
        "--other run-other" in text and "--effect gaussian_noise=100,10" in text for text in code
    )
    shutil.rmtree(calibrated / "runs" / "run-other")
    code = [
        block.value for block in open_page("calibration", run="run-cal", view="robustness").code
    ]
    assert any(
        "--train-with gaussian_noise:snr=20,sigma=0 --train-curves 89" in text for text in code
    )
