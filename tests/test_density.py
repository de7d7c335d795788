"""Sampling densities: samples follow them, and their weights give back the stated prior."""

import numpy as np
import pytest
from scipy import integrate, stats

from nmr_core import InputError, preset
from nmr_core.density import Density, density_of
from nmr_core.presets import PRESETS, Row, preset_from_dict, read_table, rows_of, table_preset
from nmr_core.presets.table import KINDS, written_table
from nmr_core.weights import effective_size, mean_one, weighted_quantile

BASE = preset("ml4sci_2020_secular")
PRIORS = {
    "uniform": Row("alpha", "uniform", 0, 0.2),
    "log-uniform": Row("alpha", "log-uniform", 1e-3, 0.2),
    "normal": Row("alpha", "normal", 0, 0.2, mean=0.05, sd=0.04),
}
WITHOUT = {
    "choice": Row("alpha", "choice", values=(0.1, 0.2)),
    "fixed": Row("alpha", "fixed", values=(0.1,)),
    "solved": Row("xi", "solved"),
}
DENSITIES = (
    "power:-0.5",
    "power:0.4",
    "power:-0.8,prior=0.3",
    "steps:0.005=8,0.05=3",
    "steps:0.01=0.2",
)
N = 6000


def _table(row: Row, density: str, sampling: str = "random"):
    return table_preset(
        [Row(row.name, row.distribution, row.low, row.high, row.mean, row.sd, density=density)],
        BASE,
        sampling,
    )


def _values(made, n: int = N) -> np.ndarray:
    return np.array([made.space.draw(np.random.default_rng(k))["alpha"] for k in range(n)])


@pytest.fixture(params=PRIORS)
def row(request) -> Row:
    return PRIORS[request.param]


@pytest.fixture(params=DENSITIES)
def made(row, request):
    return _table(row, request.param)


def test_every_distribution_is_tried():
    assert {*PRIORS, *WITHOUT} == set(KINDS)


def test_alpha_to_the_minus_one_half():
    """Density ~ alpha^-1/2 on [0, .2]: the distribution function is sqrt(alpha / .2)."""
    drawn = _values(BASE.focus(alpha=-0.5))
    assert stats.kstest(drawn, lambda alpha: np.sqrt(alpha / 0.2)).pvalue > 0.01
    assert BASE.focus(alpha=-0.5).space["alpha"].weight(0.05) == pytest.approx(1.0)


def test_samples_follow_the_density_that_the_weights_state(made):
    """Prior / weight integrates to the distribution function of the samples."""
    spec = made.space["alpha"]
    ends = np.linspace(0, 1, 20001) ** 8
    u = (ends[1:] + ends[:-1]) / 2
    factor = 1 / spec.weight(np.array([spec.quantile(value) for value in u]))
    cumulative = np.cumsum(factor * np.diff(ends))
    assert cumulative[-1] == pytest.approx(1, abs=0.01)
    ranks = spec.rank(_values(made))
    assert stats.kstest(ranks, lambda x: np.interp(x, u, cumulative)).pvalue > 0.01


@pytest.mark.parametrize("power", [1, 2])
def test_a_weighted_mean_is_that_of_the_prior_within_its_standard_error(made, power):
    spec = made.space["alpha"]
    drawn = _values(made)
    w = mean_one(spec.weight(drawn))
    mean = np.average(drawn**power, weights=w)
    error = np.sqrt(np.average((w * (drawn**power - mean)) ** 2) / N)
    expected = integrate.quad(lambda u: spec.quantile(u) ** power, 0, 1, limit=200)[0]
    assert abs(mean - expected) < 4 * error


def test_weighted_quantiles_are_those_of_the_prior(made):
    spec = made.space["alpha"]
    drawn = _values(made)
    found = weighted_quantile(drawn, [0.1, 0.5, 0.9], spec.weight(drawn))
    assert spec.rank(found) == pytest.approx([0.1, 0.5, 0.9], abs=0.04)


def test_the_effective_size_is_the_stated_share(made):
    spec = made.space["alpha"]
    share = effective_size(spec.weight(_values(made))) / N
    assert share == pytest.approx(spec.effective_share, abs=0.06)


def test_a_sobol_sequence_follows_the_density_too(row):
    made = _table(row, "power:-0.5", "sobol")
    ranks = [made.space["alpha"].rank(made.space.at(p)["alpha"]) for p in made.points(0, 0, 1024)]
    assert stats.kstest(ranks, np.sqrt).statistic < 0.01


@pytest.mark.parametrize("name", PRESETS)
def test_a_presets_densities_are_stored_and_read(name):
    first = PRESETS[name].drawn.names[0]
    made = PRESETS[name].focus(**{first: -0.5})
    assert made.of_prior() == PRESETS[name]
    assert made.to_dict()["version"] == 3
    assert PRESETS[name].to_dict()["version"] == 2
    assert "density" not in PRESETS[name].to_dict()
    assert preset_from_dict(made.to_dict()) == made
    assert rows_of(made)[0].density == "power:-0.5"


def test_a_table_holds_its_densities(tmp_path, row):
    made = _table(row, "power:-0.5,prior=0.25")
    assert preset_from_dict(made.to_dict()) == made
    assert made.focus(alpha="").of_prior() == made.of_prior() == _table(row, "")
    file = tmp_path / "prior.toml"
    file.write_text(written_table(made.table, BASE.name))
    assert read_table(file) == (list(made.table), BASE.name, "random")


def test_a_fixed_parameter_has_no_weight():
    made = BASE.focus(alpha=-0.5, d="steps:4=3")
    held = made.fix(alpha=0.1)
    values = held.draw(np.random.default_rng(3))
    assert held.drawn.weight(values) == pytest.approx(float(held.space["d"].weight(values["d"])))
    assert not held.fix(d=4).drawn.is_weighted


def test_without_a_density_the_draws_are_those_of_the_prior():
    for name, own in PRESETS.items():
        same = own.focus(**dict.fromkeys(own.drawn.names, ""))
        assert same == own
        one, other = (
            p.draw(np.random.default_rng(1))
            for p in (own, own.focus(d=0) if "d" in own.drawn else same)
        )
        assert one == other, name


@pytest.mark.parametrize("text", DENSITIES)
def test_a_density_is_its_text(text):
    assert density_of(str(density_of(text) or "")) == density_of(text)
    assert density_of(density_of(text) or "") == density_of(text)
    assert density_of(-0.5) == density_of("-0.5") == Density(-0.5)


@pytest.mark.parametrize(
    ("density", "sentence"),
    [
        (-1, r"must be between -1 and 1, got -1: it cannot be normalised"),
        ("power:-1.5", "got -1.5: it cannot be normalised"),
        (1, "its weights have no finite spread"),
        (float("nan"), "got 'nan'"),
        ("power:-0.5,prior=1", r"must be in \[0, 1\), got 1"),
        ("power:-0.5,banana=1", "must be a text such as -0.5"),
        ("power", "must be a text such as -0.5"),
        ("banana", "got 'banana'"),
        (True, "got 'True'"),
        (None, "got 'None'"),
        ("steps:0.1=0", "must be > 0 in all of its prior, got 0 up to 0.1"),
        ("steps:0.1=-2", "must be > 0 in all of its prior, got -2"),
        ("steps:0.1=nan", "must be > 0 in all of its prior, got nan"),
        ("steps:0.1=2,0.05=3", "must end at rising values, got 0.1, 0.05"),
        ("steps:0.3=2", r"must end inside of \(0, 0.2\), got 0.3"),
        ("steps:nan=2", "must end at rising values"),
        ("steps:", "must be a text such as"),
    ],
)
def test_a_bad_density_is_one_sentence(density, sentence):
    with pytest.raises(InputError, match=sentence):
        BASE.focus(alpha=density)


@pytest.mark.parametrize("name", WITHOUT)
def test_a_distribution_without_a_density_refuses_one(name):
    row = WITHOUT[name]
    focused = Row(row.name, row.distribution, values=row.values, density="power:-0.5")
    with pytest.raises(InputError, match="has no sampling density"):
        table_preset([focused, Row("d", "uniform", 3, 6)], BASE)


def test_whole_numbers_and_unknown_names_refuse_one():
    with pytest.raises(InputError, match="whole numbers, which has no sampling density"):
        table_preset([Row("n_x", "uniform", 4, 9, density="power:-0.5")], BASE)
    with pytest.raises(InputError, match="banana is not drawn by ml4sci_2020_secular"):
        BASE.focus(banana=-0.5)
    with pytest.raises(InputError, match="alpha is not drawn"):
        BASE.fix(alpha=0.1).focus(alpha=-0.5)


@pytest.mark.parametrize(
    ("weights", "sentence"),
    [
        ([1, -1], "must be numbers >= 0, got -1 in sample 1"),
        ([float("nan"), 1], "got nan in sample 0"),
        ([0, 0], "are all 0"),
        (["a", "b"], "must be numbers, got text"),
    ],
)
def test_bad_weights_are_one_sentence(weights, sentence):
    with pytest.raises(InputError, match=sentence):
        mean_one(weights)


def test_equal_weights_give_numpys_quantiles():
    values = np.random.default_rng(0).normal(size=31)
    q = np.linspace(0, 1, 13)
    nearly = 1 + 1e-12 * np.arange(31)
    assert weighted_quantile(values, q, nearly) == pytest.approx(np.quantile(values, q))
    assert np.array_equal(weighted_quantile(values, q, np.ones(31)), np.quantile(values, q))


def test_a_weight_of_two_is_a_value_twice():
    values = np.random.default_rng(0).normal(size=4001)
    w = np.random.default_rng(1).integers(0, 3, 4001)
    twice = np.repeat(values, w)
    assert weighted_quantile(values, [0.2, 0.5, 0.8], w) == pytest.approx(
        np.quantile(twice, [0.2, 0.5, 0.8]), abs=2e-3
    )
