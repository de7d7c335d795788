"""Identify: the shipped verdicts at once, a job for others, badges, never a traceback."""

import shutil
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from nmr_core import load_run, preset
from nmr_core.inference.identifiability import (
    Verdict,
    error_map,
    find_identification,
    identify,
    profile,
    scan,
)
from nmr_core.inference.identifiability.best_run import run_errors
from nmr_core.inference.identifiability.identify import identification_key, identification_of
from nmr_core.inference.identifiability.job import identify_job
from nmr_core.inference.identifiability.store import save
from nmr_core.inference.identifiability.words import percent, short, sources, statement
from nmr_core.jobs import api
from nmr_core.progress import silent
from ui.shared import verdicts
from ui.shared.text import quoted

SMALL = {"n_x": 8, "n_y": 8, "tau": 5}
"""What the data set ds-own holds."""
WORDS = {"alpha": "α", "xi": "ξ", "p": "p", "d": "d"}


@pytest.fixture(scope="module")
def answers(tmp_path_factory):
    """Verdicts, a scan, a map and a profile of the small data set's preset."""
    folder = tmp_path_factory.mktemp("answers")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NMR_DATA", str(folder))
        small = preset("ml4sci_2020_secular").fix(**SMALL)
        identify(small)
        scan(small, "tau", [5, 10])
        error_map(small, "snr", "d", [100, 1000], [3.5, 5], of="alpha")
        profile(small, "xi", n_points=5)
    return folder / "identifications"


@pytest.fixture
def answered(own, answers):
    """The data folder with these."""
    shutil.copytree(answers, own / "identifications")
    return own


def _charts(app) -> int:
    return len(app.get("plotly_chart"))


def _headers(app) -> list[str]:
    return [element.value for element in app.header]


def _finished() -> None:
    """Do the only job there is, as a worker would."""
    (job,) = api.list_jobs()
    assert job.kind == "identify"
    identify_job(job.params, silent)


def test_the_first_visit_shows_what_ships(open_page, words):
    app = open_page("identify")
    assert not app.exception
    assert app.selectbox(key="of").value == "ml4sci_2020_secular"
    assert [text.partition(" ")[0] for text in _headers(app)] == list(WORDS.values())
    assert _charts(app) == 1
    assert "the kernel is divided by its own sum" in words(app)
    assert words(app).count("-badge[:material/check_circle: identifiable]") == 3
    assert "best run on such data" in words(app), "d, better than by the estimate"
    assert quoted(statement(find_identification("ml4sci_2020_secular"))) in words(app)
    assert "worst point" in words(app)
    assert "without noise" in words(app)
    assert words(app).count("-badge[:material/block: not identifiable]") == 1
    assert "identify" not in [button.key for button in app.button], "nothing is left to be asked"


@pytest.mark.parametrize("side", ["time", "directions", "prior"])
def test_every_side_of_what_ships(open_page, side):
    app = open_page("identify", side=side)
    assert not app.exception
    assert not app.error
    assert app.segmented_control(key="side").value == side
    assert _charts(app) == 1


def test_several_settings_can_be_chosen(own, open_page):
    tiny = preset("lab").fix(n_x=8, n_y=8)
    few = identify(tiny, n_points=2, n_seeds=8, n_curves=32)
    save(replace(few, key=identification_key(tiny)))
    app = open_page("identify", of="lab", fix=["n_x=8", "n_y=8"])
    assert not app.exception
    shown = next(one for one in app.selectbox if one.key == "acquisition")
    assert shown.options == ["β₂ = 60°", "β₂ = 90°", "β₂ = 120°", "β₂ = 180°"]
    shown.select_index(2).run()
    assert not app.exception


def test_what_nobody_asked_is_asked_by_a_job_and_then_shown(own, open_page, words):
    app = open_page("identify", of="ds-own")
    assert "ξ cancels" in words(app)
    assert _charts(app) == 0
    app.button(key="identify").click().run()
    assert not app.exception
    (job,) = api.list_jobs()
    assert (job.params["what"], job.params["preset"]["name"], job.params["preset"]["fixed"]) == (
        "verdicts",
        "ml4sci_2020_secular",
        SMALL,
    )
    _finished()
    app = open_page("identify", of="ds-own")
    assert "identify" not in [button.key for button in app.button]
    assert len(_headers(app)) == 4
    assert _charts(app) == 1


def test_what_is_held_and_the_noise_are_part_of_the_question(own, open_page, words):
    app = open_page(
        "identify",
        of="ds-own",
        snr="100",
        fix=["xi=5", "offsets=stratified", "zz=3", "tau=nan", "n_x=-4", "kernel=x"],
    )
    assert app.multiselect(key="fixed-ds-own").value == ["xi", "offsets"]
    assert app.query_params["fix"] == ["xi=5", "offsets=stratified"]
    assert "ξ cancels" not in words(app), "xi is fixed, so it has no verdict"
    app.button(key="identify").click().run()
    params = api.list_jobs()[0].params
    assert params["preset"]["fixed"] == SMALL | {"xi": 5.0, "offsets": "stratified"}
    assert params["noise"] == pytest.approx(0.005)
    _finished()
    question = preset("ml4sci_2020_secular").fix(**SMALL).fix(xi=5.0, offsets="stratified")
    assert find_identification(question, noise=0.005).names == ("alpha", "p", "d")
    assert (
        len(
            _headers(
                open_page("identify", of="ds-own", fix=["xi=5", "offsets=stratified"], snr="100")
            )
        )
        == 3
    )


def test_without_disorder_is_another_question(answered, open_page):
    app = open_page("identify", of="ds-own")
    app.toggle(key="disorder").set_value(False).run()
    assert "Without disorder the noise must be > 0" in app.error[0].value
    app.number_input(key="snr").set_value(500).run()
    app.button(key="identify").click().run()
    assert api.list_jobs()[0].params["disorder"] is False


def test_another_source_forgets_what_was_held(open_page):
    app = open_page("identify", fix=["tau=100"])
    assert app.number_input(key="fixed-ml4sci_2020_secular-tau").value == 100
    app.multiselect(key="fixed-ml4sci_2020_secular").set_value([]).run()
    assert "fix" not in app.query_params
    assert _charts(app) == 1, "what ships is there again"


FOUND = {
    "scan": {"along": "tau"},
    "map": {"across_of": "snr", "up_of": "d", "map_of": "alpha"},
    "profile": {"profile_of": "xi"},
}
TYPED = {
    "scan": {"along-tau": "5, 10"},
    "map": {"across_of-snr": "100, 1000", "up_of-d": "3.5, 5"},
    "profile": {},
}


def _open(open_page, kind: str, typed: dict):
    app = open_page("identify", of="ds-own", side=kind, **FOUND[kind])
    for key, text in typed.items():
        app.text_input(key=f"identify-values-ds-own-{key}").set_value(text)
    if kind == "profile":
        app.number_input(key="identify-points").set_value(5)
    return app.run()


@pytest.mark.parametrize("kind", FOUND)
def test_what_was_found_is_looked_up_by_what_was_asked(answered, open_page, kind, words):
    app = _open(open_page, kind, TYPED[kind])
    assert not app.exception
    assert not app.error
    assert _charts(app) == 1
    assert f"identify-{kind}" not in [button.key for button in app.button]
    if kind == "profile":
        assert "cannot be identified" in words(app)


@pytest.mark.parametrize("kind", FOUND)
def test_another_question_is_a_job_whose_answer_is_found(answered, open_page, kind):
    other = {name: text.replace("5", "6") for name, text in TYPED[kind].items()}
    app = _open(open_page, kind, other)
    if kind == "profile":
        app.selectbox(key="profile_of").select("alpha").run()
    assert _charts(app) == 0
    app.button(key=f"identify-{kind}").click().run()
    assert not app.exception
    assert api.list_jobs()[0].params["what"] == kind
    _finished()
    app.run()
    assert not app.exception
    assert _charts(app) == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("5, ten", "are numbers separated by commas"),
        ("5", "between 2 and 40"),
        ("5, inf", "between 2 and 40"),
        ("5, 99999999", "tau must be in"),
    ],
)
def test_values_that_are_none_are_a_sentence(answered, open_page, text, said):
    app = _open(open_page, "scan", {"along-tau": text})
    assert not app.exception
    assert [error.value for error in app.error if said in error.value]


def test_a_map_needs_two_axes(answered, open_page):
    app = _open(open_page, "map", {})
    app.selectbox(key="up_of").select("snr").run()
    assert [error.value for error in app.error if "two different axes" in error.value]


def test_what_cannot_be_simulated_is_a_sentence(open_page):
    app = open_page("identify", fix=["tau=0.02"])
    assert not app.exception
    assert [error.value for error in app.error if "tau" in error.value]
    assert app.selectbox(key="of").value == "ml4sci_2020_secular"


def test_a_damaged_answer_can_be_made_again(answered, open_page):
    for file in (answered / "identifications").glob("*/*.npz"):
        file.write_bytes(b"PK garbage")
    app = open_page("identify", of="ds-own")
    assert not app.exception
    app.button(key="identify").click().run()
    _finished()
    assert _charts(open_page("identify", of="ds-own")) == 1


@pytest.mark.parametrize(
    "value", ["", "../../etc/passwd", "<script>", "nan", "1e999", "-1", "x" * 3000]
)
def test_nonsense_in_the_address(open_page, value):
    keys = ("of", "side", "fix", "snr", "along", "across_of", "up_of", "map_of", "profile_of")
    app = open_page("identify", **dict.fromkeys(keys, value))
    assert not app.exception
    assert not app.error
    assert app.selectbox(key="of").value == (None if value else "ml4sci_2020_secular")
    app = open_page("identify", of="ml4sci_2020_secular", **dict.fromkeys(keys[1:], value))
    assert not app.exception
    assert not app.error


@pytest.mark.parametrize("page", ["data_sets", "train"])
def test_verdicts_stand_beside_data_and_targets(answered, open_page, page, words):
    app = open_page(page, dataset="ds-own")
    assert not app.exception
    said = [text.value for text in app.markdown if "-badge[" in text.value]
    found = identify(preset("ml4sci_2020_secular").fix(**SMALL))
    for (name, symbol), text in zip(WORDS.items(), said, strict=True):
        colour, icon = verdicts.LOOKS[found.verdicts[name].grade]
        assert text.startswith(f":{colour}-badge[{icon} {symbol} ")
    assert any(
        "without noise" in text.value and "prior's range" in text.value for text in app.caption
    )


@pytest.mark.parametrize("id", ["pretrained-measured", "example-ridge"])
def test_verdicts_stand_beside_the_errors_of_a_run(id, data_folder):
    def alone(id):
        from nmr_core import load_run
        from ui.shared import verdicts

        verdicts.of_run(load_run(id))

    run = load_run(id)
    identification = identification_of(run)
    app = AppTest.from_function(alone, args=(id,)).run()
    assert not app.exception
    for (name, symbol), badge in zip(WORDS.items(), app.markdown, strict=True):
        verdict = identification.verdicts[name]
        assert f" {symbol} {quoted(short(identification, name))}" in badge.value
        has_spread = verdict.kind == "identifiable" and not verdict.run
        assert ("worst point" in badge.value) == has_spread
    (caption,) = (text.value for text in app.caption)
    assert identification.at_noise in caption
    assert quoted(sources(identification)) in caption
    own = caption.partition("This run:")[2]
    for name, error in run_errors(run).items():
        assert f"{WORDS[name]} {percent(error.percent)}" in own


@pytest.mark.parametrize(("error", "kind"), [(7.5, "identifiable"), (20, "hardly")])
def test_a_wide_error_has_a_colour_of_its_own(error, kind):
    verdict = Verdict("d", "identifiable", "", 0.1, error)
    assert verdict.grade == kind


@pytest.mark.parametrize("page", ["data_sets", "train"])
def test_before_anybody_asked_only_what_is_certain_is_said(own, open_page, page):
    app = open_page(page, dataset="ds-own")
    said = [text.value for text in app.markdown if "-badge[" in text.value]
    assert said == [":gray-badge[:material/block: ξ not identifiable]"]


def test_curves_of_unknown_origin_have_no_badges():
    def alone():
        from ui.shared import verdicts

        verdicts.of_dataset("ds-imported", None)

    app = AppTest.from_function(alone).run()
    assert not app.exception
    assert not app.markdown


def test_the_lines_make_the_same(answered):
    from ui.identify import form, results

    small = preset("ml4sci_2020_secular").fix(**SMALL)
    asked = form.Question("ds-own", "Own", small.fix(xi=5.0), {"xi": 5.0}, 0.002, False)
    for kind, given in (
        ("verdicts", {}),
        ("scan", {"name": "tau", "values": [5.0, 10.0]}),
        ("profile", {"name": "d", "n_points": 7}),
        ("map", {"x": "snr", "y": "d", "x_values": [1.0, 2.0], "y_values": [3.0, 4.0], "of": "d"}),
    ):
        lines = results.python(asked, kind, given)
        compile(lines, "lines", "exec")
        assert ".fix(**{'xi': 5.0})" in lines
        assert "noise=0.002, disorder=False" in lines
        assert "identify ds-own --set xi=5.0" in results.command(asked, kind, given)
    scope: dict = {}
    here = form.Question("ds-own", "Own", small, {}, None, True)
    exec(results.python(here, "scan", {"name": "tau", "values": [5.0, 10.0]}), scope)
    assert scope["result"].key == results.key(here, "scan", {"name": "tau", "values": [5.0, 10.0]})
