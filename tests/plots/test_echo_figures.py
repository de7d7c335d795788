"""Echoes and spectra: drawn numbers are the signal's, marks stand at their times."""

import re
from types import SimpleNamespace

import numpy as np
import pytest

from nmr_core import Echo, preset, simulate
from nmr_core.plots import (
    COMPONENTS,
    LIGHT,
    echo_figure,
    overlay_figure,
    signal_figure,
    spectrum_figure,
)
from nmr_core.pulses import Pulse

FREQUENCY = np.linspace(-1.6, 1.6, 1601)


@pytest.fixture(scope="module")
def echo():
    return simulate(preset("ml4sci_2020_secular").build(n_x=8, n_y=8), seed=0)


def _titles(figure) -> tuple[str, str]:
    return figure.layout.xaxis.title.text, figure.layout.yaxis.title.text


def _marks(figure) -> list[list[float]]:
    """Times of the pulses and of the echoes, as drawn."""
    paths = [shape.path for shape in figure.layout.shapes]
    return [[float(t) for t in re.findall(r"M([^,]+),", path)] for path in paths]


def _labels(figure) -> list[str]:
    return [note.text for note in figure.layout.annotations if note.xref != "paper"]


def _echo(angles, pulse_times, echo_times, end: float) -> Echo:
    """An echo of any protocol, as far as a figure looks at it."""
    time = np.linspace(0, end, 50)
    protocol = SimpleNamespace(
        pulses=tuple(Pulse(angle, 0, 1) for angle in angles),
        pulse_times=tuple(pulse_times),
        echo_times=tuple(echo_times),
    )
    signal = 0.5 * np.exp(2j - time / end)
    return Echo(time, signal, np.zeros(50), SimpleNamespace(protocol=protocol))


def _train(n: int) -> Echo:
    pulses = [0, *np.arange(n) * 20 + 10]
    return _echo([90] + n * [180], pulses, np.arange(1, n + 1) * 20, 20 * n + 10)


FID = _echo([90], [0], [], 60)


def test_an_echo_is_drawn_with_its_pulses(echo, palette):
    figure = echo_figure(echo, palette)
    assert [trace.name for trace in figure.data] == list(COMPONENTS)
    assert _titles(figure) == ("time t (µs)", "polarisation M per spin")
    assert _labels(figure) == ["90°", "180°", "echo"]
    assert _marks(figure) == [pytest.approx([0, 157 / np.pi]), pytest.approx([314 / np.pi])]
    np.testing.assert_allclose(figure.data[0].y, np.abs(echo.signal), atol=1e-6)
    np.testing.assert_allclose(figure.data[2].y, echo.signal.imag, atol=1e-6)


@pytest.mark.parametrize("components", [("|M|",), ("Re M",), ("Re M", "Im M"), ()], ids=str)
def test_a_component_has_its_colour_whatever_else_is_shown(echo, components):
    colours = {trace.name: trace.line.color for trace in echo_figure(echo, LIGHT).data}
    figure = echo_figure(echo, LIGHT, components)
    assert {trace.name: trace.line.color for trace in figure.data} == {
        name: colours[name] for name in components
    }


def test_axes_do_not_move_with_the_curve(echo):
    other = simulate(echo.experiment.replace(gamma_3=0.001), seed=1)
    first, second = (echo_figure(e, LIGHT).layout for e in (echo, other))
    assert (first.xaxis.range, first.yaxis.range) == (second.xaxis.range, second.yaxis.range)


@pytest.mark.parametrize(
    ("train", "texts"),
    [
        (FID, ["90°"]),
        (_train(2), ["90°", "180°", "180°", "echo", "echo"]),
        (_train(100), ["90°", "180°", "180°"] + 8 * ["echo"]),
        (_echo([90, 22.5, 180], [0, 30, 30], [], 60), ["90°", "22.5° 180°"]),
    ],
    ids=["fid", "2", "100", "composite"],
)
def test_every_pulse_and_echo_has_a_mark_but_not_always_a_label(train, texts):
    figure, protocol = echo_figure(train, LIGHT), train.experiment.protocol
    times = [list(times) for times in (protocol.pulse_times, protocol.echo_times) if times]
    assert _marks(figure) == times
    assert _labels(figure) == texts


def test_pinned_echoes_are_magnitudes_in_styles_of_their_own(echo, palette):
    pinned = {f"<b>{k}": other for k, other in enumerate([FID, _train(3), echo, echo, echo, echo])}
    figure = echo_figure(echo, palette, uncoupled=np.zeros(len(echo.time)), pinned=pinned)
    dotted, *drawn = figure.data[len(COMPONENTS) :]
    assert (dotted.name, dotted.line.dash) == ("|M| without coupling", "dot")
    assert [trace.name for trace in drawn] == [f"‹b›{k}" for k in range(6)]
    np.testing.assert_allclose(drawn[1].y, np.abs(_train(3).signal), atol=1e-6)
    styles = {(trace.line.color, trace.line.dash) for trace in figure.data}
    assert len(styles) == len(figure.data)
    assert _labels(figure) == ["90°", "180°", "echo"], "the marks are those of the echo itself"


def test_the_time_axis_holds_the_longest_echo(echo):
    longer = _echo([90], [0], [], 400)
    assert echo_figure(echo, LIGHT).layout.xaxis.range[1] == pytest.approx(echo.time[-1])
    assert echo_figure(echo, LIGHT, pinned={"a": longer}).layout.xaxis.range == (-4, 400)


def test_overlaid_protocols_show_the_marks_that_they_share(palette):
    short, long = _train(2), _train(4)
    figure = overlay_figure({"2": short, "4": long}, palette)
    assert _marks(figure) == [[0, 10, 30], [20, 40]]
    assert _marks(overlay_figure({"fid": FID, "4": long}, palette)) == [[0]]
    assert len({trace.line.color for trace in figure.data}) == 2
    assert _titles(figure) == ("time t (µs)", "|M| per spin")


def test_the_signal_of_a_sample_has_three_components_per_setting(palette):
    signal = np.exp(1j * np.linspace(0, 3, 3000))[None].astype(np.complex64)
    figure = signal_figure(np.linspace(0, 150, 3000), signal, palette)
    assert [trace.name for trace in figure.data] == ["|M|", "Re M", "Im M"]
    assert len(figure.data[0].x) <= 1000
    assert len(signal_figure(np.arange(3000), np.vstack([signal, signal]), palette).data) == 6


def _spectra(spectra: dict, *more):
    """All spectra on one frequency grid."""
    grid = {label: (FREQUENCY, values) for label, values in spectra.items()}
    return spectrum_figure(grid, *more)


def _lorentzian(width: float) -> np.ndarray:
    return (1 / (1 + 2j * FREQUENCY / width)).astype(np.complex128)


def test_every_magnitude_and_the_first_real_part(palette):
    spectra = {"now": _lorentzian(0.05), "<i>pinned": 2 * _lorentzian(0.1)}
    figure = _spectra(spectra, palette)
    assert [trace.name for trace in figure.data] == ["|S| now", "|S| ‹i›pinned", "Re S now"]
    np.testing.assert_allclose(figure.data[1].y, np.abs(spectra["<i>pinned"]), atol=1e-6)
    np.testing.assert_allclose(figure.data[2].y, spectra["now"].real, atol=1e-6)
    assert _titles(figure) == ("frequency f − f₀ (MHz)", "spectrum S (µs)")


def test_a_pin_has_one_colour_in_the_echo_and_in_the_spectrum(echo, palette):
    pinned = {"a": echo, "b": echo}
    drawn = echo_figure(echo, palette, pinned=pinned).data
    spectra = _spectra(dict.fromkeys(("now", "a", "b"), _lorentzian(0.05)), palette).data
    assert spectra[0].line.color == drawn[0].line.color
    pairs = [(trace.line.color, trace.line.dash) for trace in drawn[-2:]]
    assert [(trace.line.color, trace.line.dash) for trace in spectra[1:3]] == pairs


@pytest.mark.parametrize(
    ("width", "line_width", "end"),
    [(0.02, None, 0.1), (0.02, 0.08, 0.16), (0.5, None, 0.3), (0.5, 0.2, 0.4)],
)
def test_the_axis_holds_the_line_and_little_else(width, line_width, end):
    """A boxcar of full width 10 widths has all of its intensity within ±5 widths."""
    box = (np.abs(FREQUENCY) <= 5 * width + 1e-9).astype(complex)
    assert _spectra({"": box}, LIGHT, line_width).layout.xaxis.range == pytest.approx((-end, end))


def test_the_half_maxima_of_the_line_are_marked_and_named(palette):
    figure = _spectra({"": _lorentzian(0.05)}, palette, 0.05)
    assert [(mark.x0, mark.x1) for mark in figure.layout.shapes] == [
        (-0.025, -0.025),
        (0.025, 0.025),
    ]
    assert "Γ = 0.05 MHz" in figure.layout.annotations[0].text


def test_no_signal_still_has_axes():
    assert _spectra({"": np.zeros(1601, complex)}, LIGHT).layout.xaxis.range == (-0.3, 0.3)
