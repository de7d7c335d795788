"""Labs: guess, move, number; the address holds the whole state; what diverged is explained."""

import json
import math

import plotly.graph_objects as go
import pytest

from nmr_core.labs import progress
from nmr_core.labs.lab import Code, Control, Guess, Lab, Number, Parts, Result
from nmr_core.labs.registry import LABS
from nmr_core.storage.workspace import in_workspace
from ui.labs import computed, guess, hidden, pins, states, strip
from ui.shared import boot

RESERVED = {strip.KEY, pins.KEY, hidden.KEY, "workspace", "view", "figures", "part"}
"""Keys of the address that no control may have."""


class Stub(Lab):
    """A lab with each kind of control: what it computes is the sum of its numbers."""

    number = 99
    slug = "stub"
    title = "Stub"
    lead = "The sum of its controls."
    guess = Guess("How much is it?", 0.1, 1000.0, "ε", "total", log=True)
    controls = (
        Control("points", "points", (1, 2, 5, 10, 20), 10),
        Control("rate", "rate", (0.1, 1.0, 1e9), 0.1),
        Control("shuffled", "shuffled targets", (False, True), False),
        Control("kind", "kind", ("raw", "inverse"), "raw"),
        Control("seed", "seed", tuple(range(12)), 0),
    )
    explanation = "A sum grows with its parts."
    parts = Parts("Whole numbers.", "A sum.", "None.", "None.")
    on_echoes = "Nothing."
    page = "train"

    def __init__(self):
        self.runs = []

    def run(self, state):
        self.runs.append(dict(state))
        total = float(state["points"] + state["seed"] + 100 * state["shuffled"])
        if state["rate"] == 1e9:
            return Result((Number("total", "total", math.nan, "ε", "The rate is too large."),))
        return Result((Number("total", "total", total, "ε"), Number("zero", "zero", 0.0)))

    def code(self, state):
        return Code("print('numpy')", "print('torch')")


@pytest.fixture
def stub(monkeypatch) -> Stub:
    lab = Stub()
    monkeypatch.setitem(LABS, "stub", lab)
    monkeypatch.setattr(
        computed,
        "lab_figures",
        lambda lab, results, palette: {
            "sum": go.Figure([go.Scatter(y=[1], name=label) for label in results])
        },
    )
    return lab


def _metrics(app) -> dict[str, str]:
    return {metric.label: metric.value for metric in app.metric}


def _traces(app) -> list[str]:
    spec = json.loads(app.get("plotly_chart")[0].proto.spec)
    return [trace["name"] for trace in spec["data"]]


def _open(app):
    return app.button(key="lab-no-guess").click().run()


def test_the_overview_shows_the_first_failure_and_a_card_per_lab(stub, open_page, words):
    app = open_page("labs")
    assert len(app.get("plotly_chart")) == 1
    assert not app.metric
    text = words(app)
    assert all(lab.title in text for lab in LABS.values())
    app = app.button(key="lab-open-secondary-stub").click().run()
    assert app.subheader[0].value == "99 · Stub"
    assert app.query_params["lab"] == "stub"


def test_the_number_comes_after_the_guess(stub, open_page, words, data_folder):
    app = open_page("labs", lab="stub")
    assert len(app.get("plotly_chart")) == 1
    assert stub.lead in words(app)
    assert _metrics(app) == {"Total": "?", "Zero": "?"}
    assert stub.explanation not in words(app)
    app.select_slider(key="lab-stub-guess").set_value("100").run()
    app.button(key="lab-guess").click().run()
    assert _metrics(app) == {"Total": "10 ε", "Zero": "0"}
    assert "Your guess: **100 ε**. Measured: **10 ε**." in words(app)
    assert stub.explanation in words(app)
    assert progress.read(data_folder)["stub"].guess == 100.0


def test_figures_that_answer_the_question_come_after_the_guess(open_page):
    app = open_page("labs", lab="size")
    assert len(app.get("plotly_chart")) == 1
    app.button(key="lab-guess").click().run()
    assert len(app.get("plotly_chart")) == 3


def test_the_guess_is_there_on_the_next_visit(stub, open_page, data_folder):
    app = open_page("labs", lab="stub")
    app.button(key="lab-guess").click().run()
    again = open_page("labs", lab="stub")
    assert _metrics(again)["Total"] == "10 ε"


def test_the_guess_belongs_to_the_first_picture(stub, open_page, words):
    app = open_page("labs", lab="stub", points="20")
    app.button(key="lab-guess").click().run()
    assert _metrics(app)["Total"] == "20 ε"
    assert "Measured: **10 ε**." in words(app)


def test_the_address_holds_the_whole_state(stub, open_page):
    query = {"points": "20", "rate": "1.0", "shuffled": "1", "kind": "inverse", "seed": "3"}
    app = open_page("labs", lab="stub", **query)
    assert stub.runs[-1] == {
        "points": 20,
        "rate": 1.0,
        "shuffled": True,
        "kind": "inverse",
        "seed": 3,
    }
    assert {key: app.query_params[key] for key in query} == query
    app.select_slider(key="lab-stub-points").set_value("5").run()
    app.toggle(key="lab-stub-shuffled").set_value(False).run()
    assert app.query_params["points"] == "5"
    assert app.query_params["shuffled"] == "0"


@pytest.mark.parametrize("value", ["", "3", "nan", "1e999", "<script>", "x" * 5000])
def test_a_value_that_is_no_option_is_the_default(stub, open_page, value):
    names = [control.key for control in stub.controls if control.key != "seed"]
    app = open_page("labs", lab="stub", **dict.fromkeys(names, value), pin=value, hide=value)
    assert not app.exception
    assert not app.error
    assert stub.runs[-1] == stub.complete()


def test_an_unknown_lab_is_the_overview(stub, open_page, words):
    assert "labs done" in words(open_page("labs", lab="../../etc"))


def test_rewind_keeps_the_seed(stub, open_page):
    app = open_page("labs", lab="stub", points="20", shuffled="1", kind="inverse", seed="3")
    app.button(key="lab-rewind").click().run()
    assert stub.runs[-1] == stub.complete({"seed": 3})
    assert app.query_params["seed"] == "3"
    assert app.query_params["points"] == "10"


def test_values_are_shown_as_they_are_written_elsewhere():
    values = (True, False, 0.05, 10, "alpha", "ravine")
    assert [states.shown(value) for value in values] == ["on", "off", "0.05", "10", "α", "ravine"]
    labels = ("points", "from r (σ)", "r (σ)", "λ")
    assert [states.capital(label) for label in labels] == ["Points", "From r (σ)", "r (σ)", "λ"]


def test_the_next_seed_follows_the_last_one_round(stub, open_page):
    app = open_page("labs", lab="stub", seed="10")
    for seed in ("11", "0", "1"):
        app.button(key="lab-stub-next-seed").click().run()
        assert app.query_params["seed"] == seed


def test_what_diverged_is_explained(stub, open_page, words):
    app = _open(open_page("labs", lab="stub", rate="1000000000.0"))
    assert _metrics(app)["Total"] == "–"
    assert "The rate is too large." in words(app)
    assert not app.exception


def test_pinned_states_are_overlaid_and_in_the_address(stub, open_page):
    app = _open(open_page("labs", lab="stub"))
    app.button(key="lab-pin").click().run()
    app.select_slider(key="lab-stub-points").set_value("20").run()
    assert _traces(app) == ["now", "1 · points 10"]
    assert app.metric[0].delta == "+10"
    pin = app.query_params["pin"]
    assert pin == "stub:points=10,rate=0.1,shuffled=False,kind=raw,seed=0"
    again = open_page("labs", lab="stub", points="20", pin=pin)
    assert _traces(again) == ["now", "1 · points 10"]
    again.button(key="lab-unpin").click().run()
    assert _traces(again) == ["now"]
    assert "pin" not in again.query_params


def test_pins_of_another_lab_are_left_out(stub, open_page):
    app = open_page("labs", lab="stub", pin="overfit:points=20")
    assert _traces(app) == ["now"]


def test_a_state_is_computed_once_for_all(stub, open_page):
    open_page("labs", lab="stub", points="20")
    app = open_page("labs", lab="stub", points="20")
    app.select_slider(key="lab-stub-points").set_value("5").run()
    app.select_slider(key="lab-stub-points").set_value("20").run()
    assert [run["points"] for run in stub.runs] == [20, 5]


def test_a_lab_is_done_after_the_number_and_three_moves(stub, open_page, data_folder):
    app = _open(open_page("labs", lab="stub"))
    for points in ("1", "2", "5"):
        assert not progress.read(data_folder)["stub"].done
        app.select_slider(key="lab-stub-points").set_value(points).run()
    assert progress.read(data_folder)["stub"].done
    app.run()
    assert progress.read(data_folder)["stub"].moves == 3
    assert "99 ✓" in app.get("button_group")[0].proto.SerializeToString().decode("utf-8", "ignore")


def test_a_data_folder_that_cannot_be_written_stops_no_lab(stub, open_page, data_folder):
    app = open_page("labs", lab="stub")
    data_folder.mkdir(exist_ok=True)
    (data_folder / progress.FOLDER).write_text("no folder")
    _open(app)
    assert not app.exception
    assert _metrics(app)["Total"] == "10 ε"


def test_what_a_teacher_hides_is_missing(stub, open_page, words):
    app = open_page("labs", lab="stub", hide=["guess", "parts", "echoes", "code", "points", "seed"])
    assert _metrics(app)["Total"] == "10 ε"
    keys = [slider.key for slider in app.select_slider]
    assert keys == []
    assert stub.on_echoes not in words(app)
    assert "Whole numbers." not in words(app)
    assert "lab-code" not in [expander.label for expander in app.expander]
    assert app.query_params["hide"] == ["guess", "parts", "echoes", "code", "points", "seed"]


def test_a_hidden_control_keeps_the_value_of_the_address(stub, open_page):
    app = open_page("labs", lab="stub", points="20", shuffled="1", hide=["points", "shuffled"])
    assert (stub.runs[-1]["points"], stub.runs[-1]["shuffled"]) == (20, True)
    app.button(key="lab-stub-next-seed").click().run()
    assert (stub.runs[-1]["points"], stub.runs[-1]["seed"]) == (20, 1)
    assert app.query_params["points"] == "20"


def test_another_lab_gets_the_values_of_its_link(stub, open_page):
    """The seed of the link is also that of the lab before it."""
    app = open_page("labs", lab="overfit", seed="3")
    for key, value in {"lab": "stub", "seed": "3", "points": "20"}.items():
        app.query_params[key] = value
    app.run()
    assert stub.runs[-1] == stub.complete({"seed": 3, "points": 20})


def test_a_link_opens_the_lab_of_an_earlier_visit_with_its_seed(stub, open_page):
    """Meanwhile another page has put the same seed into the address."""
    app = open_page("labs", lab="stub", seed="3")
    app.session_state["_address-seed"] = ["7"]
    app.session_state[boot._OPEN] = "Simulate"
    app.query_params["seed"] = "7"
    app.run()
    assert stub.runs[-1] == stub.complete({"seed": 7})


def test_the_code_is_shown_when_it_is_opened(stub, open_page):
    app = open_page("labs", lab="stub")
    assert not app.code
    app.session_state["lab-code"] = True
    app.run()
    assert [code.value for code in app.code] == [
        "print('numpy')",
        "python -m nmr_core labs run stub",
    ]
    assert [button.label for button in app.get("download_button")] == ["Notebook"]


@pytest.mark.parametrize("lab", LABS.values(), ids=list(LABS))
def test_the_guess_has_the_range_of_its_question(lab):
    values = guess.values(lab.guess)
    assert values == sorted(values)
    assert values[0] == pytest.approx(lab.guess.low, rel=0.05)
    assert values[-1] == pytest.approx(lab.guess.high, rel=0.05)
    assert lab.complete() == states.read(lab, states.text_of(lab, lab.complete()))


@pytest.mark.parametrize("lab", LABS.values(), ids=list(LABS))
def test_every_lab_opens_moves_and_fits_the_address(lab, open_page, words):
    keys = [control.key for control in lab.controls]
    assert len({*keys}) == len(keys)
    assert not RESERVED & set(keys)
    app = _open(open_page("labs", lab=lab.slug))
    assert not app.exception
    assert not app.error
    assert app.get("plotly_chart")
    assert lab.lead in words(app)
    assert "?" not in _metrics(app).values()


def test_results_do_not_depend_on_a_workspace(stub, open_page, tmp_path):
    with in_workspace(tmp_path / "one"):
        first = computed.result(stub, stub.complete())
    with in_workspace(tmp_path / "two"):
        assert computed.result(stub, stub.complete()) is first
