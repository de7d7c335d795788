"""Figures of the command line in the style of papers."""

import json
from contextlib import suppress

import plotly.io
import pytest

from nmr_core.cli import main
from nmr_core.plots.paper import PIXELS_PER_MM

SMALL = ["--set", "n_x=8", "--set", "n_y=8", "--set", "tau=5"]


def test_a_figure_of_paper_has_width_and_font_size(tmp_path):
    file = tmp_path / "echo.json"
    options = ["--style", "paper", "--width", "129mm", "--font-size", "10pt"]
    assert main(["simulate", *SMALL, "--figure", str(file), *options]) == 0
    layout = plotly.io.read_json(file).layout
    scale = 129 * PIXELS_PER_MM / layout.width
    assert layout.font.size * scale * 72 / 96 == pytest.approx(10, rel=1e-3)
    assert layout.xaxis.linecolor == "black"


def test_without_options_figures_are_those_of_the_screen(tmp_path):
    file = tmp_path / "echo.json"
    assert main(["simulate", *SMALL, "--figure", str(file)]) == 0
    assert plotly.io.read_json(file).layout.width is None


def test_a_page_saves_its_figure_at_the_width_in_print(tmp_path):
    file = tmp_path / "echo.html"
    assert main(["simulate", *SMALL, "--figure", str(file), "--style", "paper"]) == 0
    text = file.read_text(encoding="utf-8")
    camera = json.loads("{" + text.split('"toImageButtonOptions": {')[1].split("}")[0] + "}")
    assert camera["format"] == "svg"
    assert camera["filename"] == "echo"
    assert camera["scale"] == pytest.approx(8 * 96 / 72 / 13)


def test_all_figures_of_a_report_are_styled(tmp_path):
    file = tmp_path / "report.html"
    runs = ["example-mlp", "example-ridge"]
    assert main(["compare", *runs, "--html", str(file), "--style", "paper", "--width", "86"]) == 0
    lines = file.read_text(encoding="utf-8").splitlines()
    start = '<script type="application/json"'
    figures = [
        json.loads(line.partition(">")[2].removesuffix("</script>"))
        for line in lines
        if line.startswith(start)
    ]
    assert len(figures) > 4
    assert all(figure["layout"]["paper_bgcolor"] == "white" for figure in figures)
    assert len({figure["layout"]["width"] for figure in figures}) == 1


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--width", "3mm"], "must be 40 to 500 mm"),
        (["--font-size", "big"], "must be a number of pt such as 8pt"),
        (["--typeface", "serif"], "--typeface needs --style paper or --width"),
    ],
)
def test_impossible_options_are_refused(tmp_path, capsys, options, message):
    file = str(tmp_path / "echo.json")
    with suppress(SystemExit):
        assert main(["simulate", *SMALL, "--figure", file, *options]) == 2
    assert message in capsys.readouterr().err
    assert not (tmp_path / "echo.json").exists()
