"""The spectrum's picture: every curve, the real part of the first, and an axis that holds the line."""

import numpy as np
import pytest

from nmr_core.plots import DARK, LIGHT, spectrum_figure

FREQUENCY = np.linspace(-1.6, 1.6, 1601)


def _drawn(spectra: dict, *more):
    """All spectra on one frequency grid."""
    return spectrum_figure({label: (FREQUENCY, values) for label, values in spectra.items()}, *more)


def _lorentzian(width: float) -> np.ndarray:
    return (1 / (1 + 2j * FREQUENCY / width)).astype(np.complex128)


@pytest.fixture(params=[LIGHT, DARK], ids=["light", "dark"])
def palette(request):
    return request.param


def test_every_magnitude_and_the_first_real_part(palette):
    spectra = {"now": _lorentzian(0.05), "<i>pinned": 2 * _lorentzian(0.1)}
    figure = _drawn(spectra, palette)
    assert [trace.name for trace in figure.data] == ["|S| now", "|S| ‹i›pinned", "Re S now"]
    assert np.allclose(figure.data[1].y, np.abs(spectra["<i>pinned"]), atol=1e-6)
    assert np.allclose(figure.data[2].y, spectra["now"].real, atol=1e-6)
    assert figure.data[2].line.color == figure.data[0].line.color != figure.data[1].line.color
    assert figure.data[2].line.width < figure.data[0].line.width
    assert {trace.y.dtype for trace in figure.data} == {np.dtype("float32")}
    assert (figure.layout.xaxis.title.text, figure.layout.yaxis.title.text) == (
        "frequency f − f₀ (MHz)",
        "spectrum S (µs)",
    )


@pytest.mark.parametrize(
    ("width", "line_width", "end"),
    [
        (0.02, None, 0.1),
        (0.02, 0.03, 0.1),
        (0.02, 0.08, 0.16),
        (0.5, None, 0.3),
        (0.5, 0.05, 0.3),
        (0.5, 0.2, 0.4),
    ],
)
def test_the_axis_holds_the_line_and_little_else(width, line_width, end):
    """A boxcar of full width 10 widths has all of its intensity within ±5 widths."""
    box = (np.abs(FREQUENCY) <= 5 * width + 1e-9).astype(complex)
    low, high = _drawn({"": box}, LIGHT, line_width).layout.xaxis.range
    assert (low, high) == pytest.approx((-end, end), abs=1e-9)


def test_the_widest_of_the_curves_decides():
    narrow, wide = _drawn({"a": _lorentzian(1e-3) ** 2}, LIGHT), _lorentzian(0.02) ** 2
    both = _drawn({"a": _lorentzian(1e-3) ** 2, "b": wide}, LIGHT)
    assert narrow.layout.xaxis.range[1] < both.layout.xaxis.range[1] < 0.3
    inside = np.abs(FREQUENCY) <= both.layout.xaxis.range[1]
    assert 0.999 <= np.sum(np.abs(wide[inside]) ** 2) / np.sum(np.abs(wide) ** 2) < 0.9999


def test_the_half_maxima_of_the_line_are_marked(palette):
    marks = _drawn({"": _lorentzian(0.05)}, palette, 0.05).layout.shapes
    assert [(mark.x0, mark.x1, mark.line.dash) for mark in marks] == [
        (-0.025, -0.025, "dash"),
        (0.025, 0.025, "dash"),
    ]
    assert not _drawn({"": _lorentzian(0.05)}, palette).layout.shapes


def test_no_signal_still_has_axes():
    assert _drawn({"": np.zeros(1601, complex)}, LIGHT).layout.xaxis.range == (-0.3, 0.3)
