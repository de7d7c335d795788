"""Predict, "My measurement": example, uploads, what a file leaves open, and what may be quoted."""

import shutil

import numpy as np
import pandas as pd
import pytest

from nmr_core import load_dataset, load_run, train
from nmr_core.jobs import api
from nmr_core.measured import read_measurements
from nmr_core.measured.estimating import ErrorModel, estimate
from nmr_core.measured.example import example_echo
from nmr_core.measured.for_run import prepare_for_run, target_for_run
from nmr_core.measured.refine_job import refine_job
from nmr_core.progress import silent
from ui.predict import error_model, measured
from ui.shared import uploads


@pytest.fixture(scope="module")
def smooth(template, tmp_path_factory):
    """A run that noise does not throw far out of its range: on six principal components."""
    run = train(
        load_dataset(template / "datasets" / "ds-own"),
        featurizer="pca",
        featurizer_options={"n_components": 6},
        model="ridge",
        split=0.25,
        seed=0,
        id="run-ridge",
        title="Own ridge",
    )
    return run.save(tmp_path_factory.mktemp("smooth") / run.id)


@pytest.fixture
def own(own, smooth):
    """The data folder, with that run."""
    shutil.rmtree(own / "runs" / "run-ridge")
    shutil.copytree(smooth, own / "runs" / "run-ridge")
    return own


@pytest.fixture
def echo(own):
    """The example of the own run: text of a file with columns t_us, ch1, ch2."""
    run = load_run("run-ridge")
    return example_echo(run, target_for_run(run)).text


@pytest.fixture
def opened(own, open_page):
    return open_page("predict", run="run-ridge", source="measured")


def _give(app, *files):
    app.file_uploader(key="measurement-files-0").set_value(
        [(name, text, "text/csv") for name, text in files]
    )
    return app.run()


def _numbers(app) -> pd.DataFrame:
    return next(frame.value for frame in app.dataframe if "estimate" in frame.value)


def _healthy(app) -> None:
    assert not app.exception
    assert not [box for box in app.error if "Do not quote" not in box.value]


def test_the_first_visit_shows_an_example_before_and_after_with_its_truth(opened, words):
    _healthy(opened)
    assert "is an example, not your measurement" in words(opened)
    assert len(opened.get("plotly_chart")) == 4
    assert _numbers(opened)["true"].notna().all()
    assert "If the estimate were right" in words(opened)
    assert not uploads.uploads_folder().exists() or not list(uploads.uploads_folder().iterdir())


def test_an_upload_says_what_python_says(opened, echo, tmp_path, words):
    app = _give(opened, ("mine.csv", echo))
    _healthy(app)
    assert "is an example, not your measurement" not in words(app)
    (tmp_path / "mine.csv").write_bytes(echo)
    run = load_run("run-ridge")
    wanted = estimate(run, prepare_for_run(run, read_measurements(tmp_path / "mine.csv"))).iloc[0]
    known = [name not in run.manifest.unidentifiable for name in run.targets]
    np.testing.assert_allclose(
        pd.to_numeric(_numbers(app)["estimate"], errors="coerce")[known],
        wanted[[f"predicted_{name}" for name in run.targets]].astype(float)[known],
        rtol=1e-3,
    )
    assert "true" not in _numbers(app)
    assert len(list(uploads.uploads_folder().iterdir())) == 1


def test_the_unit_is_asked_and_never_guessed(opened, echo, words):
    app = _give(opened, ("mine.csv", echo.replace(b"t_us", b"t")))
    _healthy(app)
    assert "In which unit are the times?" in words(app)
    assert not app.get("plotly_chart")
    unit = next(box for box in app.selectbox if box.label == "Unit of time")
    assert unit.value is None
    unit.select("us").run()
    _healthy(app)
    assert len(app.get("plotly_chart")) == 4


def test_a_wrong_unit_is_refused_with_both_ranges(opened, echo):
    app = _give(opened, ("mine.csv", echo.replace(b"t_us", b"t_ns")))
    assert not app.exception
    (error,) = app.error
    sentence = error.value.replace("\\", "")
    assert "0.3183 to 14.32 µs" in sentence
    assert "check the unit of time" in sentence
    assert "scans" not in sentence


def test_a_step_can_be_overridden(opened, echo):
    app = _give(opened, ("mine.csv", echo))
    before = _numbers(app)["estimate"]
    app.button_group(key="step-phase").set_value("value").run()
    app.number_input(key="step-phase-value").set_value(30.0).run()
    _healthy(app)
    assert _numbers(app)["estimate"].tolist() != before.tolist()


def test_without_the_decay_another_run_reads_it_and_the_page_says_so(
    opened, echo, own, monkeypatch
):
    dataset = load_dataset("ds-own")
    first = int(np.searchsorted(dataset.time, 5.0, "right"))
    late = train(
        dataset,
        featurizer="pca",
        featurizer_options={"n_components": 6, "window": [first, len(dataset.time)]},
        model="ridge",
        split=0.25,
        id="run-late",
    )
    late.save(own / "runs" / late.id)
    monkeypatch.setattr(measured, "runs_for_measurements", lambda: [late])
    head, *rows = echo.splitlines()
    after = [row for row in rows if float(row.split(b",")[0]) > 17.5]
    app = _give(opened, ("late.csv", b"\n".join([head, *after])))
    _healthy(app)
    sentences = [info.value.replace("\\", "") for info in app.info]
    (sentence,) = [one for one in sentences if "run-late" in one]
    assert "run-late reads this measurement: it looks at 30 of the 45 points" in sentence


def test_columns_unit_and_steps_are_in_the_link(opened, echo, open_page):
    app = _give(opened, ("mine.csv", echo.replace(b"t_us", b"a")))
    next(box for box in app.selectbox if box.label == "Unit of time").select("us").run()
    for label, column in (("Time", "a"), ("Re", "ch2"), ("Im", "ch1")):
        next(box for box in app.selectbox if box.label == label).select(column).run()
    app.button_group(key="step-phase").set_value("value").run()
    app.number_input(key="step-phase-value").set_value(30.0).run()
    app.selectbox(key="step-baseline").select("linear").run()
    _healthy(app)
    again = open_page("predict", **dict(app.query_params))
    _healthy(again)
    labels = ("Unit of time", "Time", "Re", "Im")
    chosen = {box.label: box.value for box in again.selectbox if box.label in labels}
    assert chosen == {"Unit of time": "us", "Time": "a", "Re": "ch2", "Im": "ch1"}
    assert again.number_input(key="step-phase-value").value == 30
    assert again.selectbox(key="step-baseline").value == "linear"
    assert _numbers(again)["estimate"].tolist() == _numbers(app)["estimate"].tolist()


def test_three_channels_are_chosen_by_a_person(opened, echo, words):
    lines = [line.replace(b",", b";") for line in echo.splitlines()[1:]]
    app = _give(opened, ("mine.csv", b"a;b;c;d\n" + b"\n".join(line + b";0.5" for line in lines)))
    _healthy(app)
    assert "Which columns hold the signal?" in words(app)
    for label, column in (("Time", "a"), ("Re", "b"), ("Im", "c")):
        next(box for box in app.selectbox if box.label == label).select(column).run()
    _healthy(app)
    assert "In which unit" in words(app)
    assert not app.get("plotly_chart")
    next(box for box in app.selectbox if box.label == "Unit of time").select("us").run()
    _healthy(app)
    assert len(app.get("plotly_chart")) == 4


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x80\x04\x95pickle",
        b"hello",
        b"<script>alert(1)</script>" * 40,
    ],
)
def test_garbage_is_one_sentence(opened, own, content):
    app = _give(opened, ("bad.csv", content))
    assert not app.exception
    (error,) = app.error
    assert error.value.endswith(".")
    assert str(own) not in error.value
    assert not app.get("plotly_chart")


def test_times_without_numbers_are_asked_for(opened, words):
    app = _give(opened, ("bad.csv", b"t_us,re,im\n" + b"nan,1,2\n" * 99))
    assert not app.exception
    assert "holds no numbers, so there are no times" in words(app)
    assert not app.get("plotly_chart")


def test_noise_alone_is_no_echo(opened):
    rng = np.random.default_rng(0)
    table = np.column_stack([np.linspace(0.3, 15, 2000), rng.normal(size=(2000, 2))])
    rows = "\n".join(f"{t:.4f},{a:.4f},{b:.4f}" for t, a, b in table)
    app = _give(opened, ("noise.csv", f"t_us,re,im\n{rows}\n".encode()))
    assert not app.exception
    (error,) = app.error
    assert "no echo" in error.value


class Sure:
    """A calibration and a depth by hand: intervals of ± 1e-3, and an applicability of one word."""

    def __init__(self, applicability: str):
        self.applicability = applicability

    def intervals(self, signals, level=0.9):
        run = load_run("run-ridge")
        found = run.predict(signals)
        ends = (("low", -1e-3), ("high", 1e-3))
        return pd.DataFrame(
            {f"{kind}_{name}": found[name] + sign for name in run.targets for kind, sign in ends}
        )

    def judge(self, signals, table):
        return pd.DataFrame(
            {
                "applicability": [self.applicability] * len(signals),
                "reason": "" if self.applicability == "in domain" else "It is odd.",
            }
        )


@pytest.mark.parametrize("applicability", ["in domain", "borderline", "out of domain"])
def test_applicability_decides_whether_there_are_numbers(
    own, open_page, words, monkeypatch, applicability
):
    monkeypatch.setattr(
        error_model,
        "load",
        lambda run: (ErrorModel(Sure(applicability), Sure(applicability)), applicability),
    )
    app = open_page("predict", run="run-ridge", source="measured")
    _healthy(app)
    assert {
        "in domain": "In domain",
        "borderline": "Borderline",
        "out of domain": "Out of domain",
    }[applicability] in words(app)
    assert any("estimate" in frame.value for frame in app.dataframe) == (
        applicability != "out of domain"
    )
    assert ("It is odd" in words(app).replace("\\", "")) == (applicability != "in domain")
    if applicability == "out of domain":
        assert "Do not quote" in words(app)
        app.toggle(key="measured-insist").set_value(True).run()
        _healthy(app)
    ends = _numbers(app)[["low", "high"]].apply(pd.to_numeric, errors="coerce").dropna()
    assert (ends["high"] - ends["low"]).between(0, 0.0021).all()
    assert (ends["high"] > ends["low"]).any()


@pytest.mark.parametrize("insist", [False, True])
def test_refused_curves_of_a_data_set_have_no_numbers(own, open_page, words, monkeypatch, insist):
    monkeypatch.setattr(
        error_model,
        "load",
        lambda run: (ErrorModel(Sure("out of domain"), Sure("out of domain")), "out of domain"),
    )
    app = open_page("predict", run="run-ridge", dataset="ds-own")
    _healthy(app)
    if insist:
        app.toggle(key="insist").set_value(True).run()
    table = app.dataframe[0].value
    assert (table["applicability"] == "out of domain").all()
    assert table["estimate α (MHz)"].isna().all() != insist
    assert "60 echoes are out of domain" in words(app)


def test_a_refinement_is_a_job_whose_result_is_drawn(opened, words):
    opened.button(key="refine").click().run()
    _healthy(opened)
    (job,) = api.list_jobs()
    assert job.kind == "refine"
    refine_job(job.params, silent)
    opened.run()
    assert not [frame for frame in opened.dataframe if "refined" in frame.value], (
        "the job is not done yet"
    )


def test_a_run_on_perfect_curves_says_so(opened, words):
    assert "without measurement effects" in words(opened)


def test_without_a_calibration_there_is_a_button_that_makes_one(opened, words):
    assert "No intervals and no applicability" in words(opened)
    opened.button(key="calibrate").click().run()
    _healthy(opened)
    (job,) = api.list_jobs()
    assert (job.kind, job.params["run"]) == ("calibrate", "run-ridge")


def test_a_damaged_archive_is_said_and_shows_nothing(opened, words):
    app = _give(opened, ("bad.npz", b"PK\x03\x04 no zip"))
    assert not app.exception
    assert "damaged" in words(app)
    assert not app.get("plotly_chart")


def test_a_measured_echo_prefers_a_run_that_knows_effects():
    from pathlib import Path
    from types import SimpleNamespace

    from ui.predict.source import first_run

    def entry(shipped, *effects, preset="ml4sci_2020_secular"):
        manifest = SimpleNamespace(
            origin=[{"effects": list(effects)}],
            task="regression",
            preset=preset,
            time={"n": 471},
            featurizer_options={"window": [157, 471]} if "late" in effects else {},
        )
        run = SimpleNamespace(task="regression", manifest=manifest)
        return SimpleNamespace(path=Path("pretrained" if shipped else "runs", "x"), run=run)

    runs = {"own": entry(False), "late": entry(True, "late")}
    runs["published"] = entry(True, preset="ml4sci_2020")
    runs["perfect"] = entry(True)
    runs["measured"] = entry(True, "noise")
    assert [first_run(runs, measured) for measured in (False, True)] == [3, 4]
    assert first_run({"own": runs["own"], "perfect": runs["perfect"]}, True) == 1
    assert first_run({"own": runs["own"]}, True) == 0


def test_a_measured_echo_is_read_by_the_run_that_learned_from_measured_ones_unless_one_is_chosen(
    own, open_page
):
    app = open_page("predict")
    for source, wanted in (
        ("measured", "pretrained-measured"),
        ("dataset", "pretrained-ml4sci-2020-secular"),
    ):
        app.segmented_control(key="source").set_value(source).run()
        assert app.selectbox(key="run").value == wanted
    app.selectbox(key="run").select("run-ridge").run()
    app.segmented_control(key="source").set_value("measured").run()
    assert app.selectbox(key="run").value == "run-ridge"
    assert not app.exception


def _file(app, text: bytes, name: str = "mine.csv"):
    app.file_uploader(key="measurement-files-0").set_value([(name, text, "text/csv")])
    return app.run()


def test_an_upload_survives_a_change_of_pages_and_a_reload(opened, open_page, echo, words):
    app = _file(opened, echo)
    before = _numbers(app)
    [id] = [folder.name for folder in uploads.uploads_folder().iterdir()]
    app.switch_page("pages/start.py").run()
    app.switch_page("pages/predict.py").run()
    _healthy(app)
    assert r"mine\.csv" in words(app)
    assert "not your measurement" not in words(app)
    pd.testing.assert_frame_equal(_numbers(app), before)
    again = open_page("predict", run="run-ridge", source="measured", measurement=id)
    _healthy(again)
    pd.testing.assert_frame_equal(_numbers(again), before)


@pytest.mark.parametrize("id", ["0" * 20, "../../etc", "x", "up-20261128-000000-aaaa"])
def test_an_address_whose_upload_is_gone_asks_again_and_shows_no_example(own, open_page, words, id):
    app = open_page("predict", run="run-ridge", source="measured", measurement=id)
    assert not app.exception
    assert "no longer here" in words(app)
    assert not app.get("plotly_chart")
    assert app.file_uploader(key="measurement-files-0")


def test_another_file_can_be_chosen(opened, echo, words):
    app = _file(opened, echo)
    app.button(key="measurement-remove").click().run()
    _healthy(app)
    assert "not your measurement" in words(app)
    assert "measurement" not in app.query_params


def _own(boxes, name):
    """A field that belongs to the upload."""
    return next(box for box in boxes if box.key.startswith(f"measurement-{name}-"))


def test_separator_and_decimal_sign_are_overruled(opened, echo, words):
    """One decimal comma too many: without a choice the columns are others."""
    text = echo.replace(b",", b";").replace(b".", b",").replace(b"t_us;ch1;ch2", b"# T = 4,2 K")
    app = _file(opened, text)
    assert not app.exception
    _own(app.selectbox, "separator").select(";").run()
    _own(app.selectbox, "decimal").select(",").run()
    assert not app.exception
    next(box for box in app.selectbox if box.label == "Unit of time").select("us").run()
    _healthy(app)
    assert len(app.get("plotly_chart")) == 4


def test_two_readings_of_a_table_stand_side_by_side_and_a_click_chooses(opened, words):
    """Every cell may hold a thousand or a decimal: 21,381."""
    rows = "".join(f"{k};{21_344 + 37 * k:,};{-21_344 - 37 * k:,}\n" for k in range(1, 41))
    app = _file(opened, f"t (us);Re;Im\n{rows}".encode())
    assert not app.exception
    assert r"comma = thousands \(21,381 is 21381\)" in words(app)
    shown = [float(frame.value.iloc[0, 1]) for frame in app.dataframe]
    assert shown == [21_381, 21.381]
    app.button(key="measurement-reading-2").click().run()
    assert not app.exception
    assert _own(app.selectbox, "decimal").value == ","
    assert not [button for button in app.button if "reading" in button.key]


def test_the_first_point_is_put_where_it_is_chosen(opened, echo, words):
    app = _file(opened, echo)
    _own(app.number_input, "first").set_value(500.0).run()
    assert not app.exception
    assert "The first point was put at 500 µs" in words(app)
    _healthy(app)


def test_a_measurement_out_of_range_leads_on_to_a_model_made_for_it(opened, echo, words):
    rows = echo.splitlines()
    app = _file(opened, b"\n".join([rows[0], *rows[1 : len(rows) * 2 // 3]]))
    assert not app.exception
    assert "Measure at least that long" in app.error[0].value
    app.button(key="action-make_model").click().run()
    assert not app.exception
    assert app.title[0].value == "What can be quoted from my measured echo?"
    assert r"mine\.csv" in words(app)


@pytest.mark.parametrize("source", ["file", "import"])
def test_a_measured_echo_among_files_of_curves_is_handed_on(own, open_page, echo, words, source):
    if source == "file":
        app, key = open_page("predict", run="run-ridge", source="file"), "curves"
    else:
        app, key = open_page("data_sets"), "import"
        app.session_state["import"] = True
        app.run()
    app.file_uploader(key=f"{key}-files-0").set_value([("mine.csv", echo, "text/csv")]).run()
    assert not app.exception
    assert "python -m" not in app.error[0].value
    app.button(key=f"{key}-hand-over").click().run()
    assert not app.exception
    assert app.title[0].value == "What can be quoted from my measured echo?"
    assert r"mine\.csv" in words(app)


def test_a_parameter_that_cannot_be_identified_has_no_number(opened, echo):
    run = load_run("run-ridge")
    app = _file(opened, echo)
    table = _numbers(app).set_index("parameter")
    for name, spec in run.manifest.targets.items():
        hidden = name in run.manifest.unidentifiable
        assert (table.loc[spec["symbol"], "estimate"] == "cannot be identified") == hidden


@pytest.mark.parametrize(
    ("applicability", "sentence"),
    [
        ("in domain", "may be quoted"),
        ("borderline", "with caution"),
        ("out of domain", "Do not quote"),
    ],
)
def test_one_sentence_says_what_may_be_quoted(
    own, open_page, words, monkeypatch, applicability, sentence
):
    sure = ErrorModel(Sure(applicability), Sure(applicability))
    monkeypatch.setattr(error_model, "load", lambda run: (sure, applicability))
    app = open_page("predict", run="run-ridge", source="measured")
    _healthy(app)
    boxes = [*app.success, *app.warning, *app.error]
    assert any(sentence in box.value for box in boxes)
