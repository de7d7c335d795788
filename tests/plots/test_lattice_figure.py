"""Movies of the lattice: the right frames and orientation, and at most 3.5 MB."""

from types import SimpleNamespace

import numpy as np
import pytest

from nmr_core.errors import InputError
from nmr_core.plots import COMPONENTS_OF_SPIN, DARK, LIGHT, lattice_figure
from nmr_core.plots.lattice import LEVELS

BUDGET = 3_500_000  # bytes of JSON


@pytest.fixture(params=[LIGHT, DARK], ids=["light", "dark"])
def palette(request):
    return request.param


def _movie(n_frames: int, n_x: int, n_y: int):
    rng = np.random.default_rng(0)
    x, y, z = rng.uniform(-0.28, 0.28, (3, n_frames, n_x, n_y))
    return SimpleNamespace(time=12.34 * np.arange(n_frames), m=x + 1j * y, mz=z)


def _shown(z, component) -> np.ndarray:
    """Shades of a frame -> values [x, y]."""
    spec = COMPONENTS_OF_SPIN[component]
    return spec.low + np.asarray(z).T.astype(float) * (spec.high - spec.low) / LEVELS


VALUES = {
    "m_x": lambda movie: movie.m.real,
    "m_y": lambda movie: movie.m.imag,
    "m_z": lambda movie: movie.mz,
    "|m_xy|": lambda movie: np.hypot(movie.m.real, movie.m.imag),
    "phase": lambda movie: np.degrees(np.arctan2(movie.m.imag, movie.m.real)),
}


@pytest.mark.parametrize("component", COMPONENTS_OF_SPIN)
def test_every_frame_shows_the_component_of_every_spin(component, palette):
    movie = _movie(4, 5, 7)
    figure = lattice_figure(movie, component, palette)
    spec, expected = COMPONENTS_OF_SPIN[component], VALUES[component](movie)
    assert len(figure.frames) == 4
    for frame, values in zip(figure.frames, expected, strict=True):
        assert frame.data[0].z.shape == (7, 5)
        assert np.allclose(
            _shown(frame.data[0].z, component),
            values,
            rtol=0,
            atol=0.51 * (spec.high - spec.low) / LEVELS,
        )
    assert np.array_equal(figure.data[0].z, figure.frames[0].data[0].z)
    assert (figure.layout.xaxis.title.text, figure.layout.yaxis.title.text) == (
        "site along a₁",
        "site along a₂",
    )
    assert figure.layout.yaxis.scaleanchor == "x"


@pytest.mark.parametrize(
    ("component", "ticks"),
    [
        ("m_z", ["−0.5", "−0.25", "0", "0.25", "0.5"]),
        ("|m_xy|", ["0", "0.125", "0.25", "0.375", "0.5"]),
        ("phase", ["−180°", "−90°", "0°", "90°", "180°"]),
    ],
)
def test_the_colour_bar_reads_in_units_of_the_component(component, ticks, palette):
    cells = lattice_figure(_movie(2, 4, 4), component, palette).data[0]
    assert list(cells.colorbar.ticktext) == ticks
    assert np.allclose(
        _shown(cells.colorbar.tickvals, component),
        np.linspace(float(ticks[0].strip("°").replace("−", "-")), float(ticks[-1].strip("°")), 5),
    )
    assert (cells.zmin, cells.zmax) == (cells.colorbar.tickvals[0], cells.colorbar.tickvals[-1])
    assert cells.colorbar.title.text == component


def test_what_is_beyond_the_scale_is_drawn_at_its_end():
    movie = SimpleNamespace(
        time=[0.0], m=np.full((1, 2, 2), 0.5 + 1e-9), mz=np.array([[[-0.51, 0.51], [-0.5, 0.5]]])
    )
    assert lattice_figure(movie, "m_z", LIGHT).data[0].z.tolist() == [[0, 0], [LEVELS, LEVELS]]
    assert (lattice_figure(movie, "m_x", LIGHT).data[0].z == LEVELS).all()


def test_a_phase_of_180_degrees_has_one_colour(palette):
    scale = lattice_figure(_movie(1, 2, 2), "phase", palette).data[0].colorscale
    assert scale[0][1] == scale[-1][1]


def test_components_diverge_from_the_page_and_zero_is_in_the_middle(palette):
    scale = lattice_figure(_movie(1, 2, 2), "m_x", palette).data[0].colorscale
    assert scale == tuple(zip((0, 0.5, 1), palette.diverging, strict=True))
    still = SimpleNamespace(time=[0.0], m=np.zeros((1, 2, 2), complex), mz=np.zeros((1, 2, 2)))
    assert (lattice_figure(still, "m_x", palette).data[0].z == LEVELS / 2).all()


def test_the_slider_says_the_time_and_leads_to_its_frame(palette):
    figure = lattice_figure(_movie(4, 3, 3), "m_x", palette)
    (slider,) = figure.layout.sliders
    value = slider.currentvalue
    texts = [f"{value.prefix}{step.label}{value.suffix}" for step in slider.steps]
    assert texts == ["t = 0.0 µs", "t = 12.3 µs", "t = 24.7 µs", "t = 37.0 µs"]
    assert [list(step.args[0]) for step in slider.steps] == [
        [frame.name] for frame in figure.frames
    ]
    assert len({frame.name for frame in figure.frames}) == 4
    assert all(step.args[1]["frame"]["redraw"] for step in slider.steps)


def test_play_and_pause():
    play, pause = lattice_figure(_movie(2, 3, 3), "m_x", LIGHT).layout.updatemenus[0].buttons
    assert (play.label, play.args[0], play.args[1]["frame"]) == (
        "Play",
        None,
        {"duration": 80, "redraw": True},
    )
    assert play.args[1]["fromcurrent"]
    assert (pause.label, list(pause.args[0]), pause.args[1]["mode"]) == (
        "Pause",
        [None],
        "immediate",
    )


@pytest.mark.parametrize("component", COMPONENTS_OF_SPIN)
@pytest.mark.parametrize("fill", [0.5, 0.25, 0.004, 0.0, -0.004, -0.5, None], ids=str)
def test_a_movie_of_128_by_128_in_40_frames_is_whole_and_light(component, fill):
    """Equal bytes are the worst case: JSON escapes the "/" of base64 with six characters."""
    movie = _movie(40, 128, 128)
    if fill is not None:
        movie.m, movie.mz = np.full(movie.m.shape, fill * (1 + 1j)), np.full(movie.mz.shape, fill)
    figure = lattice_figure(movie, component, LIGHT)
    assert figure.data[0].z.shape == (128, 128)
    assert not figure.layout.title.text
    assert len(figure.to_json()) < BUDGET


@pytest.mark.parametrize(
    ("shape", "every"), [((20, 256, 256), 2), ((10, 512, 300), 2), ((5, 2048, 1024), 4)], ids=str
)
def test_a_larger_movie_leaves_out_sites_and_says_so(shape, every):
    movie = SimpleNamespace(
        time=np.arange(shape[0]),
        m=np.zeros(shape, np.complex64),
        mz=np.full(shape, -0.5, np.float32),
    )
    movie.mz[:, ::every, ::every] = 0.5
    figure = lattice_figure(movie, "m_z", LIGHT)
    cells = figure.data[0]
    assert (cells.z == LEVELS).all()
    assert (cells.dx, cells.dy) == (every, every)
    assert cells.z.shape == (-(-shape[2] // every), -(-shape[1] // every))
    assert figure.layout.title.text == f"One site in {every} × {every} is drawn."
    assert len(figure.to_json()) < BUDGET


@pytest.mark.parametrize(("shape", "direction"), [((6, 9, 1), "a₁"), ((6, 1, 9), "a₂")])
def test_a_chain_is_drawn_in_space_and_time(shape, direction, palette):
    movie = _movie(*shape)
    figure = lattice_figure(movie, "phase", palette)
    (cells,) = figure.data
    assert np.allclose(cells.z, np.angle(movie.m, deg=True).reshape(6, 9).T, atol=1e-3)
    assert np.allclose(cells.x, movie.time, atol=1e-4)
    assert (figure.layout.xaxis.title.text, figure.layout.yaxis.title.text) == (
        "time t (µs)",
        f"site along {direction}",
    )
    assert not figure.frames
    assert not figure.layout.updatemenus
    assert (cells.zmin, cells.zmax, list(cells.colorbar.tickvals)) == (
        -180,
        180,
        [-180, -90, 0, 90, 180],
    )


def test_a_long_chain_is_light():
    figure = lattice_figure(_movie(1000, 2000, 1), "m_y", LIGHT)
    assert (figure.data[0].z.shape, figure.data[0].dy) == ((500, 1000), 4)
    assert figure.layout.title.text == "One site in 4 is drawn."
    assert len(figure.to_json()) < BUDGET


def test_an_unknown_component_is_refused():
    with pytest.raises(InputError, match=r"one of m_x, m_y, m_z, \|m_xy\|, phase; got 'spin'"):
        lattice_figure(_movie(1, 2, 2), "spin", LIGHT)
