"""The one-page report on a measured echo: what it says, and that nothing lies over anything."""

import re
from dataclasses import replace

import numpy as np
import pytest

from nmr_core import load_run
from nmr_core.measured.acquired import acquired
from nmr_core.measured.answering import answer, ready, with_refinement
from nmr_core.measured.example import example_echo
from nmr_core.measured.refine import Refinement
from nmr_core.plots.measured_pdf import measured_pdf
from nmr_core.plots.measured_report import measured_report
from nmr_core.plots.pdf_axes import ticks
from nmr_core.plots.pdf_text import markup

pytest.importorskip("reportlab")


@pytest.fixture(scope="module")
def measurements():
    one = ready(load_run("pretrained-measured"))
    return one, example_echo(one.run, one.target).read()


@pytest.fixture(scope="module")
def result(measurements):
    return answer(*measurements)


@pytest.fixture
def plain(monkeypatch):
    """PDF files whose text stands in them as it is."""
    monkeypatch.setattr("reportlab.rl_config.pageCompression", 0)


@pytest.fixture
def boxes(monkeypatch):
    """(left, bottom, right, top, text) of each paragraph that is drawn."""
    from reportlab.platypus import Paragraph

    drawn = []
    original = Paragraph.drawOn

    def draw(self, canvas, x, y, *more):
        lines = self.blPara.lines
        spare = [getattr(line, "extraSpace", None) or line[0] for line in lines]
        width = self.width - min(map(float, spare))
        left = {0: x, 1: x + (self.width - width) / 2, 2: x + self.width - width}
        left = left[self.style.alignment]
        # Labels at an axis are turned; they are no part of the text
        if canvas._currentMatrix[1] == 0:
            drawn.append((left, y, left + width, y + self.height, self.text))
        return original(self, canvas, x, y, *more)

    monkeypatch.setattr(Paragraph, "drawOn", draw)
    return drawn


def _pages(content):
    return len(re.findall(rb"/Type /Page\b", content))


def _overlaps(boxes):
    """Pairs of texts of which one lies over the other by more than the space around letters."""
    return [
        (a[4], b[4])
        for k, a in enumerate(boxes)
        for b in boxes[k + 1 :]
        if min(a[2], b[2]) - max(a[0], b[0]) > 1 and min(a[3], b[3]) - max(a[1], b[1]) > 2
    ]


def test_the_report_is_one_page_with_the_numbers_as_text(result, measurements, plain):
    protocol = acquired(measurements[1][0], tau=50)
    report = measured_report(result, name="mine.csv", acquired=protocol)
    content = report.pdf()
    assert content.startswith(b"%PDF")
    assert _pages(content) == 1
    assert measured_pdf(result, title="a", subtitle="") == measured_pdf(
        result, title="a", subtitle=""
    )
    value, (low, high) = result.values["p"], result.interval("p")
    for text in ("mine.csv", f"{value:.4g}", f"{low:.4g} to {high:.4g}", "scikit-learn", "seed"):
        assert text.encode() in content
    assert b"/Subtype /Image" not in content, "figures are vectors"
    assert content.count(b" l\n") + content.count(b" l ") > 1000


def test_no_text_lies_over_another(result, measurements, boxes):
    measured_report(result, acquired=acquired(measurements[1][0], tau=50)).pdf()
    assert len(boxes) > 30
    assert _overlaps(boxes) == []
    assert min(box[1] for box in boxes) > 0
    assert max(box[2] for box in boxes) < 596


@pytest.mark.parametrize("n", [1, 3, 6])
def test_a_page_holds_many_settings_and_long_sentences(result, boxes, n):
    verdict = replace(
        result.verdict,
        quotable="no",
        sentence="Do not quote these estimates: a very long reason. " * 30,
        out_of_range=["Its noise is 0.02 in units of M; average more scans. " * 6] * 8,
    )
    again = result.resimulation
    several = {
        name: np.repeat(getattr(again, name), n, axis=0)
        for name in ("measured", "mean", "sd", "residual")
    }
    long = replace(
        result,
        prepared=result.prepared * n,
        verdict=verdict,
        resimulation=replace(again, **several),
    )
    content = measured_report(long, name="a" * 300).pdf()
    assert _pages(content) == 1
    assert _overlaps(boxes) == []
    assert min(box[1] for box in boxes) > 20


def test_refined_values_stand_beside_the_estimates(result, plain):
    curve = result.resimulation.mean * 1.01
    fit = Refinement({"p": 2.7654}, {"p": 0.0321}, 0.9, 0.4, 60, None, curve)
    content = measured_report(with_refinement(result, fit)).pdf()
    assert "2.765 ± 0.032".encode("cp1252") in content or b"2.765" in content
    assert b"refined" in content


def test_hidden_estimates_are_not_in_the_file(result, plain):
    row = result.row.copy()
    secret = row["predicted_p"]
    numbers = [name for name in row.index if name.endswith(("_alpha", "_p", "_d", "_xi"))]
    row[numbers] = np.nan
    row["applicability"] = "out of domain"
    content = measured_report(replace(result, row=row, resimulation=None)).pdf()
    assert f"{secret:.4g}".encode() not in content
    assert b"hidden" in content


def test_without_reportlab_a_sentence_says_what_to_install(result, monkeypatch):
    from nmr_core import InputError, extras

    monkeypatch.setattr(extras, "_is_importable", lambda module: module != "reportlab")
    with pytest.raises(InputError, match="ReportLab"):
        measured_report(result).pdf()
    assert "<html" in measured_report(result).html()


def test_letters_without_a_glyph_become_question_marks_and_markup_has_no_meaning():
    assert markup("α ωₚ τ₁ 10⁻³ µ ≤ √") == (
        "α ω<sub>p</sub> τ<sub>1</sub> 10<super>-</super>³ µ ≤ √"
    )
    assert markup("<b>&") == "&lt;b&gt;&amp;"
    assert markup("日本") == "??"


@pytest.mark.parametrize(
    ("low", "high"), [(0, 1), (-3.2e4, 5.1e4), (12.8, 162.4), (-1e-6, 2e-6), (5, 5.001)]
)
def test_ticks_are_round_and_inside(low, high):
    values = ticks(low, high)
    assert 2 <= len(values) <= 7
    assert values[0] >= low - 1e-9 * (high - low)
    assert values[-1] <= high + 1e-9 * (high - low)
