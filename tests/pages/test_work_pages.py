"""Data sets, Train and Compare: buttons queue the right work, lists show what there is."""

import shutil

import pytest

from nmr_core.datasets import list_datasets, load_dataset
from nmr_core.datasets.generate import generate_job
from nmr_core.evaluation import list_runs
from nmr_core.evaluation.train import train_job
from nmr_core.features import FEATURIZERS
from nmr_core.jobs import api
from nmr_core.models import MODELS
from nmr_core.progress import silent
from nmr_core.workspace import checked_id


def _small_request(app):
    app.number_input(key="new-n").set_value(25)
    app.number_input(key="new-side-ml4sci_2020").set_value(6)
    app.number_input(key="new-tau-ml4sci_2020").set_value(5.0)
    return app


def test_generate_queues_what_was_asked(open_page):
    app = _small_request(open_page("data_sets"))
    app.number_input(key="new-seed").set_value(9)
    app.text_input(key="new-title").set_value("My *first* set")
    app.run()
    app.button(key="generate").click().run()
    assert not app.exception
    job, = api.list_jobs()
    assert (job.kind, job.status, job.title) == ("generate", "queued", "My *first* set")
    assert checked_id(job.params.pop("dataset")).startswith("ds-")
    assert job.params.pop("owner") == job.owner != ""
    assert job.params == {"preset": "ml4sci_2020", "fixed": {"n_x": 6, "n_y": 6, "tau": 5.0}, "n_samples": 25, "seed": 9,
                          "title": "My *first* set"}


def test_the_queued_job_makes_that_data_set(open_page):
    app = _small_request(open_page("data_sets")).run()
    app.button(key="generate").click().run()
    job, = api.list_jobs()
    generate_job(job.params | {"n_jobs": 1}, silent)
    made = load_dataset(job.params["dataset"])
    assert made.signals.shape == (25, 1, 45)
    app.run()
    assert app.selectbox(key="dataset").options[0].endswith(made.manifest.id)


def test_plain_presets_hold_nothing(open_page):
    app = open_page("data_sets")
    app.button(key="generate").click().run()
    assert api.list_jobs()[0].params["fixed"] == {}
    assert api.list_jobs()[0].title == "ML4SCI challenge 2020, 2,000 curves"


def test_a_waiting_job_is_shown_and_can_be_cancelled(open_page):
    app = open_page("data_sets")
    app.button(key="generate").click().run()
    assert any("waiting, number 1 in the queue" in text.value for text in app.markdown)
    app.button(key=f"cancel-{api.list_jobs()[0].id}").click().run()
    assert not app.exception
    assert api.list_jobs()[0].status == "cancelled"


def test_the_sixth_waiting_job_is_refused_with_a_sentence(open_page):
    app = open_page("data_sets")
    for _ in range(6):
        app.button(key="generate").click().run()
    assert not app.exception
    assert len(api.list_jobs()) == api.QUEUE_LIMIT
    assert [error.value for error in app.error] == [
        "5 jobs are already waiting, which is the most for one user. Cancel one or wait."]


def test_titles_are_quoted_wherever_they_are_shown(open_page):
    app = open_page("data_sets")
    app.text_input(key="new-title").set_value("[click](https://example.org) **bold**").run()
    app.button(key="generate").click().run()
    shown = " ".join(text.value for text in app.markdown)
    assert r"\[click\]\(https\://example\.org\) \*\*bold\*\*" in shown
    assert "[click](" not in shown


def test_a_half_written_data_set_can_be_finished(broken, open_page):
    app = open_page("data_sets", dataset="ds-own")
    button = app.button(key="finish-ds-half")
    assert button.label == "Finish 30 of 60 curves"
    button.click().run()
    job, = api.list_jobs()
    generate_job(job.params | {"n_jobs": 1}, silent)
    assert load_dataset("ds-half").digest() == load_dataset("ds-own").digest()
    app.run()
    assert "finish-ds-half" not in [button.key for button in app.button]


def test_no_second_job_for_a_data_set_that_is_being_written(broken, open_page):
    app = open_page("data_sets", dataset="ds-own")
    app.button(key="finish-ds-half").click().run()
    assert "finish-ds-half" not in [button.key for button in app.button]


def test_own_data_sets_can_be_deleted_and_the_example_cannot(own, open_page):
    app = open_page("data_sets", dataset="example-ml4sci-2020")
    assert "delete-dataset" not in [button.key for button in app.button]
    app.selectbox(key="dataset").select("ds-own").run()
    app.button(key="delete-dataset").click().run()
    assert not app.exception
    assert [entry.id for entry in list_datasets()] == ["example-ml4sci-2020"]
    assert app.selectbox(key="dataset").value == "example-ml4sci-2020"


def test_train_queues_one_job_a_model(own, open_page):
    app = open_page("train", dataset="ds-own")
    app.pills(key="targets-ds-own").set_value(["alpha", "d"])
    app.pills(key="models").set_value(["mean", "random_forest"])
    app.slider(key="share").set_value(25)
    app.number_input(key="train-seed").set_value(5)
    app.selectbox(key="featurizer").select("polynomial").run()
    app.number_input(key="random_forest-n_estimators").set_value(20).run()
    app.button(key="train").click().run()
    assert not app.exception
    jobs = {job.params["model"]: job for job in api.list_jobs()}
    assert set(jobs) == {"mean", "random_forest"}
    assert len({checked_id(job.params.pop("run")) for job in jobs.values()}) == 2
    common = {"dataset": "ds-own", "targets": ["alpha", "d"], "featurizer": "polynomial",
              "featurizer_options": {"channels": ["re", "im"]}, "split": 0.25, "seed": 5}
    assert jobs["mean"].params == common | {"model": "mean", "model_options": {}}
    assert jobs["random_forest"].params == common | {
        "model": "random_forest", "model_options": {"n_estimators": 20, "min_samples_leaf": 2}}
    assert jobs["mean"].title == f"{MODELS['mean'].label} on {FEATURIZERS['polynomial'].label.lower()}"


def test_a_window_in_microseconds_becomes_points(own, open_page):
    app = open_page("train", dataset="ds-own")
    time = load_dataset("ds-own").time
    app.slider(key="window-ds-own").set_value((float(time[9]) - 0.01, float(time[30]) + 0.01)).run()
    app.button(key="train").click().run()
    assert api.list_jobs()[0].params["featurizer_options"]["window"] == [9, 31]


def test_a_trained_run_is_on_the_compare_page(own, open_page):
    app = open_page("train", dataset="ds-own")
    app.pills(key="models").set_value(["ridge"]).run()
    app.slider(key="share").set_value(25).run()
    app.button(key="train").click().run()
    train_job(api.list_jobs()[0].params, silent)
    made = api.list_jobs()[0].params["run"]
    assert made in open_page("compare", runs=made).multiselect(key="runs").value


@pytest.mark.parametrize("key", ["models", "targets-ds-own", "channels"])
def test_nothing_chosen_cannot_be_trained(own, open_page, key):
    app = open_page("train", dataset="ds-own")
    assert not app.button(key="train").disabled
    app.pills(key=key).set_value([]).run()
    assert not app.exception
    assert app.button(key="train").disabled
    assert "Choose at least one parameter, one model and one channel." in [text.value for text in app.caption]


def test_train_says_what_cannot_be_learned_only_while_it_is_chosen(own, open_page):
    app = open_page("train", dataset="ds-own")
    assert [info.value for info in app.info if "ξ cancels" in info.value]
    app.pills(key="targets-ds-own").set_value(["alpha"]).run()
    assert not app.info


def test_compare_shows_the_null_beside_every_run(own, open_page):
    app = open_page("compare")
    assert app.multiselect(key="runs").value == ["run-ridge", "run-mean"]
    table = app.dataframe[0].value
    assert set(table["id"]) == {"run-ridge", "run-mean"}
    assert table["null"].nunique() == 1
    null = table.set_index("id").loc["run-mean"]
    assert null["with all"] == pytest.approx(null["null"])
    assert null["skill α"] == "0.0%"
    assert table["Σ MSE/w²"].is_monotonic_increasing


def test_runs_in_the_address_are_chosen_and_unknown_ones_ignored(own, open_page):
    app = open_page("compare", runs=["example-mlp", "run-gone", "../run-ridge", "<b>"])
    assert app.multiselect(key="runs").value == ["example-mlp"]
    assert app.query_params["runs"] == "example-mlp"
    app = open_page("compare", runs="run-gone")
    assert app.multiselect(key="runs").value == ["run-ridge", "run-mean"]


def test_runs_on_different_data_are_not_compared_without_a_word(own, open_page):
    app = open_page("compare", runs=["run-ridge", "example-ridge"])
    assert [text.value for text in app.warning] == [
        "These runs were tested on different data sets: their errors are not comparable."]


def test_no_run_chosen(own, open_page):
    app = open_page("compare")
    app.multiselect(key="runs").set_value([]).run()
    assert not app.exception
    assert [info.value for info in app.info] == ["Choose runs above, or train new ones."]


@pytest.mark.parametrize("view", ["Residuals", "Training", "Predicted against true"])
def test_every_view_of_every_model(own, open_page, view):
    app = open_page("compare", runs=["example-mlp", "example-ridge", "example-mean"], view=view)
    assert not app.exception
    assert app.segmented_control(key="view").value == view
    assert len(app.get("plotly_chart")) == 1 + (1 if view == "Training" else 12)


def test_too_many_runs_in_the_address(own, open_page):
    names = [shutil.copytree(own / "runs" / "run-mean", own / "runs" / f"run-x{k}").name for k in range(12)]
    for name in names:
        manifest = own / "runs" / name / "manifest.json"
        manifest.write_text(manifest.read_text().replace('"run-mean"', f'"{name}"'))
    app = open_page("compare", runs=names)
    assert not app.exception
    assert app.multiselect(key="runs").value == names[:8]


def test_own_runs_can_be_deleted(own, open_page):
    app = open_page("compare", runs=["run-ridge", "example-ridge"])
    assert app.selectbox(key="delete-which").options == ["run-ridge"]
    app.button(key="delete-run").click().run()
    assert not app.exception
    assert "run-ridge" not in [entry.id for entry in list_runs()]
    assert app.multiselect(key="runs").value == ["example-ridge"]


def test_an_example_alone_offers_no_deletion(open_page):
    assert "delete-run" not in [button.key for button in open_page("compare").button]


def test_titles_of_runs_are_quoted(own, open_page):
    manifest = own / "runs" / "run-ridge" / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"title": "Own ridge"', '"title": "<b>[x](https://example.org)"'))
    app = open_page("compare", runs="run-ridge")
    assert any(r"\<b\>\[x\]\(https" in text.value for text in app.markdown)
    assert "<b>" not in app.get("plotly_chart")[0].proto.spec
