"""Agendas: lengths, pages and labs that exist; the cheat sheet is one page."""

import re
from pathlib import Path

import numpy as np
import pytest

import nmr_core as nmr
from nmr_core.errors import InputError
from nmr_core.labs.agenda import agendas, get
from nmr_core.labs.registry import LABS
from nmr_core.labs.steps import KINDS, LAB_NOTES
from nmr_core.plots import DARK, LIGHT
from nmr_core.plots.agenda import agenda_figure
from nmr_core.pretrained.first_echoes import first_echoes

ROOT = Path(__file__).parents[2]
SMALLEST = 64
"""Pixels of the smallest area that plotly leaves as it is (``layout.minreducedheight``)."""
MINUTES = {"90-minutes": 90, "half-day": 240}
NUMBER = re.compile(r"\d+(?:\.\d+)?")
ALL = [pytest.param(agenda, id=key) for key, agenda in agendas().items()]


@pytest.mark.parametrize("agenda", ALL)
def test_an_agenda_takes_the_time_of_its_title(agenda):
    assert agenda.minutes == MINUTES[agenda.key]
    last = agenda.starts[-1]
    assert last + agenda.steps[-1].minutes == agenda.minutes
    assert agenda.at(0) is agenda.steps[0]
    assert agenda.at(last) is agenda.steps[-1]
    assert agenda.at(agenda.minutes) is None
    assert agenda.at(-1) is None


@pytest.mark.parametrize("agenda", ALL)
def test_every_step_has_a_page_of_the_app_a_task_and_notes(agenda):
    pages = {file.stem for file in (ROOT / "pages").glob("*.py")}
    assert len({step.key for step in agenda.steps}) == len(agenda.steps)
    for step in agenda.steps:
        assert step.kind in KINDS
        assert step.page in pages | {""}
        assert step.task.endswith((".", "?"))
        assert step.notes
        assert (step.kind == "lab") == (step.lab in LABS)


def test_the_numbers_of_the_notes_are_those_of_the_labs():
    for slug, state, name in (
        ("overfit", {}, "outside"),
        ("stopping", {}, "stopped"),
        ("stopping", {}, "last"),
        ("unknowable", {}, "test"),
        ("unknowable", {"target": "alpha"}, "test"),
        ("optimisers", {"momentum": 0.9}, "steps"),
        ("ensembles", {}, "times"),
        ("attention", {"target": "alpha", "centre": 100}, "hidden"),
    ):
        value = LABS[slug].run(state).number(name).value
        numbers = [float(text) for text in NUMBER.findall(" ".join(LAB_NOTES[slug]))]
        assert any(number == pytest.approx(value, rel=0.02) for number in numbers), (slug, name)


def test_coupling_makes_an_echo_smaller_and_narrower_but_not_always_earlier():
    preset = nmr.preset("ml4sci_2020_secular").fix(n_x=16, n_y=16)
    for seed in (0, 2):
        models = [preset.build(alpha=alpha) for alpha in (0, 0.05, 0.1, 0.2)]
        shapes = [nmr.simulate(model, seed=seed).shape for model in models]
        assert np.all(np.diff([shape.height for shape in shapes]) < 0)
        assert np.all(np.diff([shape.width for shape in shapes[:3]]) < 0)
    assert shapes[-1].time > shapes[0].time


def test_an_unknown_agenda_is_a_sentence():
    with pytest.raises(InputError, match="one of 90-minutes"):
        get("two hours")


@pytest.mark.parametrize("palette", [LIGHT, DARK])
@pytest.mark.parametrize("agenda", ALL)
def test_the_bar_covers_the_whole_time(agenda, palette):
    figure = agenda_figure(agenda, palette, now=10)
    numbers = sorted(int(text) for trace in figure.data for text in trace.text)
    assert numbers == list(range(1, len(agenda.steps) + 1))
    ends = [b + x for trace in figure.data for b, x in zip(trace.base, trace.x, strict=True)]
    assert max(ends) == pytest.approx(agenda.minutes, abs=0.5)
    assert len(figure.layout.shapes) == 1
    assert not agenda_figure(agenda, palette, now=-5).layout.shapes
    margin = figure.layout.margin
    assert figure.layout.height - margin.t - margin.b >= SMALLEST, "plotly cuts the margins"


def test_the_cheat_sheet_is_one_page_with_the_link_of_the_room():
    pytest.importorskip("reportlab")
    from reportlab import rl_config

    from nmr_core.workshop.cheat_sheet import COMMANDS, cheat_sheet

    echoes = first_echoes()
    plain = cheat_sheet(echoes)
    assert plain.startswith(b"%PDF")
    assert len(re.findall(rb"/Type /Page\b", plain)) == 1
    assert plain == cheat_sheet(echoes)
    before, rl_config.pageCompression = rl_config.pageCompression, 0
    try:
        readable = cheat_sheet(echoes, "http://192.168.1.5:8501/r/ABCD2345", "ABCD-<345")
    finally:
        rl_config.pageCompression = before
    for words in (b"ABCD-<345", b"192.168.1.5:8501/r/ABCD2345", COMMANDS[0].encode()):
        assert words in readable
