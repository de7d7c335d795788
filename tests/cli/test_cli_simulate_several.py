"""``simulate``: settings, sweeps and figures."""

import base64
import csv
import json
import re

import numpy as np
import plotly.io
import pytest

import nmr_core as nmr
from nmr_core.cli import simulate_files
from nmr_core.integrators import INTEGRATORS
from nmr_core.kernels import KERNELS
from nmr_core.lattice import LATTICES
from nmr_core.sequences import SEQUENCES

SIZE = {"n_x": 8, "n_y": 8, "tau": 5}


def _signal(found: dict) -> np.ndarray:
    """Complex curves of a JSON answer; null is NaN."""
    return np.array(found["re"], float) + 1j * np.array(found["im"], float)


def _table(answer) -> tuple[list[str], np.ndarray]:
    header, *rows = answer.out.partition("\n\n")[2].splitlines()
    cells = [[float("nan" if cell == "-" else cell) for cell in row.split()] for row in rows]
    return re.split(r"  +", header.strip()), np.array(cells)


def _csv(file) -> tuple[list[str], np.ndarray]:
    header, *rows = csv.reader(file.read_text(encoding="ascii").splitlines())
    return header, np.array(rows, float)


def test_a_preset_with_settings_gives_an_echo_each_with_its_own_noise(cli, small):
    answer = cli(
        "simulate", "--preset", "lab", *small, "--set", "noise=0.01", "--seed", 3, "--json"
    )
    experiments = nmr.preset("lab").experiments(**SIZE, noise=0.01)
    echoes = [nmr.simulate(e, seed=3, setting=k) for k, e in enumerate(experiments)]
    found = answer.json
    np.testing.assert_array_equal(_signal(found), [echo.signal for echo in echoes])
    np.testing.assert_array_equal(found["mz"], [echo.mz for echo in echoes])
    np.testing.assert_array_equal(found["time_us"], echoes[0].time)
    assert found["settings"] == {"angle_2": [60, 90, 120, 180]}
    assert found["experiments"] == [e.to_dict() for e in experiments]
    assert found["echoes"]["magnitude"] == [echo.shape.height for echo in echoes]
    assert "angle_2" not in found["parameters"]


def test_settings_are_a_line_each(cli, small):
    answer = cli("simulate", *small, "--settings", "angle_1=40,90", "--settings", "angle_2=80,180")
    header, rows = _table(answer)
    experiments = (
        nmr.preset("ml4sci_2020_secular")
        .measure(angle_1=[40, 90], angle_2=[80, 180])
        .experiments(**SIZE)
    )
    shapes = [nmr.simulate(e).shape for e in experiments]
    assert header == [
        "angle_1 (degrees)",
        "angle_2 (degrees)",
        "|M|",
        "time (us)",
        "width (us)",
        "asymmetry",
    ]
    expected = [
        [*angles, s.height, s.time, s.width, s.asymmetry]
        for angles, s in zip(((40, 80), (90, 180)), shapes, strict=True)
    ]
    np.testing.assert_allclose(rows, expected, rtol=1e-5)


def test_one_setting_is_one_echo(cli, small):
    found = cli("simulate", "--preset", "lab", *small, "--settings", "angle_2=100", "--json").json
    echo = nmr.simulate(nmr.preset("lab").build(**SIZE, angle_2=100))
    np.testing.assert_array_equal(_signal(found), echo.signal)
    assert found["parameters"]["angle_2"] == 100


@pytest.mark.parametrize("ending", ["csv", "npz"])
def test_settings_in_a_file(cli, small, tmp_path, ending):
    file = tmp_path / f"echoes.{ending}"
    found = cli("simulate", *small, "--settings", "angle_2=80,180", "--out", file, "--json").json
    signals = _signal(found)
    if ending == "csv":
        header, rows = _csv(file)
        assert header == ["angle_2 (degrees)", "time (us)", "Re M", "Im M"]
        n = signals.shape[1]
        np.testing.assert_array_equal(rows[:, 0], [80] * n + [180] * n)
        np.testing.assert_array_equal(rows[:, 1], found["time_us"] * 2)
        np.testing.assert_array_equal(rows[:, 2] + 1j * rows[:, 3], signals.ravel())
    else:
        with np.load(file) as arrays:
            assert set(arrays) == {"time", "signals", "mz", "angle_2"}
            np.testing.assert_array_equal(arrays["signals"], signals)
            np.testing.assert_array_equal(arrays["angle_2"], [80, 180])


def test_a_sweep_is_the_simulators(cli, small):
    given = ("simulate", "--preset", "lab", *small, "--sweep", "xi=1:5:3", "--seed", 2)
    found, swept = (
        cli(*given, "--json").json,
        nmr.sweep(nmr.preset("lab"), "xi", [1, 3, 5], seed=2, **SIZE),
    )
    np.testing.assert_array_equal(_signal(found), swept.signals)
    assert found["sweep"] == {
        "parameter": "xi",
        "symbol": "ξ",
        "unit": "sites",
        "values": [1, 3, 5],
    }
    assert found["W"] == [e.W for e in swept.experiments]
    assert "xi" not in found["parameters"]
    header, rows = _table(cli(*given))
    assert header == ["xi (sites)", "|M|", "time (us)", "width (us)", "asymmetry"]
    np.testing.assert_allclose(
        rows[:, :3].T, [swept.values, swept.shapes.height, swept.shapes.time], rtol=1e-5
    )


def test_a_sweep_of_the_record_leaves_out_what_was_not_recorded(cli, small, tmp_path):
    given = ("simulate", *small[:4], "--sweep", "tau=4:6:2")
    found = cli(*given, "--out", tmp_path / "sweep.csv", "--json").json
    header, rows = _csv(tmp_path / "sweep.csv")
    lengths = [
        len(nmr.preset("ml4sci_2020_secular").build(**SIZE | {"tau": tau}).protocol.time)
        for tau in (4, 6)
    ]
    assert header == ["tau (us)", "time (us)", "Re M", "Im M"]
    assert [np.count_nonzero(rows[:, 0] == tau) for tau in (4, 6)] == lengths
    assert found["re"][0][lengths[0] :] == [None] * (lengths[1] - lengths[0])
    assert found["echo_time_us"] == [
        e["protocol"]["dt"] * 2 * n for e, n in zip(found["experiments"], (12, 18), strict=True)
    ]
    cli(*given, "--out", tmp_path / "sweep.npz")
    with np.load(tmp_path / "sweep.npz") as arrays:
        assert str(arrays["parameter"]) == "tau"
        np.testing.assert_array_equal(arrays["values"], [4, 6])
        np.testing.assert_array_equal(arrays["time"], found["time_us"])
        np.testing.assert_array_equal(
            arrays["signals"], np.where(np.isnan(_signal(found)), arrays["signals"], _signal(found))
        )
        assert np.isnan(arrays["signals"][0, lengths[0] :]).all()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--sweep", "xi=1:2:3", "--settings", "angle_1=3"], "exclude each other"),
        (["--sweep", "xi=1:2:3", "--set", "xi=3"], "xi differs between the echoes"),
        (["--preset", "lab", "--set", "angle_2=5"], "--settings angle_2="),
        (["--sweep", "xi=1:2"], "NAME=LOW:HIGH:N"),
        (["--sweep", "xi=1:2:3:4"], "NAME=LOW:HIGH:N"),
        (["--sweep", "xi=1:2:2.5"], "NAME=LOW:HIGH:N"),
        (["--sweep", "xi=1:inf:2"], "NAME=LOW:HIGH:N"),
        (["--sweep", "xi=one:2:2"], "NAME=LOW:HIGH:N"),
        (["--sweep", "=1:2:2"], "NAME=LOW:HIGH:N"),
        (["--sweep", "xi"], "NAME=LOW:HIGH:N"),
        (["--sweep", "kernel=1:2:3"], "'kernel' cannot be swept"),
        (["--sweep", "xi=0:2:3"], "xi must be in"),
        (["--sweep", "xi=1:1e308:3"], "xi must be in"),
        (["--sweep", "xi=1:2:0"], "1 to 200 values"),
        (["--sweep", "xi=1:2:201"], "1 to 200 values"),
        (["--sweep", "n_echoes=1:2.5:2"], "whole number"),
        (["--settings", "xi=1,2"], "'xi' is none"),
        (["--settings", "tau=4,5"], "share their time grid"),
        (["--settings", "angle_1=1,2", "--settings", "angle_2=1,2,3"], "as many values"),
        (["--settings", "angle_1=1e9"], "angle_1 must be in"),
        (["--settings", "angle_1=1,,2"], "NAME=V1,V2"),
        (["--settings", "angle_1=nan"], "NAME=V1,V2"),
        (["--settings", "=1"], "NAME=V1,V2"),
        (["--settings", "angle_1"], "NAME=V1,V2"),
        (["--figure", "echo.gif"], "must end in .html or .json"),
        (["--figure", "missing/echo.svg"], "cannot be made"),
        (["--figure", ""], "empty"),
    ],
)
def test_wrong_use_is_refused_before_the_work(
    refused, small, tmp_path, monkeypatch, arguments, sentence
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(
        "nmr_core.simulator.batch.Batch.run", lambda *_, **__: pytest.fail("it was simulated")
    )
    assert sentence in refused(2, "simulate", *small, *arguments)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("arguments", "kind", "n_traces", "y_axis"),
    [
        ((), "scatter", 3, "polarisation M per spin"),
        (("--settings", "angle_2=60,90,120"), "scatter", 3, "|M| per spin"),
        (("--settings", "angle_2=180,160,140,120,100,80,60"), "heatmap", 1, "β₂ (°)"),
        (("--sweep", "angle_1=80:90:2"), "heatmap", 1, "β₁ (°)"),
    ],
)
def test_figures(cli, small, tmp_path, arguments, kind, n_traces, y_axis):
    file = tmp_path / "echo.json"
    answer = cli("simulate", *small, *arguments, "--figure", file)
    figure = plotly.io.from_json(file.read_text(encoding="utf-8"))
    assert str(file) in answer.out
    assert [trace.type for trace in figure.data] == [kind] * n_traces
    assert figure.layout.yaxis.title.text == y_axis
    assert figure.layout.paper_bgcolor == figure.layout.plot_bgcolor == "white"


def test_a_map_of_settings_is_drawn_in_the_order_of_the_angles(cli, small, tmp_path):
    angles = (180, 160, 140, 120, 100, 80, 60)
    found = cli(
        "simulate",
        *small,
        "--settings",
        f"angle_2={','.join(map(str, angles))}",
        "--figure",
        tmp_path / "map.json",
        "--json",
    ).json
    trace = json.loads((tmp_path / "map.json").read_text(encoding="utf-8"))["data"][0]
    y, z = (
        np.frombuffer(base64.b64decode(trace[name]["bdata"]), trace[name]["dtype"]) for name in "yz"
    )
    np.testing.assert_array_equal(y, angles[::-1])
    np.testing.assert_allclose(z.reshape(7, -1), np.abs(_signal(found))[::-1], atol=1e-6)


def test_a_page_needs_no_network(cli, small, tmp_path):
    file = tmp_path / "echo.html"
    assert cli("simulate", *small, "--figure", file).code == 0
    page = file.read_text(encoding="utf-8")
    assert len(page) > 1_000_000  # plotly itself
    assert not re.search(r"<(script|link)[^>]+(src|href)=", page)
    assert [item.name for item in tmp_path.iterdir()] == ["echo.html"]


def test_a_picture_without_kaleido_says_what_to_do(refused, small, tmp_path, monkeypatch):
    monkeypatch.setattr(simulate_files.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(
        "nmr_core.simulator.simulate", lambda *_, **__: pytest.fail("it was simulated")
    )
    sentence = refused(2, "simulate", *small, "--figure", tmp_path / "echo.svg")
    assert "pip install kaleido" in sentence
    assert ".html" in sentence


def test_a_picture_without_chrome_is_a_failure_that_leaves_nothing(
    refused, small, tmp_path, monkeypatch
):
    def to_image(*_, **__):
        raise RuntimeError("\n\nKaleido requires Google Chrome to be installed.\n")

    monkeypatch.setattr(simulate_files.importlib.util, "find_spec", lambda name: object())
    monkeypatch.setattr("plotly.graph_objects.Figure.to_image", to_image)
    file = tmp_path / "echo.png"
    file.write_text("precious")
    assert "Google Chrome" in refused(1, "simulate", *small, "--figure", file)
    assert [item.name for item in tmp_path.iterdir()] == ["echo.png"]
    assert file.read_text() == "precious"


def test_a_picture_is_what_kaleido_makes(cli, small, tmp_path, monkeypatch):
    asked = {}
    monkeypatch.setattr(simulate_files.importlib.util, "find_spec", lambda name: object())
    monkeypatch.setattr(
        "plotly.graph_objects.Figure.to_image",
        lambda figure, **options: asked.update(options) or b"<svg/>",
    )
    assert cli("simulate", *small, "--figure", tmp_path / "echo.SVG").code == 0
    assert (tmp_path / "echo.SVG").read_bytes() == b"<svg/>"
    assert asked["format"] == "svg"


@pytest.mark.parametrize("registry", [KERNELS, SEQUENCES, INTEGRATORS, LATTICES])
def test_the_help_lists_every_name_with_its_label(cli, registry):
    text = cli("simulate", "--help").out
    for name, entry in registry.items():
        assert re.search(rf"^  {name} +{re.escape(entry.label)}", text, re.MULTILINE)
    assert all(sequence.scheme in text for sequence in SEQUENCES.values())
    assert "simulate --preset pulse_angle_sweep --figure angles.html" in text
