"""Design: the screen at once, a job that ranks, promised and realised side by side, a lab book."""

import json
import shlex
import shutil
from dataclasses import replace
from urllib.parse import parse_qs

import numpy as np
import pytest

import nmr_core as nmr
from nmr_core.cli.design import _problem as _problem_of_command
from nmr_core.cli.parser import parser
from nmr_core.design.designing import compute_design, design_key
from nmr_core.design.problem import DesignProblem
from nmr_core.design.proof.prove import prove
from nmr_core.design.proof.store import save_proof
from nmr_core.design.reshaped_store import save_shaped
from nmr_core.design.reshaping import shape_proposal
from nmr_core.design.sequential.beginning import begin
from nmr_core.design.sequential.book import LabBook
from nmr_core.design.sequential.rehearsing import rehearse
from nmr_core.design.sequential.spectrometer import Spectrometer
from nmr_core.design.sequential.store import load_book, save_book
from nmr_core.design.sequential.telling import tell
from nmr_core.design.store import save_design
from nmr_core.jobs import api, processes
from nmr_core.jobs.store import JobStore
from ui.design import known
from ui.shared import figure_files

LINK = {"of": "ds-own", "values-angle_2": "60, 180", "budget": "8 s"}
"""A question on the small data set."""
FEW = {"n_train": 32, "n_test": 16, "n_repeats": 2, "n_random": 2}


def _problem() -> DesignProblem:
    """The same question, as the page asks it."""
    small = nmr.preset("ml4sci_2020_secular").fix(n_x=8, n_y=8, tau=5)
    return DesignProblem.of(small, vary={"angle_2": [60.0, 180.0]}, budget=8.0)


@pytest.fixture(scope="module")
def answers(tmp_path_factory):
    """The ranking of the question with its proof, and a rehearsed lab book."""
    folder = tmp_path_factory.mktemp("designs")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NMR_DATA", str(folder))
        problem = _problem()
        # Few materials, under the key of as many as the page takes
        result = replace(compute_design(problem, n_materials=32), key=design_key(problem))
        save_design(result)
        proof = prove(result, **FEW)
        save_proof(replace(proof, key=result.key))
        shaped = shape_proposal(result, n_shaping=24, n_materials=48)
        save_shaped(shaped)
        save_book(rehearse(problem, 0.2, n_materials=32, seed=1))
    return folder


@pytest.fixture
def answered(own, answers):
    """The data folder with these."""
    for name in ("designs", "lab-books"):
        shutil.copytree(answers / name, own / name)
    return own


def _keys(app) -> list[str]:
    return [button.key for button in app.button]


def _charts(app) -> int:
    return len(app.get("plotly_chart"))


def test_the_first_visit_shows_the_screen_of_lab(open_page, words):
    app = open_page("design")
    assert not app.exception
    assert not app.error
    assert app.selectbox(key="of").value == "lab"
    assert "receiver noise alone" in words(app)
    assert "a first look, not a promise" in words(app)
    assert "16 settings to choose from" in words(app)
    assert _charts(app) == 2
    assert "design-rank" in _keys(app)
    assert "design-prove" not in _keys(app), "nothing is promised yet"


def test_where_nothing_gains_the_page_says_what_may_and_changes_the_form(open_page, words):
    app = open_page("design")
    assert "no design of 4 s gains much over the default" in words(app)
    assert "as good as these settings get" in words(app)
    app.button(key="design-way-budget").click().run()
    assert app.query_params["budget"] == "10 min"
    assert "design-way-budget" not in _keys(app)
    app = open_page("design")
    app.button(key="design-way-known").click().run()
    lab = nmr.preset("lab").drawn
    texts = app.query_params["known"]
    assert [text.split("=")[0] for text in texts] == list(lab.names)
    low, high = map(float, texts[0].split("=")[1].split(":"))
    assert high - low == pytest.approx(lab["omega_p"].width / 2, rel=1e-3)
    app = open_page("design")
    app.button(key="design-way-tau").click().run()
    assert not app.exception
    assert app.query_params["vary"] == ["angle_2", "tau"]
    assert app.query_params["values-angle_2"] == "30, 60, 90, 120, 180"
    assert "15 settings to choose from" in words(app)
    assert "no design of" not in words(app)


def test_a_job_is_what_the_form_says(own, open_page):
    link = LINK | {"weight-d": "0", "known": "p=2.5:3", "by": "minimax", "snr": "50"}
    app = open_page("design", **link)
    assert not app.error
    app.button(key="design-rank").click().run()
    (job,) = api.list_jobs()
    assert job.kind == "design"
    assert job.params["criterion"] == "minimax"
    problem = DesignProblem.from_dict(
        {name: value for name, value in job.params.items() if name not in ("criterion", "owner")}
    )
    assert problem.budget == 8
    assert problem.noise == pytest.approx(0.01)
    assert problem.weights["d"] == 0
    spec = next(spec for spec in problem.specs if spec.name == "p")
    assert (spec.low, spec.high) == (2.5, 3)
    assert [dict(one.fields) for one in problem.settings] == [{"angle_2": 60}, {"angle_2": 180}]


def test_the_question_of_the_page_is_that_of_the_code(own, open_page):
    app = open_page("design", **LINK)
    texts = [block.value for block in app.get("code")]
    python = next(text for text in texts if text.startswith("import nmr_core as nmr"))
    program = python.replace("nmr.load_dataset('ds-own').preset", "small")
    small = nmr.preset("ml4sci_2020_secular").fix(n_x=8, n_y=8, tau=5)
    names: dict = {"small": small}
    exec(program[: program.index("result = ")], names)
    assert names["problem"].key("design") == _problem().key("design")
    command = next(text for text in texts if text.startswith("python -m"))
    assert command.startswith("python -m nmr_core design ds-own --vary angle_2=60,180")
    assert "--budget 8s" in command


def test_fixed_fields_are_in_the_question_the_code_the_command_and_the_address(own, open_page):
    fix = ["xi=5", "line_width=0.1", "tau=10", "noise=0.1", "zz=3", "n_x=-4"]
    app = open_page(
        "design", of="ds-own", fix=fix, vary=["angle_2", "tau"], **{"values-tau": "5,10"}
    )
    assert not app.exception
    assert not app.error
    assert app.query_params["fix"] == ["xi=5", "line_width=0.1", "tau=10"], "noise is that of SNR"
    app.button(key="design-rank").click().run()
    (job,) = api.list_jobs()
    problem = DesignProblem.from_dict(
        {name: value for name, value in job.params.items() if name not in ("criterion", "owner")}
    )
    assert "xi" not in problem.names, "it counts as known"
    assert problem.base.tau == 10
    assert problem.preset.build().sample.line_width == 0.1
    texts = [block.value for block in app.get("code")]
    python = next(text for text in texts if text.startswith("import nmr_core as nmr"))
    names: dict = {}
    exec(python[: python.index("result = ")], names)
    assert names["problem"].key("design") == problem.key("design")
    command = shlex.split(next(text for text in texts if text.startswith("python -m")))
    args = parser().parse_args(command[3:])
    assert _problem_of_command(args).key("design") == problem.key("design")
    app.multiselect(key="design-fixed-ds-own").set_value([]).run()
    assert "fix" not in app.query_params


@pytest.mark.parametrize(
    ("side", "n_charts"), [("next", 1), ("time", 2), ("shape", 1), ("proof", 1)]
)
def test_every_side_of_a_proven_ranking(answered, open_page, words, side, n_charts):
    app = open_page("design", side=side, **LINK)
    assert not app.exception
    assert not app.error
    assert _charts(app) == n_charts
    assert not {"design-rank", "design-prove"} & set(_keys(app)), "nothing is left to be begun"
    assert "Realised" in words(app) or "No design" in words(app)
    assert "Shaping gains nothing" in words(app) or "Shaped: " in words(app)


def test_a_stored_design_is_opened_by_its_key_until_another_question_is_asked(
    answered, open_page, words
):
    (folder,) = answered.glob("designs/*")
    app = open_page("design", design=folder.name, side="proof")
    assert not app.exception
    assert not app.error
    assert _charts(app) == 1
    assert "Stored design" in words(app)
    assert not {"design-rank", "design-prove"} & set(_keys(app))
    texts = [block.value for block in app.get("code")]
    assert any(f"--stored {folder.name} --prove" in text for text in texts)
    app.button(key="design-ask").click().run()
    assert "design" not in app.query_params
    assert app.selectbox(key="of").value == "lab"
    app = open_page("design", design="design-none")
    assert any("no stored design design" in box.value for box in app.warning)
    assert app.selectbox(key="of").value == "lab"


@pytest.mark.parametrize("kind", ["design", "prove", "shape"])
def test_cards_of_jobs_open_the_design(answered, open_page, words, kind):
    (folder,) = answered.glob("designs/*")
    store = JobStore(answered)
    job = store.submit(kind, json.dumps({}), title="A job")
    store.claim(processes.HOST)
    store.finish(job.id, "done", result={"design": folder.name, "summary": "Ended."})
    app = open_page("design")
    app.button(key=f"open-{job.id}").click().run()
    assert app.query_params["design"] == folder.name
    assert "Stored design" in words(app)


def test_figures_of_stored_results_are_made_again_by_their_lines(answered, open_page, monkeypatch):
    shown = []
    made = figure_files.Shown
    monkeypatch.setattr(
        figure_files, "Shown", lambda *arguments: shown.append(made(*arguments)) or shown[-1]
    )
    for side in ("next", "time", "shape", "proof", "book"):
        assert not open_page("design", side=side, **LINK).exception
    assert len(shown) == 6
    for one in shown:
        names: dict = {}
        exec(one.code, names)
        assert names["figure"].to_dict()["data"] == one.figure.to_dict()["data"], one.name


def test_the_proposal_is_shaped_by_a_job(answered, open_page, words):
    for document in answered.glob("designs/*/shaped.json"):
        document.unlink()
    app = open_page("design", side="shape", shape=["angle_2", "tau"], **LINK)
    assert not app.exception
    assert "Shaping" not in words(app)
    app.button(key="design-shape-begin").click().run()
    (job,) = api.list_jobs()
    (design,) = answered.glob("designs/*")
    assert job.kind == "shape"
    assert job.params["design"] == design.name
    assert job.params["fields"] == ["angle_2", "tau"]


def test_what_shaping_gains_is_said(answered, open_page, words):
    (document,) = answered.glob("designs/*/shaped.json")
    stored = json.loads(document.read_text())
    for high, sentence in ((0.97, "Shaping pays"), (1.02, "Shaping gains nothing")):
        stored["value"]["ratio"] = {"value": 0.95, "low": 0.92, "high": high}
        stored["value"]["found"]["acquisitions"][0]["shots"] += 1
        document.write_text(json.dumps(stored))
        assert sentence in words(open_page("design", side="shape", **LINK))


def test_a_gain_that_is_not_realised_is_marked(answered, open_page, words):
    """The badge follows the intervals of the ratios to the default and to random designs."""
    (document,) = answered.glob("designs/*/proof.json")
    (design,) = answered.glob("designs/*/design.json")
    stored = json.loads(document.read_text())
    promise = json.loads(design.read_text())
    promise["value"]["promised"] = {"value": 0.7, "low": 0.6, "high": 0.8}
    design.write_text(json.dumps(promise))
    for low, high, random, badge in (
        (0.6, 0.9, 0.95, "verified: realised]"),
        (0.6, 0.9, 1.05, "realised, and by random settings as well]"),
        (0.8, 1.1, 0.95, "gain not realised]"),
        (1.1, 1.4, 0.95, "worse than the default]"),
    ):
        stored["value"]["realised"] = {"value": (low + high) / 2, "low": low, "high": high}
        stored["value"]["against_random"] = {"value": 0.9, "low": 0.8, "high": random}
        document.write_text(json.dumps(stored))
        text = words(open_page("design", side="proof", **LINK))
        assert text.count("-badge[") == 1
        assert badge in text


def test_a_lab_book_shows_its_path_and_estimates_with_the_truth(answered, open_page):
    app = open_page("design", side="book", **LINK)
    assert not app.exception
    assert not app.error
    assert _charts(app) == 1
    estimates, entries = (table.value for table in app.dataframe)
    assert list(estimates) == ["parameter", "unit", "estimate", "interval", "true"]
    assert len(entries) >= 1
    assert not {"design-tell", "design-undo"} & set(_keys(app)), "a rehearsal measures by itself"


@pytest.fixture
def begun(own) -> LabBook:
    """A stored book that asks for its first echo."""
    book = begin(_problem(), 1e-3, n_materials=32)
    save_book(book)
    return book


def _echo(book: LabBook) -> np.ndarray:
    return Spectrometer.of(book.problem, seed=1).measure(book.request.acquisition)


def _with_file(app, book: LabBook, ringing: float = 0.0):
    """The page with the file of an echo, not entered yet."""
    echo = _echo(book)
    echo = echo + ringing * np.exp(1j * np.arange(len(echo)))
    time = book.problem.protocol(book.request.acquisition.setting).time
    lines = [f"{t},{one.real},{one.imag}" for t, one in zip(time, echo, strict=True)]
    content = "\n".join(["t (us),Re,Im", *lines]).encode()
    (box,) = app.file_uploader
    box.set_value([("echo.csv", content, "text/csv")]).run()
    assert not app.exception
    return app


def test_a_click_counts_for_the_entries_that_were_on_the_page(begun, open_page):
    app = _with_file(open_page("design", side="book", **LINK), begun)
    save_book(tell(begun, _echo(begun), name="of another session"))
    app.button(key="design-tell").click().run()
    (error,) = app.error
    assert "were changed meanwhile" in error.value
    assert [entry.name for entry in load_book(begun.id).entries] == ["of another session"]
    app.button(key="design-undo").click().run()
    assert not app.error
    assert load_book(begun.id).entries == ()


def test_a_strange_echo_is_entered_if_accepted_and_its_note_stays(begun, open_page):
    app = _with_file(open_page("design", side="book", **LINK), begun, ringing=0.08)
    app.button(key="design-tell").click().run()
    (error,) = app.error
    assert "or accept the misfit" in error.value
    (accept,) = (one for one in app.toggle if one.key.startswith("design-book-accept"))
    accept.set_value(True).run()
    app.button(key="design-tell").click().run()
    assert not app.error
    assert any("not like the simulated ones" in one.value for one in app.warning)
    entries = app.dataframe[1].value
    assert "not like the simulated ones" in entries["note"].iloc[0]
    assert app.file_uploader, "the file does not stay for the next echo"


def test_a_lab_book_is_begun_by_a_job(own, open_page):
    app = open_page("design", side="book", target="20", **{"least-gain": "2"}, **LINK)
    app.button(key="design-begin").click().run()
    (job,) = api.list_jobs()
    assert (job.kind, job.params["target"]) == ("lab_book", 0.2)
    assert job.params["least_gain"] == pytest.approx(0.02)
    assert "rehearse" not in job.params


@pytest.mark.parametrize(
    ("key", "text", "sentence"),
    [
        ("design-budget", "soon", "budget cannot be read"),
        ("design-budget", "0.5 s", "shot"),
        ("design-values-ml4sci_2020_secular-angle_2", "60, x", "values of angle_2 cannot be read"),
        ("design-values-ml4sci_2020_secular-angle_2", "180", "No setting may change"),
        ("design-sequences-ml4sci_2020_secular", "90x banana", "banana"),
    ],
)
def test_what_has_no_answer_is_one_sentence(own, open_page, key, text, sentence):
    app = open_page("design", of="ds-own")
    app.text_input(key=key).set_value(text).run()
    assert not app.exception
    (error,) = app.error
    assert sentence in error.value.replace("\\", "")
    assert error.value.endswith(".")


def test_intervals_of_an_estimate_become_what_is_known(open_page, words):
    app = open_page("predict", source="measured")
    (link,) = [
        one for one in app.get("page_link") if "Which measurement is next" in one.proto.label
    ]
    assert link.proto.page.startswith("design")
    query = parse_qs(link.proto.query_string)
    assert query["of"] == ["measured_echo"] or query["of"][0] in nmr.PRESETS
    app = open_page("design", of=query["of"][0], known=query["known"])
    assert not app.exception
    assert "Known:" in words(app)


def test_what_is_known_lies_in_the_prior_and_narrows_it():
    space = nmr.preset("lab").drawn
    intervals = {"xi": (-3, 4), "d": (-9, 99), "omega_p": (20, 30), "alpha": (0, 1)}
    low = space["xi"].low
    assert known.link_values(intervals, space) == [f"xi={low:g}:4"]
