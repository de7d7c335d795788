"""Compare: runs of the address, figures that follow the choice, marks, views, broken runs."""

import json
import shutil
from types import SimpleNamespace

import numpy as np
import pytest
import streamlit as st
from made_runs import CLASSES, classifier, regression, write

from nmr_core import generate, load_dataset, load_run, preset
from nmr_core.errors import FailedError
from nmr_core.evaluation import delete_run, list_runs
from nmr_core.evaluation.marks import Marks, add_note, all_marks, mark, marks_of
from nmr_core.evaluation.run_table import RunRow
from nmr_core.glossary import FAR_WORSE
from nmr_core.inference.identifiability.identify import identification_of
from nmr_core.inference.identifiability.words import beside_run
from nmr_core.learning import Run
from nmr_core.storage import trash
from ui.compare import compared, downloads, echo, notes, runs_table, scores
from ui.compare import parity as compare_parity
from ui.shared.text import quoted

SHARED = ("training", "options", "differences", "notes", "published")
VIEWS = ("scores", "residuals", "regimes", *SHARED)
CLASS_VIEWS = ("scores", "along", "probabilities", *SHARED)
CHARTS = {"residuals": 1, "regimes": 2, "along": 1, "probabilities": 1, "options": 1}


def _charts(app) -> list[str]:
    """The figures as JSON that can be read."""
    return [
        json.dumps(json.loads(chart.proto.spec), ensure_ascii=False)
        for chart in app.get("plotly_chart")
    ]


@pytest.fixture
def kernels(own):
    """A data set with W and two classifiers on it."""
    folder = own / "datasets" / "ds-kernels"
    generate(
        preset("cuda_2023").fix(n_x=8, n_y=8, tau=5),
        80,
        seed=2,
        path=folder,
        title="Three kernels",
    )
    for name, wrong in (("run-sure", 0), ("run-wrong", 6)):
        write(classifier(name, wrong=wrong, title=f"Kernels, {wrong} wrong"), own)
    return own


def test_the_first_visit_has_a_leaderboard_and_predicted_against_true(open_page):
    app = open_page("compare")
    assert not app.exception
    assert app.session_state["runs"] == ["example-ridge", "example-mlp", "example-mean"]
    board, *parity = _charts(app)
    assert "winners' composite, re-made .052" in board
    assert "baseline" in board
    assert len(parity) == 4
    assert [
        f"predicted {symbol}" in spec
        for symbol, spec in zip(("α", "ξ", "p", "d"), parity, strict=True)
    ] == [True] * 4
    assert app.selectbox(key="look").value == "example-mlp", "the best is looked at first"


def test_the_baseline_stands_beside_every_run(own, open_page):
    app = open_page("compare")
    assert app.session_state["runs"] == ["run-ridge", "run-mean"]
    table = app.dataframe[-1].value
    assert set(table["id"]) == {"run-ridge", "run-mean"}
    assert table["baseline"].nunique() == table["baseline, all parameters"].nunique() == 1
    mean = table.set_index("id").loc["run-mean"]
    assert mean["Σ MSE/w² [95 %]"].split()[0] == mean["baseline"] != mean["all parameters"]
    assert mean["all parameters"] == mean["baseline, all parameters"]
    errors = [float(text.split()[0]) for text in table["Σ MSE/w² [95 %]"]]
    assert errors == sorted(errors)
    rows = app.dataframe[-2].value.set_index(["parameter", "run"])
    assert rows.loc[("α", "Own mean"), "skill"] == "0.0 %"
    percent = load_run("run-ridge").scores.loc["alpha", "rmse_percent"]
    assert rows.loc[("α", "Own ridge"), "RMSE (% of range)"] == f"{percent:.1f}"


def test_what_can_be_identified_stands_beside_every_error(open_page, words):
    app = open_page("compare", runs=["pretrained-measured", "example-ridge"])
    rows = app.dataframe[-2].value.set_index(["parameter", "run"])
    head, end = "Identify (% of range)", {"example-ridge": "without noise"}
    for run in map(load_run, ("pretrained-measured", "example-ridge")):
        identification = identification_of(run)
        for name, spec in run.manifest.targets.items():
            text = rows.loc[(spec["symbol"], run.manifest.title), head]
            assert text == beside_run(identification, name)
            assert text.endswith(end.get(run.id, "at SNR 125")) or name == "xi"
        assert quoted(identification.method) in words(app)


def test_without_an_identification_there_is_no_such_column(own, open_page):
    app = open_page("compare")
    assert "Identify (% of range)" not in app.dataframe[-2].value


def test_the_numbers_are_explained_where_they_stand(open_page, words):
    text = words(open_page("compare"))
    for word in ("Baseline", "w", "Error Σ MSE/w²", "R²", "Skill", "Identifiable parameters"):
        assert f"**{word}**" in text
    assert "100 test echoes of 500" in text


def test_no_score_lies_beyond_the_right_edge(open_page):
    """p and d were in columns 10 to 15 of one row per run."""
    app = open_page("compare")
    table = app.dataframe[-2].value
    assert len(table.columns) <= 7
    assert sum(scores.WIDTHS[name] for name in scores.WIDTHS if "change" not in name) <= 690
    assert list(table["parameter"].unique()) == ["α", "ξ", "p", "d"]


def test_absurd_scores_are_words():
    """R² = -558265.106 was the first thing that a visitor read."""
    run = regression()
    run.__dict__["scores"] = run.scores.assign(r2=-558265.1, rmse_percent=74717.0, skill=-558258.7)
    for name, spec in run.manifest.targets.items():
        row = scores._parameter_row(run, name, spec, ("", ""))
        far = (row["r2_interval"], row["rmse_percent"], row["skill"])
        assert far == (FAR_WORSE, "over 100", "–")


def test_the_lines_that_reproduce_a_run_need_no_local_data_set(own):
    python, command = downloads.reproduction([load_run("run-ridge")])
    assert "nmr.generate(" in python
    assert "load_dataset" not in python
    assert "generate --preset ml4sci_2020_secular" in command


def test_runs_in_the_address_are_chosen_and_unknown_ones_ignored(own, open_page):
    app = open_page("compare", runs=["example-mlp", "run-gone", "../run-ridge", "<b>"])
    assert app.session_state["runs"] == ["example-mlp"]
    assert app.query_params["runs"] == "example-mlp"


def test_a_link_to_runs_that_do_not_exist_shows_nothing_in_their_place(own, open_page):
    app = open_page("compare", runs="run-gone")
    assert app.session_state["runs"] == []
    assert [warning.value[:36] for warning in app.warning] == [
        r"There is no run run\-gone here. It wa"[:36]
    ]
    assert app.query_params["runs"] == "run-gone"
    assert not app.get("plotly_chart")


def test_runs_on_different_data_are_not_compared_without_a_word(own, open_page):
    app = open_page("compare", runs=["run-ridge", "example-ridge"])
    assert [text.value for text in app.warning] == [
        "These runs were tested on different data sets: their errors are not comparable."
    ]


def test_no_run_chosen(own, open_page):
    app = open_page("compare")
    app.session_state["runs"] = []
    app.run()
    assert not app.exception
    assert [info.value for info in app.info] == ["Choose runs above, or train new ones."]
    app.button(key="compare-these").click().run()
    assert len(app.session_state["runs"]) == len(list_runs()) > 5


@pytest.mark.parametrize("view", VIEWS)
def test_every_view(own, open_page, view):
    app = open_page("compare", runs=["example-mlp", "example-ridge", "example-mean"], view=view)
    assert not app.exception
    assert not app.error
    assert app.segmented_control(key="view").value == view
    assert len(_charts(app)) == 5 + CHARTS.get(view, 1 if view == "training" else 0)


@pytest.mark.parametrize(
    "values",
    [{"view": "nonsense"}, {"look": "run-gone"}, {"measure": "<b>"}, {"parity": "x", "task": "9"}],
)
def test_nonsense_in_the_address_is_the_default(own, open_page, values):
    app = open_page("compare", **values)
    assert not app.exception
    assert app.segmented_control(key="view").value == "scores"
    assert app.selectbox(key="measure").value == "error"
    assert app.selectbox(key="look").value == "run-ridge"


def test_one_parameter_of_all_runs_is_one_figure(own, open_page):
    app = open_page("compare", runs=["example-mlp", "example-ridge", "example-mean"], parity="all")
    assert not app.exception
    _, grid = _charts(app)
    assert len(json.loads(grid)["data"]) == 6
    app.selectbox(key="look-at").select("d").run()
    assert "true d" in _charts(app)[1]


@pytest.mark.parametrize(
    ("measure", "text"),
    [("error_total", "all parameters"), ("r2-d", "R² of d"), ("mse-alpha", "MSE/w² of α")],
)
def test_the_measure_of_the_leaderboard(own, open_page, measure, text):
    app = open_page("compare", runs=["example-mlp", "example-mean"], measure=measure)
    assert text in _charts(app)[0]
    assert ("VisEcho" in _charts(app)[0]) == (measure != "r2-d")


def test_the_leaderboard_follows_the_measure(own, open_page):
    app = open_page("compare", runs=["example-mlp", "example-mean"])
    app.selectbox(key="measure").select("error_total").run()
    assert ".1265" in _charts(app)[0]
    assert app.query_params["measure"] == "error_total"


def test_twenty_runs_are_compared_and_no_more(own, open_page):
    names = []
    for k in range(23):
        name = shutil.copytree(own / "runs" / "run-mean", own / "runs" / f"run-x{k}").name
        manifest = own / "runs" / name / "manifest.json"
        manifest.write_text(manifest.read_text().replace('"run-mean"', f'"{name}"'))
        names.append(name)
    app = open_page("compare", runs=names)
    assert not app.exception
    assert app.session_state["runs"] == names[:20]
    assert len(_charts(app)) == 5, "one leaderboard, and the parameters of one run"
    assert sum(map(len, _charts(app))) < 200_000


def test_own_runs_can_be_deleted_with_their_marks(own, open_page):
    add_note("run-ridge", "x")
    app = open_page("compare", runs=["run-ridge", "example-ridge"])
    app.session_state["delete-run-open"] = True
    app.run()
    options = app.selectbox(key="delete-run-which").options
    assert options == ["Own ridge · idge", "Own mean · mean"]
    keys = [button.key for button in app.button]
    assert "delete-run" not in keys, "no run is chosen for deletion by itself"
    app.selectbox(key="delete-run-which").select("run-ridge").run()
    app.button(key="delete-run").click().run()
    assert not app.exception
    assert "run-ridge" not in [entry.id for entry in list_runs()]
    assert marks_of("run-ridge") == Marks()
    assert app.session_state["runs"] == ["example-ridge"]


def test_examples_alone_offer_no_deletion(open_page):
    app = open_page("compare")
    app.session_state["delete-run-open"] = True
    app.run()
    assert "delete-run-which" not in [box.key for box in app.selectbox]


def test_titles_of_runs_are_quoted(own, open_page):
    manifest = own / "runs" / "run-ridge" / "manifest.json"
    text = "<b>[x](https://example.org)"
    manifest.write_text(
        json.dumps(json.loads(manifest.read_text()) | {"title": text, "dataset_title": text})
    )
    app = open_page("compare", runs="run-ridge")
    assert any(r"\<b\>\[x\]\(https" in caption.value for caption in app.caption)
    assert not any(text in element.value for element in (*app.markdown, *app.caption))
    assert "<b>" not in _charts(app)[0]


def _listed(app) -> list[str]:
    """Titles in the table of runs."""
    return list(app.dataframe[0].value["title"])


@pytest.fixture
def ada(monkeypatch) -> str:
    """The same visitor in every session."""
    monkeypatch.setattr("ui.shared.visitor.owner", lambda: "ada")
    return "ada"


def test_the_table_has_own_runs_first_with_their_scores(own, open_page, ada):
    for name in ("run-ridge", "run-mean"):
        manifest = own / "runs" / name / "manifest.json"
        manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"owner": ada}))
    app = open_page("compare")
    table = app.dataframe[0].value
    assert list(table["title"])[:2] == ["Own ridge", "Own mean"]
    assert list(table["who"])[:3] == ["you", "you", "shipped"]
    assert list(table["compare"])[:3] == [True, True, False]
    scores = load_run("run-ridge").scores["r2"]
    assert table.loc[0, "R² α"] == pytest.approx(scores["alpha"], abs=5e-4)
    app.segmented_control(key="run-whose").set_value("mine").run()
    assert _listed(app) == ["Own ridge", "Own mean"]


def test_a_search_finds_words_in_titles_tags_notes_and_models(own, open_page):
    add_note("example-mlp", "Best of 2020")
    mark("example-mlp", add_tags=["talk"])
    mark("example-ridge", add_tags=["talk", "noisy"])
    app = open_page("compare")
    n = len(list_runs())
    assert len(_listed(app)) == n > 5
    app.text_input(key="run-words").set_value("BEST ridge").run()
    assert f"None of {n} runs matches the filters." in [text.value for text in app.caption]
    app.text_input(key="run-words").set_value("best talk").run()
    assert _listed(app) == ["Neural network on polynomials"]
    app.text_input(key="run-words").set_value("")
    tags = app.get("button_group")
    assert ["noisy 1", "talk 2"] in [[o.content for o in g.proto.options] for g in tags]
    app.session_state["run-tags"] = ["talk", "noisy"]
    app.run()
    assert _listed(app) == ["Ridge on polynomials"]
    app.button(key="compare-these").click().run()
    assert app.session_state["runs"] == ["example-ridge"]
    mark("example-ridge", remove_tags=["noisy"])
    app.run()
    assert not app.exception, "a chosen tag that is gone"


def test_the_order_and_the_columns_are_chosen_and_the_columns_are_in_the_link(own, open_page, ada):
    app = open_page("compare", columns=["model", "notes", "nonsense"])
    head = list(app.dataframe[0].value)
    assert head == ["compare", "★", "title", "tags", "model", "notes"]
    app.selectbox(key="run-order").select("title").run()
    assert _listed(app) == sorted(_listed(app), key=str.casefold)
    again = open_page("compare")
    assert "model" in list(again.dataframe[0].value), "as on the last visit"


def test_a_hundred_runs_are_read_once(own, open_page, monkeypatch):
    for k in range(100):
        write(regression(f"run-{k:03}", title=f"Run {k}"), own)
    app = open_page("compare", runs="run-ridge")
    assert len(_listed(app)) == 100 + len(list_runs()) - 100
    reads = []
    monkeypatch.setattr("ui.compare.runs_table.load_run", reads.append)
    app.text_input(key="run-words").set_value("Run 7").run()
    assert not app.exception
    assert reads == []


def test_scores_that_cannot_be_read_once_are_read_again(own, open_page, monkeypatch):
    write(regression("run-late", title="Late"), own)

    def fails(folder):
        raise FailedError("The disk is busy.")

    with monkeypatch.context() as busy:
        busy.setattr("ui.compare.runs_table.load_run", fails)
        app = open_page("compare", runs="run-ridge")
        assert not app.exception
        scores = app.dataframe[0].value.set_index("title")["Σ MSE/w² [95 %]"]
        assert scores["Late"] == "–"
    app.run()
    assert app.dataframe[0].value.set_index("title")["Σ MSE/w² [95 %]"]["Late"] != "–"


def test_differences_to_a_reference_run_are_in_every_table_and_in_the_link(own, open_page):
    app = open_page("compare", runs=["run-ridge", "run-mean"], reference="run-mean")
    assert not app.exception
    assert app.selectbox(key="reference").value == "run-mean"
    ridge, mean = app.dataframe[0].value["against reference"][:2]
    assert ridge.startswith("−")
    assert mean == "–"
    assert list(app.dataframe[-1].value["against reference"]) == [ridge, "–"]
    assert "RMSE against reference" in app.dataframe[-2].value
    assert ridge in _charts(app)[0]
    app.selectbox(key="reference").select("").run()
    assert "against reference" not in app.dataframe[0].value
    assert "reference" not in app.query_params
    gone = open_page("compare", runs="run-ridge", reference="run-gone")
    assert not gone.exception
    assert gone.selectbox(key="reference").value == ""


@pytest.fixture
def session(monkeypatch, data_folder):
    """A page's session, for callbacks."""
    state = {"runs": ["run-a"]}
    monkeypatch.setattr(trash, "exists", lambda kind, id: True)
    monkeypatch.setattr(st, "session_state", state)
    return state


def _rows(*ids: str) -> list[RunRow]:
    marks = all_marks()
    return [RunRow(regression(id).manifest, marks=marks.get(id, Marks())) for id in ids]


def test_ticks_stars_and_tags_in_the_table_are_carried_out(session):
    mark("run-c", add_tags=["old", "both"])
    session["table"] = {
        "edited_rows": {
            0: {"compare": True, "★": True},
            "1": {"tags": ["both", "New"]},
            2: {"compare": False},
        }
    }
    runs_table.edited("table", _rows("run-b", "run-c", "run-a"))
    assert session["runs"] == ["run-b"]
    assert marks_of("run-b") == Marks(True)
    assert marks_of("run-c").tags == ("both", "new")
    session["table"] = {"edited_rows": {1: {"tags": None}}}
    runs_table.edited("table", _rows("run-b", "run-c", "run-a"))
    assert marks_of("run-c") == Marks()


def test_tags_that_two_people_change_at_the_same_time_are_all_carried_out(session):
    mark("run-b", add_tags=["old", "wrong"])
    mark("run-c", add_tags=["old", "wrong"])
    rows = _rows("run-b", "run-c")
    for run in ("run-b", "run-c"):
        mark(run, add_tags=["theirs"], remove_tags=["wrong"])
    session["table"] = {"edited_rows": {0: {"tags": ["old", "wrong", "mine"]}}}
    runs_table.edited("table", rows)
    session["tags"] = ["wrong", "mine"]
    notes._retag("run-c", "tags", ["old", "wrong"])
    assert set(marks_of("run-b").tags) == {"old", "theirs", "mine"}
    assert set(marks_of("run-c").tags) == {"theirs", "mine"}


def test_a_tag_that_is_refused_is_a_sentence_and_nothing_else_is_lost(session):
    session["table"] = {"edited_rows": {0: {"tags": ["x" * 31]}, 1: {"★": True}}}
    runs_table.edited("table", _rows("run-b", "run-c"))
    assert session[compared.PROBLEM].startswith("A tag must have 1 to 30")
    assert marks_of("run-c").star


def test_a_twenty_first_run_is_refused(session):
    session["runs"] = [f"run-{k}" for k in range(20)]
    session["table"] = {"edited_rows": {0: {"compare": True}}}
    runs_table.edited("table", _rows("run-new"))
    assert session["runs"] == [f"run-{k}" for k in range(20)]
    assert "At most 20" in session[compared.PROBLEM]


def test_notes_are_signed_added_edited_and_deleted(own, open_page, ada):
    app = open_page("compare", runs=["run-ridge", "example-ridge"], view="notes")
    app.selectbox(key="note-run").select("run-ridge").run()
    app.text_area(key="note-text").set_value("fails for *d* > 5")
    app.text_input(key="note-author").set_value("Ada")
    app.button(key="note-add").click().run()
    assert not app.exception
    (note,) = marks_of("run-ridge").notes
    assert (note.text, note.author) == ("fails for *d* > 5", "Ada")
    assert any(text.value.startswith("**Ada") for text in app.markdown)
    assert [text.value for text in app.text] == [note.text]
    assert app.text_area(key="note-text").value == ""
    app.text_area(key=f"note-run-ridge-{note.id}").set_value("no, it does not").run()
    app.button(key=f"save-{note.id}").click().run()
    assert marks_of("run-ridge").text == "no, it does not"
    app.button(key=f"delete-note-{note.id}").click().run()
    assert marks_of("run-ridge") == Marks()
    app.button(key="note-add").click().run()
    assert any("at least one character" in error.value for error in app.error)
    again = open_page("compare", runs="run-ridge", view="notes")
    assert again.text_input(key="note-author").value == "Ada", "the name is kept"


def test_notes_of_others_can_only_be_read(own, open_page):
    note = add_note("run-ridge", "mine", author="Bob", owner="somebody")
    app = open_page("compare", runs="run-ridge", view="notes")
    assert [text.value for text in app.text] == ["mine"]
    assert f"delete-note-{note.id}" not in [button.key for button in app.button]


def test_tags_are_set_beside_the_notes(own, open_page):
    mark("run-ridge", add_tags=["old"])
    app = open_page("compare", runs="run-ridge", view="notes")
    assert app.multiselect(key="tags-run-ridge").value == ["old"]
    app.multiselect(key="tags-run-ridge").set_value([]).run()
    assert not app.exception
    assert marks_of("run-ridge") == Marks()


def test_options_against_error_need_three_runs_on_one_data_set(own, open_page):
    app = open_page("compare", runs="run-ridge", view="options")
    assert not app.exception
    assert app.selectbox(key="options-dataset").options == [
        "Example: ML4SCI 2020, secular, 500 curves · 3 runs"
    ]
    assert "model" in _charts(app)[-1]
    for k in range(4):
        write(regression(f"run-{k}", n_train=100 * k + 10, seed=k), own)
    app = open_page("compare", runs="run-ridge", view="options")
    app.selectbox(key="options-dataset").select("ds-hand").run()
    assert not app.exception
    assert "training echoes" in _charts(app)[-1]


@pytest.mark.parametrize(
    ("points", "behind"),
    [
        ([{"customdata": 17, "curve_number": 2}], ("run-b", 17)),
        ([{"customdata": [3]}], ("run-a", 3)),
        ([], None),
        ([{"customdata": "x"}], None),
        ([{"customdata": 1, "curve_number": 99}], ("run-a", 1)),
        ([{}], None),
    ],
)
def test_a_click_is_remembered_with_its_run(session, points, behind):
    session["chart"] = {"selection": {"points": points}}
    compare_parity.remember_click("chart", ["run-a", "run-a", "run-b", "run-b"])
    assert session.get(echo.CHOSEN) == behind


def test_the_curve_behind_a_point_with_its_truth_and_prediction(own, open_page):
    app = open_page("compare", runs="run-ridge")
    run = load_run("run-ridge")
    row = run.predictions.iloc[3]
    app.session_state[echo.CHOSEN] = ("run-ridge", int(row["sample"]))
    app.run()
    assert not app.exception
    curve = json.loads(_charts(app)[5])
    names = [trace["name"] for trace in curve["data"]]
    assert names == ["|M|", "Re M", "Im M", "|M| from the estimates"]
    assert any("same random offsets" in text.value for text in app.caption)
    app.session_state["echo-table"] = True
    app.run()
    farthest = next(table.value for table in app.dataframe if "sample" in table.value)
    assert len(farthest) == 15
    read = next(table.value for table in app.dataframe if "off by" in table.value).set_index(
        "parameter"
    )
    assert read.loc["α (MHz)", ["true", "estimate"]].tolist() == [
        f"{row['true_alpha']:.4g}",
        f"{row['predicted_alpha']:.4g}",
    ]


def test_true_parameters_give_the_measured_echo(own):
    """Same seed of the offsets: what differs comes from the estimates alone."""
    run = load_run("run-ridge")
    sample = int(run.predictions["sample"].iloc[0])
    dataset = load_dataset("ds-own")
    exact = run.predictions.assign(**{f"predicted_{n}": run.true[n] for n in run.targets})
    opened = Run(run.manifest, exact, path=run.path)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ui.shared.compute.run", lambda id, created: opened)
        version = (dataset.manifest.id, dataset.manifest.created)
        estimate = echo._from_estimates((run.id, run.manifest.created), version, sample)
    np.testing.assert_allclose(estimate, dataset.curves([sample])[0], atol=1e-5)


def test_the_estimates_of_the_reference_run_stand_beside_those_of_a_run(own, open_page):
    run, mean = load_run("run-ridge"), load_run("run-mean")
    sample = int(run.predictions["sample"].iloc[0])
    app = open_page(
        "compare", runs=["run-ridge", "run-mean"], reference="run-mean", echo=f"run-ridge:{sample}"
    )
    assert not app.exception
    values = next(table.value for table in app.dataframe if "off by" in table.value)
    assert values["reference run"].iloc[0] == f"{mean.predicted['alpha'].iloc[0]:.4g}"


def test_a_row_of_the_table_chooses_its_echo(session):
    session["table"] = {"selection": {"rows": [1]}}
    echo._choose_row("table", "run-a", [7, 3, 9])
    assert session[echo.CHOSEN] == ("run-a", 3)
    for rows in ([], [5]):
        session["table"] = {"selection": {"rows": rows}}
        echo._choose_row("table", "run-a", [7, 3, 9])
    assert session[echo.CHOSEN] == ("run-a", 3)


@pytest.mark.parametrize("behind", [("run-gone", 3), ("run-ridge", 10**6)])
def test_a_click_on_what_is_not_there_any_more_shows_nothing(own, open_page, behind):
    app = open_page("compare", runs="run-ridge")
    app.session_state[echo.CHOSEN] = behind
    app.run()
    assert not app.exception
    assert len(_charts(app)) == 5


def test_residuals_and_regimes_against_a_derived_value(own, open_page):
    app = open_page("compare", runs="run-ridge", view="residuals")
    app.selectbox(key="residual-against").select("omega_p").run()
    assert not app.exception
    assert json.loads(_charts(app)[-1])["layout"]["xaxis"]["title"]["text"] == "ωp (line widths)"
    app = open_page("compare", runs=["run-ridge", "run-mean"], view="regimes")
    app.selectbox(key="regime-across").select("omega_p").run()
    assert not app.exception
    assert "ωp" in _charts(app)[-1]


@pytest.mark.parametrize("view", VIEWS)
def test_without_its_data_set_only_the_targets_are_known(own, open_page, view):
    shutil.rmtree(own / "datasets" / "ds-own")
    app = open_page("compare", runs=["run-ridge", "run-mean"], view=view)
    assert not app.exception
    assert not app.error
    if view == "residuals":
        assert app.selectbox(key="residual-against").options == ["α (MHz)", "ξ (sites)", "p", "d"]
        assert any("no longer there" in caption.value for caption in app.caption)


def test_a_smaller_data_set_of_the_same_id_is_not_taken_for_the_old_one(own, open_page):
    shutil.rmtree(own / "datasets" / "ds-own")
    generate(
        preset("ml4sci_2020_secular").fix(n_x=6, n_y=6, tau=5),
        3,
        seed=1,
        path=own / "datasets" / "ds-own",
    )
    app = open_page("compare", runs="run-ridge", view="residuals")
    assert not app.exception
    assert "ωp (line widths)" not in app.selectbox(key="residual-against").options


def test_differences_of_two_runs(own, open_page):
    app = open_page("compare", runs=["run-ridge", "run-mean"], view="differences")
    table = app.dataframe[-1].value
    assert table["choice"].iloc[0] == "model"
    assert all(choice.startswith("model") for choice in table["choice"])
    alone = open_page("compare", runs="run-ridge", view="differences")
    assert any(caption.value.startswith("Choose a second run") for caption in alone.caption)


def test_a_damaged_run_beside_sound_ones_is_named_and_left_out(broken, open_page):
    app = open_page("compare", runs=["run-ridge", "run-predictions", "run-mean"])
    assert not app.exception
    assert ["predictions.parquet is damaged" in error.value for error in app.error] == [True]
    assert set(app.dataframe[-1].value["id"]) == {"run-ridge", "run-mean"}


def test_a_damaged_note_does_no_harm(own, open_page):
    add_note("run-ridge", "x")
    (own / "marks" / "run-ridge.json").write_text("[")
    app = open_page("compare")
    assert not app.exception
    assert not app.error


@pytest.mark.parametrize("view", CLASS_VIEWS)
def test_classifiers_have_views_of_their_own(kernels, open_page, view):
    app = open_page("compare", runs=["run-wrong", "run-sure"], view=view)
    assert not app.exception
    assert not app.error
    assert len(_charts(app)) == 3 + CHARTS.get(view, 0)
    assert app.selectbox(key="look-class").value == "run-sure"
    confusion = json.loads(_charts(app)[1])["data"][0]
    assert confusion["x"] == CLASSES


def test_f1_against_w_and_on_matched_curves(kernels, open_page):
    app = open_page("compare", runs=["run-wrong", "run-sure"], view="along")
    assert app.selectbox(key="class-across").value == "W"
    table = app.dataframe[-1].value
    assert list(table["run"]) == ["Kernels, 0 wrong", "Kernels, 6 wrong"]
    assert table["F1"].tolist() == [1.0, pytest.approx(np.mean([28 / 34, 40 / 46, 1.0]))]
    assert (table["matched echoes"] <= 60).all()


def test_parameters_and_classes_are_not_mixed(kernels, open_page):
    app = open_page("compare", runs=["run-sure", "run-ridge"])
    assert app.segmented_control(key="task").value == "regression"
    assert app.dataframe[-1].value["id"].tolist() == ["run-ridge"]
    app.segmented_control(key="task").set_value("classification").run()
    assert not app.exception
    assert app.dataframe[-1].value["id"].tolist() == ["run-sure"]
    assert app.query_params["task"] == "classification"


def test_a_classifier_whose_data_set_is_gone(own, open_page):
    write(classifier(), own)
    for view in CLASS_VIEWS:
        app = open_page("compare", runs="run-classes", view=view)
        assert not app.exception
        assert not app.error


def test_runs_with_other_targets_beside_each_other(own, open_page):
    write(regression(), own)
    for view in VIEWS:
        app = open_page("compare", runs=["run-ridge", "run-numbers"], view=view)
        assert not app.exception
        assert not app.error
    app = open_page("compare", runs=["run-ridge", "run-numbers"], view="regimes")
    app.selectbox(key="regime-of").select("d").run()
    assert not app.exception
    assert app.selectbox(key="regime-run").options == ["Own ridge"]


def test_the_submission_is_offered_or_refused_with_a_sentence(kernels, open_page):
    app = open_page("compare", runs="run-ridge")
    assert "submission" not in [button.key for button in app.get("download_button")]
    app.session_state["submission-open"] = True
    app.run()
    assert "submission" in [button.key for button in app.get("download_button")]
    app = open_page("compare", runs="run-sure")
    app.session_state["submission-open"] = True
    app.run()
    assert "submission" not in [button.key for button in app.get("download_button")]
    assert any(
        "was not trained on curves of ml4sci\\_2020" in caption.value for caption in app.caption
    )


def test_downloads_are_made_of_the_chosen_runs(own):
    runs = [load_run("run-ridge"), load_run("run-mean")]
    table = downloads.predictions(runs)
    assert table["run"].value_counts().to_dict() == {"run-ridge": 15, "run-mean": 15}
    assert SimpleNamespace(**table.iloc[0].to_dict()).run == "run-ridge"


def test_a_link_names_the_clicked_echo_and_nonsense_in_it_shows_none(own, open_page):
    sample = int(load_run("run-ridge").predictions["sample"].iloc[3])
    app = open_page("compare", runs="run-ridge", echo=f"run-ridge:{sample}")
    assert not app.exception
    assert any(f"**Echo {sample}**" in text.value for text in app.markdown)
    for nonsense in ("run-ridge:x", "run-gone:1", ":", "run-ridge:999999999999999999999"):
        app = open_page("compare", runs="run-ridge", echo=nonsense)
        assert not app.exception
        assert not any("**Echo" in text.value for text in app.markdown)
        assert "echo" not in app.query_params


def test_a_run_that_was_deleted_meanwhile_gets_no_note(own, open_page):
    app = open_page("compare", runs="run-ridge", view="notes")
    delete_run("run-ridge")
    app.text_area(key="note-text").set_value("too late")
    app.button(key="note-add").click().run()
    assert not app.exception
    trash.restore("run", "run-ridge")
    assert marks_of("run-ridge") == Marks()
