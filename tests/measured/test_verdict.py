"""One sentence on what may be quoted, and the numbers that are out of range."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from nmr_core.measured import verdict as module
from nmr_core.measured.verdict import numbers_out_of_range, training_noise, verdict
from nmr_core.presets import preset

RUN = SimpleNamespace(
    manifest=SimpleNamespace(
        targets={"d": {"symbol": "d"}},
        origin=[{"effects": []}],
    )
)
TARGET = SimpleNamespace(step=0.3, echo_time=100.0, reference=np.array([[0.5]]))


def prepared(sigma=0.004, step=0.1, echo_time=100.0):
    return SimpleNamespace(sigma=sigma, measurement=SimpleNamespace(step=step), echo_time=echo_time)


def row(applicability, estimate=3.5):
    return pd.Series(
        {
            "applicability": applicability,
            "predicted_d": estimate,
            "low_d": estimate - 0.165,
            "high_d": estimate + 0.165,
        }
    )


def simulated(p_value):
    return SimpleNamespace(p_value=p_value)


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
    ("fit", "words"),
    [
        (fitted(3.52), "agree with the estimates"),
        (fitted(4.2), "moves d from 3.5 to 4.2 ± 0.1"),
        (fitted(3.5, p_value=0.01), "do not explain the echo either"),
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
    (sentence,) = numbers_out_of_range(RUN, prepared(sigma=sigma), TARGET)
    assert f"Its noise is {sigma:.2g} in units of M" in sentence
    assert f"{sigma / 0.004:.1f} times the 0.004" in sentence
    assert f"about {scans} times more scans, or train with this noise." in sentence


def test_spacing_and_place_of_the_echo_are_named(noise):
    spacing, place = numbers_out_of_range(RUN, prepared(step=0.5, echo_time=60.0), TARGET)
    assert "0.5 µs apart, those of the model 0.3 µs" in spacing
    assert "at 60 µs, the protocol of the model has it at 100 µs" in place
    assert numbers_out_of_range(RUN, prepared(), TARGET) == []
    noise.clear()
    assert "trained on signals without noise" in numbers_out_of_range(RUN, prepared(), TARGET)[0]


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
