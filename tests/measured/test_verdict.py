"""One sentence on what may be quoted, and the numbers that are out of range."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from nmr_core.measured import Target
from nmr_core.measured import out_of_range as module
from nmr_core.measured.actions import KINDS
from nmr_core.measured.out_of_range import echo_width, numbers_out_of_range, training_noise
from nmr_core.measured.verdict import verdict
from nmr_core.presets import preset

RUN = SimpleNamespace(
    task="regression",
    scores=pd.DataFrame(),
    manifest=SimpleNamespace(
        task="regression",
        model="knn",
        targets={"d": {"symbol": "d", "unit": "", "low": 2.0, "high": 5.0}},
        unidentifiable={},
        origin=[{"effects": []}],
    ),
)
TIME = np.arange(0, 150, 0.3)


def echo(width, place=100.0):
    """A Gaussian echo of half a unit, ``width`` µs wide at half height."""
    return 0.5 * np.exp(-4 * np.log(2) * ((TIME - place) / width) ** 2) + 0j


TARGET = Target.of_curves(TIME, [echo(8.0), echo(10.0)], echo_time=100.0)


def prepared(sigma=0.004, step=0.1, echo_time=100.0, scans=0, width=9.0):
    about = {"scans": scans} if scans else {}
    return SimpleNamespace(
        sigma=sigma,
        fixed=(),
        measurement=SimpleNamespace(step=step, about=about),
        echo_time=echo_time,
        time_zero=7.0,
        time=TIME,
        signal=echo(width, echo_time),
    )


def row(applicability, estimate=3.5, half=0.165, reason=""):
    return pd.Series(
        {
            "applicability": applicability,
            "reason": reason,
            "predicted_d": estimate,
            "low_d": estimate - half,
            "high_d": estimate + half,
        }
    )


def simulated(p_value, largest=100.0):
    """A re-simulation whose residual is largest at one time."""
    residual = np.where(TIME[np.argmin(abs(TIME - largest))] == TIME, 0.5, 0.01)[None]
    sd = np.full_like(residual, 0.1)
    return SimpleNamespace(p_value=p_value, time=TIME, residual=residual, sd=sd)


def fitted(value, sd=0.1, p_value=0.5, chi2=1.0):
    return SimpleNamespace(values={"d": value}, sd={"d": sd}, p_value=p_value, chi2=chi2)


@pytest.fixture(autouse=True)
def noise(monkeypatch):
    """The model was trained with noise of 0.004."""
    effects = [{"effect": "gaussian_noise", "snr": 30.0, "sigma": 0.004}]
    monkeypatch.setattr(module, "effects_of", lambda run: effects)
    return effects


@pytest.mark.parametrize(
    ("applicability", "p", "quotable", "words"),
    [
        ("in domain", 0.4, "yes", "may be quoted with their 90% intervals"),
        ("in domain", None, "yes", "may be quoted"),
        ("in domain", 0.01, "no", "differ from the measurement (p-value 0.01)"),
        ("borderline", 0.4, "with caution", "explains the echo (p-value 0.4)"),
        ("borderline", 0.001, "no", "Do not quote"),
        ("out of domain", 0.9, "no", "other parameters may fit as well"),
        ("out of domain", 0.01, "no", "nor does their simulation explain"),
        ("out of domain", None, "no", "out of the domain"),
        ("", 0.5, "with caution", "not calibrated"),
    ],
)
def test_the_sentence_joins_applicability_and_simulation(applicability, p, quotable, words):
    resimulation = None if p is None else simulated(p)
    result = verdict(RUN, [prepared()], TARGET, row(applicability), resimulation=resimulation)
    assert result.quotable == quotable
    assert words in result.sentence
    assert result.sentence.endswith(".")


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (2.0, 3.1, "limits, not as values: d below 3.1"),
        (3.3, 5.0, "limits, not as values: d above 3.3"),
        (2.005, 3.1, "d below 3.1"),
        (2.5, 3.1, ""),
    ],
)
def test_intervals_that_end_at_the_training_data_are_limits(low, high, words):
    one = row("in domain").copy()
    one["low_d"], one["high_d"], one["predicted_d"] = low, high, (low + high) / 2
    result = verdict(RUN, [prepared()], TARGET, one, resimulation=simulated(0.5))
    assert result.quotable == "yes"
    assert words in result.sentence
    assert ("limits" in result.sentence) == bool(words)


def test_an_estimate_outside_of_its_interval_is_quoted_with_caution():
    one = row("in domain").copy()
    one["predicted_d"] = 4.4
    result = verdict(RUN, [prepared()], TARGET, one, resimulation=simulated(0.5))
    assert result.quotable == "with caution"
    assert "the estimate of d, 4.4, is outside of its interval 3.33 to 3.67" in result.sentence
    rejected = verdict(RUN, [prepared()], TARGET, one, resimulation=simulated(0.01))
    assert rejected.quotable == "no"


def test_parameters_that_the_run_hardly_estimates_are_not_quoted():
    skills = {"skill": [0.1], "baseline_mse_w2": [0.08], "rmse_percent": [27.0]}
    poor = SimpleNamespace(**vars(RUN) | {"scores": pd.DataFrame(skills, index=["d"])})
    result = verdict(poor, [prepared()], TARGET, row("in domain"), resimulation=simulated(0.5))
    assert result.not_quoted == ["d"]
    assert "hardly better than the baseline" in result.sentence
    assert result.quotable == "no"
    assert verdict(RUN, [prepared()], TARGET, row("in domain")).not_quoted == []


@pytest.mark.parametrize(
    ("fit", "words"),
    [
        (fitted(3.52), "agree with the estimates"),
        (fitted(4.2), "moves d from 3.5 to 4.2 ± 0.1"),
        (fitted(3.5, p_value=0.01), "do not explain the echo (p-value 0.01); quote none"),
    ],
)
def test_the_refinement_is_part_of_the_sentence(fit, words):
    result = verdict(
        RUN, [prepared()], TARGET, row("in domain"), resimulation=simulated(0.5), refinement=fit
    )
    assert words in result.sentence


def test_a_p_value_near_one_and_a_small_chi2_are_explained():
    result = verdict(
        RUN,
        [prepared()],
        TARGET,
        row("borderline"),
        resimulation=simulated(1.0),
        refinement=fitted(3.5, chi2=0.28),
    )
    first, second = result.comments
    assert "no proof of the parameters" in first
    assert "0.28 below 1" in second
    usual = verdict(RUN, [prepared()], TARGET, row("borderline"), resimulation=simulated(0.5))
    assert usual.comments == []


@pytest.mark.parametrize(("sigma", "scans"), [(0.0088, 5), (0.008, 4), (0.012, 9), (0.0051, 2)])
def test_the_noise_that_is_out_of_range_is_named_with_the_scans_that_mend_it(sigma, scans):
    (number,) = numbers_out_of_range(RUN, prepared(sigma=sigma), TARGET)
    assert f"Its noise is {sigma:.2g} in units of M" in number.sentence
    assert f"{sigma / 0.004:.1f} times the 0.004" in number.sentence
    assert f"Average {scans} times as many scans, or train with this noise." in number.sentence
    average, train = number.actions
    assert (average.kind, average.values["times"]) == ("average_scans", scans)
    assert (train.kind, train.values["sigma"]) == ("train_noise", sigma)


@pytest.mark.parametrize(("ratio", "scans"), [(2.0, 16), (1.5, 64), (3.0, 1), (1.3, 7)])
def test_so_many_more_scans_bring_the_noise_into_range_and_one_fewer_does_not(ratio, scans):
    one = prepared(sigma=0.004 * ratio, scans=scans)
    (number,) = numbers_out_of_range(RUN, one, TARGET)
    more = number.actions[0].values["more"]
    assert one.sigma / np.sqrt((scans + more) / scans) <= 0.004 * (1 + 1e-9)
    assert one.sigma / np.sqrt((scans + more - 1) / scans) > 0.004
    assert number.actions[0].label == f"Average {more:,} more scans"


def test_spacing_and_place_of_the_echo_are_named(noise):
    one = prepared(step=0.5, echo_time=60.0)
    spacing, place = (number.sentence for number in numbers_out_of_range(RUN, one, TARGET))
    assert "0.5 µs apart, those of the model 0.3 µs" in spacing
    assert "at 60 µs, the protocol of the model has it at 100 µs" in place
    assert numbers_out_of_range(RUN, prepared(), TARGET) == []
    noise.clear()
    (number,) = numbers_out_of_range(RUN, prepared(), TARGET)
    assert "trained on signals without noise" in number.sentence


@pytest.mark.parametrize("width", [2.0, 3.5, 8.0, 20.0])
def test_the_width_of_an_echo_is_that_at_half_height(width):
    assert echo_width(TIME, echo(width), 100.0) == pytest.approx(width, abs=0.1)


def test_a_line_that_is_wider_or_narrower_than_those_of_the_model_is_named():
    for width in (1.5, 30.0):
        (number,) = numbers_out_of_range(RUN, prepared(width=width), TARGET)
        assert "µs wide at half height, those of the model 8.02 to 10 µs" in number.sentence
        assert [action.kind for action in number.actions] == ["make_model"]
    assert numbers_out_of_range(RUN, prepared(width=8.0), TARGET) == []


def test_numbers_are_compared_only_where_the_domain_is_left():
    inside = verdict(RUN, [prepared(sigma=0.0088)], TARGET, row("in domain"))
    outside = verdict(RUN, [prepared(sigma=0.0088)], TARGET, row("out of domain"))
    assert (inside.out_of_range, len(outside.out_of_range)) == ([], 1)


def test_the_snr_of_the_training_data_refers_to_the_echo_not_to_the_first_decay(noise, monkeypatch):
    noise[0].update(sigma=0.0)
    lab = preset("lab")
    monkeypatch.setattr(module, "presets_of", lambda run: [lab])
    time = lab.experiments()[0].protocol.time
    signal = np.exp(-time / 10) + 0.3 * np.exp(-(((time - 100) / 10) ** 2))
    target = SimpleNamespace(reference=signal[None], time=time)
    assert training_noise(RUN, target) == pytest.approx(0.3 / 30, rel=0.01)


@pytest.mark.parametrize("p", [0.4, 0.01, None])
@pytest.mark.parametrize("word", ["in domain", "borderline", "out of domain", ""])
@pytest.mark.parametrize("fit", [None, fitted(3.5), fitted(3.5, p_value=0.01)])
def test_every_refusal_names_a_number_and_ends_with_something_to_do(word, p, fit):
    resimulation = None if p is None else simulated(p)
    estimated = row(word, reason="Only 0.1 % of the signals are so far from their shape.")
    result = verdict(
        RUN, [prepared()], TARGET, estimated, resimulation=resimulation, refinement=fit
    )
    kinds = [action.kind for action in result.actions]
    assert len(set(kinds)) == len(kinds)
    assert set(kinds) <= set(KINDS)
    if result.quotable == "no":
        assert kinds
        assert any(any(c.isdigit() for c in text) for text in result.out_of_range)


def test_refined_values_may_be_quoted_where_they_explain_what_the_estimates_do_not():
    result = verdict(
        RUN,
        [prepared()],
        TARGET,
        row("in domain"),
        resimulation=simulated(0.01),
        refinement=fitted(4.2, p_value=0.4),
    )
    assert result.quotable == "with caution"
    assert "Quote the refined values, not the estimates" in result.sentence
    outside = verdict(
        RUN,
        [prepared()],
        TARGET,
        row("out of domain"),
        resimulation=simulated(0.01),
        refinement=fitted(4.2, p_value=0.4),
    )
    assert outside.quotable == "no"
    assert "quote the refined values" not in outside.sentence


@pytest.mark.parametrize(
    ("largest", "window"), [(3.0, (36.94, 156.7)), (147.0, (7.0, 126.76)), (75.0, None)]
)
def test_the_window_leaves_out_the_end_that_is_not_explained(largest, window):
    result = verdict(
        RUN, [prepared()], TARGET, row("in domain"), resimulation=simulated(0.01, largest)
    )
    assert f"differ most at {largest:g} µs: 5.0 standard deviations" in result.out_of_range[0]
    values = [action.values for action in result.actions if action.kind == "window"]
    if window is None:
        assert values == []
    else:
        assert (values[0]["first"], values[0]["last"]) == pytest.approx(window)


def test_an_interval_as_wide_as_the_range_is_not_to_be_quoted():
    result = verdict(RUN, [prepared()], TARGET, row("in domain", half=1.3))
    assert result.quotable == "no"
    assert "this record tells none of them" in result.sentence
    assert "Not d: its 90% interval is 2.2 to 4.8, 87% of the range" in result.sentence
    assert "identify" in [action.kind for action in result.actions]


def test_the_parameters_that_may_be_quoted_are_named():
    targets = {"e": {"symbol": "ε", "unit": "", "low": 0.0, "high": 9.0}}
    manifest = SimpleNamespace(**vars(RUN.manifest) | {"targets": RUN.manifest.targets | targets})
    both = row("in domain")
    both["low_e"], both["high_e"] = 0.5, 8.5
    result = verdict(
        SimpleNamespace(**vars(RUN) | {"manifest": manifest}), [prepared()], TARGET, both
    )
    assert result.quotable == "yes"
    assert "This holds for d. Not ε: its 90% interval is 0.5 to 8.5" in result.sentence
    assert [action.kind for action in result.actions] == ["identify"]
