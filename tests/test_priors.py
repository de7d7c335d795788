"""Priors as tables: distributions, solved strengths, several kernels, Sobol sequences, TOML."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from nmr_core import InputError, generate, load_dataset, preset
from nmr_core.experiment import FIELDS
from nmr_core.presets import PRESETS, Row, read_table, rows_of, table_preset, written_table

BASE = preset("ml4sci_2020_secular")
MIXED = (
    Row("alpha_x", "uniform", 0, 0.01),
    Row("alpha_y", "log-uniform", 1e-4, 1e-2),
    Row("alpha_z", "normal", 0, 0.01, mean=0.002, sd=0.001),
    Row("kernel", "choice", values=("gaussian", "rkky")),
    Row("omega_p", "uniform", 0.5, 5),
    Row("xi", "solved"),
    Row("normalisation", "fixed", values=("none",)),
)


def _column(rows, name: str, n: int = 2000) -> np.ndarray:
    made = table_preset(rows, BASE)
    return np.array([made.space.draw(np.random.default_rng(k))[name] for k in range(n)])


@pytest.mark.parametrize(
    ("row", "law"),
    [
        (Row("alpha_x", "uniform", 0.01, 0.03), stats.uniform(0.01, 0.02)),
        (Row("alpha_x", "log-uniform", 1e-4, 1e-2), stats.loguniform(1e-4, 1e-2)),
        (Row("alpha_x", "normal", mean=0.02, sd=0.005), stats.norm(0.02, 0.005)),
        (Row("alpha_x", "normal", 0, 0.02, mean=0.02, sd=0.01), stats.truncnorm(-2, 0, 0.02, 0.01)),
    ],
)
def test_a_distribution_is_what_its_name_says(row, law):
    """Kolmogorov-Smirnov, fixed seeds."""
    assert stats.kstest(_column([row], "alpha_x"), law.cdf).pvalue > 0.01


def test_a_choice_takes_every_value_equally_often():
    drawn = _column([Row("n_x", "choice", values=(8, 10, 12))], "n_x", 3000)
    assert {int(value) for value in drawn} == {8, 10, 12}
    assert stats.chisquare(np.unique(drawn, return_counts=True)[1]).pvalue > 0.01


@pytest.mark.parametrize("kind", ["uniform", "log-uniform"])
def test_whole_numbers_are_drawn_whole_and_up_to_both_ends(kind):
    drawn = _column([Row("n_x", kind, 4, 6)], "n_x", 400)
    assert set(drawn) == {4, 5, 6}


def test_a_solved_range_gives_the_strength_that_was_drawn():
    made = table_preset(MIXED, BASE)
    for k in range(20):
        sample = made.draw_sample(np.random.default_rng(k))
        experiment = sample.experiments[0]
        assert experiment.kernel == sample.values["kernel"]
        assert experiment.normalisation == "none"
        assert experiment.omega_p == pytest.approx(sample.values["omega_p"], rel=1e-9)


@pytest.mark.parametrize("field", sorted(set(FIELDS) - {"p", "xi"}))
def test_every_field_can_be_fixed(field):
    value = getattr(BASE.build(), field)
    made = table_preset(
        [Row("alpha", "uniform", 0, 0.1), Row(field, "fixed", values=(value,))], BASE
    )
    assert getattr(made.experiments()[0], field) == value


@pytest.mark.parametrize("name", PRESETS)
def test_a_presets_own_prior_is_a_table_too(name):
    made = table_preset(rows_of(PRESETS[name]), PRESETS[name])
    own, table = (p.draw_sample(np.random.default_rng(5)) for p in (PRESETS[name], made))
    assert table.values == pytest.approx(own.values)
    assert [e.material for e in table.experiments] == [e.material for e in own.experiments]


@given(start=st.integers(0, 50), n=st.integers(1, 20))
def test_any_part_of_a_sobol_sequence_is_the_same(start, n):
    made = table_preset(MIXED, BASE, "sobol")
    assert np.array_equal(made.points(3, 0, start + n)[start:], made.points(3, start, start + n))
    assert not np.array_equal(made.points(3, 0, n), made.points(4, 0, n))


def test_a_sobol_sequence_fills_a_range_more_evenly_than_draws():
    rows = [Row("alpha", "uniform", 0, 0.2), Row("d", "uniform", 3, 6)]
    gaps = {}
    for sampling in ("random", "sobol"):
        made = table_preset(rows, BASE, sampling)
        points = made.points(0, 0, 256)
        drawn = [
            made.draw_sample(
                np.random.default_rng([0, k, 0]), None if points is None else points[k]
            ).values["alpha"]
            for k in range(256)
        ]
        gaps[sampling] = np.diff(np.sort(drawn)).max()
    assert gaps["sobol"] < gaps["random"] / 2


@pytest.mark.parametrize("sampling", ["random", "sobol"])
def test_a_data_set_from_a_table_is_the_same_however_it_is_made(tmp_path, sampling):
    made = table_preset(
        [*MIXED, Row("line_width", "uniform", 0.04, 0.06), Row("n_x", "choice", values=(8, 10))],
        BASE,
        sampling,
    )
    made = made.fix(n_y=8, tau=5.0)
    whole = generate(made, 12, seed=2, part_size=12)
    parts = generate(made, 12, seed=2, part_size=5, path=tmp_path / "ds")
    assert whole.digest() == parts.digest() == load_dataset(tmp_path / "ds").digest()
    again = load_dataset(tmp_path / "ds")
    assert again.preset == made
    assert set(again.parameters["kernel"]) == {"gaussian", "rkky"}
    assert "kernel" not in again.targets
    assert {"omega_p", "xi", "alpha_x", "line_width"} <= set(again.targets)
    assert again.spec("kernel").values == ("gaussian", "rkky")
    assert (
        again.experiment(3)
        == made.draw_sample(
            np.random.default_rng([2, 3, 0]),
            None if sampling == "random" else made.points(2, 3, 4)[0],
        ).experiments[0]
    )


def test_toml_and_back(tmp_path):
    file = tmp_path / "my.toml"
    file.write_text(written_table(MIXED, "ml4sci_2020_secular", "sobol"), encoding="utf-8")
    assert read_table(file) == (list(MIXED), "ml4sci_2020_secular", "sobol")


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([Row("xi", "uniform", 5, 2)], "xi: low must be below high, got low = 5 and high = 2"),
        ([Row("xi", "uniform", 2)], r"Fill in xi \(uniform\): high\."),
        ([Row("d", "log-uniform", 0, 2)], "d: log-uniform needs low > 0"),
        ([Row("d", "normal", mean=1)], r"Fill in d \(normal\): sd\."),
        ([Row("d", "normal", mean=1, sd=-1)], "d: sd must be in"),
        (
            [Row("d", "normal", 2, 3, mean=1, sd=1)],
            r"d: a normal distribution needs sd > 0 and a mean in \[2, 3\]",
        ),
        (
            [Row("banana", "uniform", 1, 2)],
            "There is no parameter 'banana'. A row can be alpha, xi",
        ),
        ([Row("alpha_x", "uniform", 0, float("nan"))], "alpha_x: high must be in"),
        ([Row("alpha_x", "gamma", 0, 1)], "alpha_x: distribution must be one of uniform"),
        ([Row("kernel", "choice", values=("banana",))], "kernel must be one of gaussian"),
        ([Row("n_x", "choice", values=(8, 9.5))], "n_x must be a whole number"),
        ([Row("kernel", "choice")], r"Fill in kernel \(choice\): values\."),
        ([], "A prior has one row per parameter, got no row"),
        ([Row("d", "uniform", 3, 6), Row("d", "uniform", 3, 6)], "got d twice"),
        ([Row("d", "fixed", values=(3,))], "Nothing is drawn"),
        ([Row("xi", "solved"), Row("d", "uniform", 3, 6)], "exactly one strength"),
        ([Row("omega_p", "uniform", 1, 2)], "exactly one strength"),
        (
            [Row("omega_p", "uniform", 1, 2), Row("alpha", "solved")],
            "Only xi and p can be solved for",
        ),
    ],
)
def test_a_bad_table_is_one_sentence(rows, sentence):
    with pytest.raises(InputError, match=sentence):
        table_preset(rows, BASE)


def test_an_unreachable_strength_is_found_before_anything_is_simulated(monkeypatch):
    monkeypatch.setattr("nmr_core.presets._preset.MAX_DRAWS", 50)
    with pytest.raises(
        InputError, match=r"None of 50 draws .* has a solution\. The last: .* is required"
    ):
        table_preset(
            [
                Row("W", "uniform", 9e5, 9.9e5),
                Row("xi", "solved"),
                Row("normalisation", "fixed", values=("none",)),
                Row("kernel", "fixed", values=("gaussian",)),
            ],
            BASE,
        )


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "got nothing"),
        ("preset = ", "is no TOML file"),
        ("parameter = 3", "must hold preset, version, sampling"),
        ("banana = 1\n[[parameter]]\nname='d'", "got banana"),
        ("[[parameter]]\nbanana = 1", "A row of a prior has name"),
        (b"\xff\xfe\x00", "is no TOML file"),
    ],
)
def test_a_bad_file_is_one_sentence(tmp_path, text, sentence):
    file = tmp_path / "my.toml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(InputError, match=sentence):
        read_table(file)
