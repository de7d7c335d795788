"""Layout of all figures: readable colours that stay with a run, user text without markup."""

import tomllib
from pathlib import Path

import numpy as np
import pytest

from nmr_core.learning.run import Run, RunManifest
from nmr_core.models import MODELS
from nmr_core.plots import CONFIG, DARK, LIGHT, run_colours
from nmr_core.plots.layout import axis, figure, plain
from nmr_core.plots.palette import HUES, faded, shaded

ROOT = Path(__file__).parents[2]
THEME = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())["theme"]
STYLE = (ROOT / "static" / "app.css").read_text()
STREAMLIT = {
    LIGHT: {"backgroundColor": "#FFFFFF", "secondaryBackgroundColor": "#F8F8F7"},
    DARK: {"textColor": "#EDEBE8"},
}
"""Streamlit's own colours, where the theme sets none (shown by ``streamlit config show``)."""
THEMES = {
    LIGHT: STREAMLIT[LIGHT] | THEME["light"],
    DARK: STREAMLIT[DARK] | THEME["dark"],
}
CAPTION = 0.6
"""Opacity of captions in Streamlit."""
CHOSEN = 0.1
"""Opacity of the accent behind a chosen pill."""
FILLED, RING = "#0072B2", "#2683C2"
"""Filled buttons and the ring of what has the focus, in static/app.css."""


def _channels(colour: str) -> np.ndarray:
    return np.array([int(colour[k : k + 2], 16) for k in (1, 3, 5)])


def _luminance(colour: str) -> float:
    """Relative luminance of WCAG 2.1."""
    channels = _channels(colour) / 255
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def _contrast(first: str, second: str) -> float:
    low, high = sorted((_luminance(first), _luminance(second)))
    return (high + 0.05) / (low + 0.05)


def _over(colour: str, opacity: float, ground: str) -> str:
    """The colour that is seen where ``colour`` is drawn on ``ground``."""
    mixed = opacity * _channels(colour) + (1 - opacity) * _channels(ground)
    return "#" + "".join(f"{round(channel):02X}" for channel in mixed)


@pytest.mark.parametrize("ground", ["backgroundColor", "secondaryBackgroundColor"])
def test_text_of_pages_and_figures_has_a_contrast_of_4_5(palette, ground):
    """WCAG 2.1, 1.4.3."""
    theme = THEMES[palette]
    page = theme[ground]
    assert _contrast(_over(theme["textColor"], CAPTION, page), page) > 4.5
    assert _contrast(theme["primaryColor"], page) > 4.5
    assert _contrast(palette.ink, page) > 7
    assert _contrast(palette.muted, page) > 4.5


def test_a_chosen_pill_and_a_filled_button_have_a_contrast_of_4_5(palette):
    theme = THEMES[palette]
    chosen = _over(theme["primaryColor"], CHOSEN, theme["backgroundColor"])
    assert _contrast(theme["primaryColor"], chosen) > 4.5
    assert _contrast("#FFFFFF", FILLED) > 4.5
    assert FILLED in STYLE


@pytest.mark.parametrize("ground", ["backgroundColor", "secondaryBackgroundColor"])
def test_lines_fields_and_the_focus_have_a_contrast_of_3(palette, ground):
    """WCAG 2.1, 1.4.11."""
    page = THEMES[palette][ground]
    assert _contrast(RING, page) > 3
    assert _contrast(FILLED, page) > 3
    assert _contrast("#FFFFFF", THEMES[palette]["primaryColor"]) > 3, "the knob of a switch"
    assert RING in STYLE


def test_every_line_has_a_contrast_of_3(palette):
    page = THEMES[palette]["backgroundColor"]
    lines = [shaded(colour, shade) for colour in palette.series for shade in palette.shades]
    assert min(_contrast(line, page) for line in lines) > 3
    assert palette.shades[0] == 0
    text = (palette.series[0], palette.series[3])
    assert min(_contrast(colour, page) for colour in text) > 4.5, "names beside lines"


def test_series_are_distinct(palette):
    rgb = np.array([_channels(colour) for colour in palette.series])
    distance = np.linalg.norm(rgb[:, None] - rgb[None], axis=2) + 999 * np.eye(len(rgb))
    assert distance.min() > 50


def test_labels_of_ticks_have_the_contrast_of_text(palette):
    """Streamlit's own grey has 3.7 on white, so every axis sets its colours."""
    drawn = figure([], palette, axis("t (µs)", palette), axis("M", palette))
    for part in (drawn.layout.xaxis, drawn.layout.yaxis):
        assert part.tickfont.color == palette.muted
        assert part.title.font.color == palette.ink


def test_the_tool_bar_is_transparent_and_covers_no_title(palette):
    bar = figure([], palette, axis("", palette), axis("", palette)).layout.modebar
    assert (bar.orientation, bar.bgcolor) == ("v", "rgba(0,0,0,0)")
    assert CONFIG["displayModeBar"] == "hover"
    assert CONFIG["toImageButtonOptions"]["format"] == "svg"


def test_user_text_has_no_markup():
    assert plain("<a href='x'>b</a>") == "‹a href='x'›b‹/a›"


def test_mixed_colours():
    assert faded("#0072B2", 0.5) == "rgba(0,114,178,0.5)"
    assert (shaded("#0072B2", 1), shaded("#0072B2", -1)) == ("#FFFFFF", "#000000")


def test_a_model_has_its_own_colour_everywhere(palette):
    assert len({palette.of(name) for name in ("mean", "ridge", "random_forest", "mlp")}) == 4
    positions = {
        LIGHT.series.index(LIGHT.of(name)) - DARK.series.index(DARK.of(name)) for name in MODELS
    }
    assert positions == {0}


def test_every_family_of_models_has_a_hue():
    assert {entry.family for entry in MODELS.values()} <= HUES.keys()


def _run(k: int, model: str) -> Run:
    empty = {}
    manifest = RunManifest(
        f"run-{k}", "", "", "", "", "raw", empty, model, empty, empty, empty, empty,
        0, 1, 1, 0.5, 1.0,
        created=f"2026-01-01T00:00:{k:02d}Z",
    )  # fmt: skip
    return Run(manifest)


@pytest.mark.parametrize("turn", [1, -1])
def test_a_run_keeps_its_colour_whatever_the_order(palette, turn):
    names = ("ridge", "mlp", "ridge", "mlp", "mean", "no such model")
    runs = [_run(k, model) for k, model in enumerate(names)]
    colours = run_colours(runs[::turn], palette)
    assert colours["run-0"] == palette.series[0]
    assert len({colours[f"run-{k}"] for k in range(5)}) == 5
    assert colours == run_colours(runs, palette)
