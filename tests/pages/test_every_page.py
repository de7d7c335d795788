"""Every page over every kind of data folder: a title, a sentence, never a traceback."""

import ast

import pytest
from streamlit.testing.v1 import AppTest

from nmr_core.storage.workspace import data_folder as current_folder
from ui.shared import help, pages

TITLES = {
    "start": "What does a nuclear spin echo say about a material?",
    "simulate": "What does the echo of this material look like?",
    "path": "What do we do in the workshop, and when?",
    "labs": "How does a model learn, and how does it fail?",
    "challenge": "Whose model estimates the hidden parameters best?",
    "data_sets": "Which echoes do we have?",
    "identify": "Which parameters can be identified?",
    "design": "Which measurement is next?",
    "train": "Which parameters can a model estimate from these echoes?",
    "studies": "How much data, which options, how certain?",
    "compare": "How well does each model estimate each parameter?",
    "explain": "What do the predictions depend on?",
    "calibration": "Can the error bars be trusted?",
    "measurement": "What can be quoted from my measured echo?",
    "predict": "Which parameters are behind these curves?",
}
SERVER = {
    "administration": "test_administration.py",
    "workspace": "test_workspaces.py",
    "room": "test_room_page.py",
}
"""Pages of a server for a team -> their tests."""
WITHOUT_FIGURE = ("train", "challenge")
"""Pages that show no figure on the first visit."""


def _healthy(app, name: str) -> None:
    assert not app.exception
    assert [title.value for title in app.title] == [TITLES[name]]


def _is_sentence(text: str) -> bool:
    return (
        text.endswith(".") and "Traceback" not in text and "Error(" not in text and "\n" not in text
    )


@pytest.mark.parametrize("name", TITLES)
def test_first_visit(open_page, name):
    app = open_page(name)
    _healthy(app, name)
    assert not app.error
    assert not app.warning
    assert bool(app.get("plotly_chart")) == (name not in WITHOUT_FIGURE)


@pytest.mark.parametrize("name", TITLES)
def test_with_own_content(own, open_page, name):
    app = open_page(name)
    _healthy(app, name)
    assert not app.error
    assert not app.warning


@pytest.mark.parametrize("name", TITLES)
def test_with_damaged_content(broken, open_page, name):
    link = {"run": "run-ridge", "dataset": "ds-part"} if name == "predict" else {}
    app = open_page(name, **link)
    _healthy(app, name)
    wrong = {
        "data_sets": "part-00000.parquet is damaged",
        "train": "part-00000.parquet is damaged",
        "studies": "part-00000.parquet is damaged",
        "compare": "predictions.parquet is damaged",
        "predict": "part-00000.parquet is damaged",
    }.get(name)
    assert all(_is_sentence(error.value) for error in app.error)
    assert [wrong in error.value for error in app.error] == ([True] if wrong else [])


@pytest.mark.parametrize("name", TITLES)
def test_with_a_garbage_table_of_jobs(own, open_page, name):
    (own / "jobs.sqlite3").write_bytes(b"no database at all, " * 500)
    app = open_page(name, **({"run": "example-mlp"} if name == "explain" else {}))
    _healthy(app, name)
    assert app.error
    for error in app.error:
        assert _is_sentence(error.value)
        assert "jobs.sqlite3 is not a usable table of jobs" in error.value
        assert str(own) not in error.value
    if name == "data_sets":
        assert "ds-own" in app.selectbox(key="dataset").options[0]
        assert any("ds-own" in table.value.to_string() for table in app.dataframe)
    if name in ("data_sets", "explain", "calibration", "identify"):
        assert app.get("plotly_chart")


@pytest.mark.parametrize("name", TITLES)
def test_a_data_folder_that_is_a_file(data_folder, open_page, name):
    data_folder.write_text("")
    app = open_page(name)
    _healthy(app, name)
    assert app.error
    assert all(_is_sentence(error.value) for error in app.error)


@pytest.mark.parametrize("name", TITLES)
def test_sound_content_beside_damaged_content_can_be_chosen(broken, open_page, name):
    app = open_page(name, dataset="ds-own", run="run-ridge", runs=["run-ridge", "run-mean"])
    _healthy(app, name)
    assert not app.error


def test_pages_in_any_order_in_one_session(own, open_page):
    app = open_page("start")
    for name in [*TITLES, *reversed(TITLES), "compare", "simulate", "train"]:
        app.switch_page(f"pages/{name}.py").run()
        _healthy(app, name)


@pytest.mark.parametrize("name", TITLES)
def test_in_the_dark_theme(own, open_page, name):
    app = open_page(name)
    app.context["theme"] = "dark"
    app.run()
    _healthy(app, name)


def test_data_sets_say_in_the_table_what_is_wrong(broken, open_page):
    table = open_page("data_sets", dataset="ds-own").dataframe[0].value.set_index("id")
    assert "manifest.json is damaged" in table.loc["ds-manifest", "note"]
    assert table.loc["ds-half", "complete"] == 0.5
    assert table.loc["ds-own", "complete"] == 1.0
    assert table.loc["example-ml4sci-2020", "note"] == "ships with the app"


def test_the_run_of_a_deleted_data_set_can_still_be_compared(broken, open_page):
    app = open_page("compare", runs="run-orphan")
    _healthy(app, "compare")
    assert app.session_state["runs"] == ["run-orphan"]
    assert app.get("plotly_chart")


LINKED = (
    "dataset",
    "runs",
    "run",
    "part",
    "source",
    "preset",
    "alpha",
    "xi",
    "view",
    "ml4sci_2020_secular-tau",
    "ml4sci_2020_secular-offsets",
    "_link",
    "generate",
)
NONSENSE = ("", "../../etc/passwd", "<script>", "nan", "1e999", "-1", "x" * 5000)


@pytest.mark.parametrize("first", [0, 2, 5])
@pytest.mark.parametrize(
    "name", ["simulate", "data_sets", "train", "compare", "explain", "predict"]
)
def test_nonsense_in_the_address(open_page, name, first):
    """Every key has another value."""
    values = [NONSENSE[(first + k) % len(NONSENSE)] for k in range(len(LINKED))]
    app = open_page(name, **dict(zip(LINKED, values, strict=True)))
    _healthy(app, name)
    assert not app.error
    assert all(warning.value.startswith("There is no ") for warning in app.warning)
    assert all(_is_sentence(warning.value) for warning in app.warning)


@pytest.mark.parametrize("value", [*NONSENSE, "9" * 40], ids=lambda text: repr(text)[:20])
def test_nonsense_where_a_whole_number_belongs(open_page, value):
    usual = {"seed": 0, "n_values": 25}
    app = open_page("simulate", view="sweep", set=["n_x=8", "n_y=8"], **dict.fromkeys(usual, value))
    _healthy(app, "simulate")
    assert {key: app.number_input(key=key).value for key in usual} == usual


@pytest.mark.parametrize("name", TITLES)
def test_a_page_without_the_app_shows_nothing(repository, name):
    """Streamlit runs a page of a folder called pages/ by itself on a cold deep link; such a run
    must end in the guard.
    """
    app = AppTest.from_file(str(repository / "pages" / f"{name}.py"), default_timeout=60).run()
    assert not app.title
    assert not [
        e
        for kind in ("markdown", "button", "dataframe", "plotly_chart", "selectbox")
        for e in app.get(kind)
    ]
    assert app.session_state["_link"] == (f"pages/{name}.py", {})


def test_a_cold_deep_link_arrives_with_its_query(own, open_page):
    app = open_page("train", dataset="example-ml4sci-2020")
    _healthy(app, "train")
    assert app.selectbox(key="dataset").value == "example-ml4sci-2020"
    assert app.query_params["dataset"] == "example-ml4sci-2020"


def test_a_cold_deep_link_keeps_every_value_of_a_list(open_page):
    app = open_page("compare", runs=["example-mlp", "example-mean"])
    assert app.query_params["runs"] == ["example-mlp", "example-mean"]


def test_every_file_in_pages_is_tested_here(repository):
    assert {file.stem for file in (repository / "pages").glob("*.py")} == {*TITLES, *SERVER}
    assert all((repository / "tests/pages" / file).is_file() for file in SERVER.values())


@pytest.mark.parametrize("name", TITLES)
def test_pages_are_short_guarded_and_only_compose(repository, name):
    text = (repository / "pages" / f"{name}.py").read_text()
    assert text.count("\n") <= 120
    body = ast.parse(text).body
    assert ast.get_docstring(ast.parse(text))
    after_imports = [node for node in body[1:] if not isinstance(node, ast.Import | ast.ImportFrom)]
    assert ast.unparse(after_imports[0]) == "boot.guard(__file__)"
    imported = {
        alias.name.partition(".")[0]
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Import)
        for alias in node.names
    }
    imported |= {
        node.module.partition(".")[0]
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.ImportFrom)
    }
    assert imported <= {"streamlit", "nmr_core", "ui"}, (
        "a page only composes; arrays belong to nmr_core"
    )


def test_the_fixture_really_moves_the_data_folder(data_folder):
    assert current_folder() == data_folder


def test_every_page_is_in_the_navigation_and_names_its_tab(open_page):
    listed = [name for section in pages.PAGES.values() for name in section]
    assert sorted(listed) == sorted(TITLES)
    assert pages.ICON.is_file(), "an icon of Streamlit's is fetched from fonts.gstatic.com"


def test_help_is_offered_where_the_documentation_is_built(open_page, monkeypatch, tmp_path, words):
    monkeypatch.setattr(help, "DOCS", tmp_path / "index.html")
    assert help.ADDRESS not in words(open_page("start"))
    help.DOCS.write_text("<h1>Docs</h1>")
    assert help.ADDRESS in words(open_page("start"))
