"""Limits are where the curves say; results on disk are unchanged, or refused."""

import json
import math
from dataclasses import replace

import numpy as np
import pytest

from nmr_core import FailedError, InputError
from nmr_core.effects import EFFECTS
from nmr_core.inference.robustness import (
    Robustness,
    applicability_limit,
    coverage_limit,
    default_effects,
    delete_robustness,
    find_robustness,
    limits_text,
    load_robustness,
    save_robustness,
    usable_limit,
)

SPECS = {"alpha": ("α", "MHz", 0.2), "xi": ("ξ", "sites", 20.0), "d": ("d", "", 3.0)}
BASELINE = 1.0


def robustness_of(
    error,
    coverage=None,
    effect: str = "gaussian_noise",
    level: float = 0.9,
    task: str = "regression",
    refused=None,
    **changes,
) -> Robustness:
    """A result of these functions of (target, strength; None = undisturbed); baseline 1."""

    def row(name, strength):
        e, c = error(name, strength), math.nan if coverage is None else coverage(name, strength)
        skill = 1 - e / BASELINE if task == "classification" else 1 - e**2 / BASELINE**2
        return (
            {
                "run": "run-x",
                "effect": effect if strength else "",
                "strength": strength,
                "target": name,
                "n": 400,
                "error": e,
                "error_low": 0.9 * e,
                "error_high": 1.1 * e,
                "baseline": BASELINE,
                "skill": skill,
            }
            | {
                key: None if math.isnan(value) else value
                for key, value in {
                    "coverage": c,
                    "coverage_low": c - 0.02,
                    "coverage_high": c + 0.02,
                    "width": 3 * e,
                    "joint": c,
                }.items()
            }
            | {
                "shown": None,
                "borderline": None,
                "out_of_domain": None if refused is None else refused(strength),
            }
        )

    ladder = EFFECTS[effect].ladder
    targets = {
        name: {"label": s, "symbol": s, "unit": u, "low": 0.0, "high": high}
        for name, (s, u, high) in SPECS.items()
    }
    entries = {
        "run": "run-x",
        "run_created": "2026-01-01T00:00:00Z",
        "title": "By hand",
        "task": task,
        "targets": targets,
        "unidentifiable": {"xi": "ξ cancels."},
        "n_train": 100,
        "own": [],
        "effects": {effect: list(ladder.values)},
        "left_out": {},
        "n": 400,
        "seed": 0,
        "fresh": True,
        "level": level,
        "seconds": 1.5,
        "rows": [row(name, strength) for strength in (None, *ladder.values) for name in targets],
    }
    return Robustness(**entries | changes)


def _noisy(clean: float, at: float):
    """Error of a target whose noise is its clean error at SNR ``at``: clean sqrt(1 + (at/SNR)²)."""
    return lambda strength: clean * math.sqrt(1 + (at / strength) ** 2) if strength else clean


@pytest.mark.parametrize("at", [7, 40, 500])
def test_the_error_doubles_where_it_must(at):
    """1 + (at/SNR)² = 4 at SNR = at/√3; straight lines on logarithmic axes between strengths."""
    limit = usable_limit(robustness_of(lambda name, s: _noisy(0.01, at)(s)), "gaussian_noise")
    assert limit.kind == "between"
    assert limit.value == pytest.approx(at / math.sqrt(3), rel=0.12)
    assert limit.words.startswith("down to SNR ")


def test_a_power_law_is_met_exactly():
    """Error ∝ strength: on logarithmic axes a straight line, so the interpolation is exact: 0.01 ·
    s/3 = 0.02 at s = 6.
    """
    result = robustness_of(lambda name, s: 0.01 * s / 3 if s else 0.01, effect="phase_error")
    assert usable_limit(result, "phase_error").value == pytest.approx(6)
    assert usable_limit(result, "phase_error").words == "up to σφ 6°"


def test_the_skill_limits_what_was_bad_from_the_start():
    """Error .6 of the baseline's may grow to √.5 of it only, not to 1.2."""
    result = robustness_of(lambda name, s: 0.6 * (s / 1) ** 0.1 if s else 0.6, effect="phase_error")
    assert usable_limit(result, "phase_error").value == pytest.approx(
        (math.sqrt(0.5) / 0.6) ** 10, rel=1e-6
    )


def test_all_and_none():
    assert (
        usable_limit(robustness_of(lambda name, s: 0.01), "gaussian_noise").words
        == "at every strength tried (down to SNR 3)"
    )
    never = usable_limit(robustness_of(lambda name, s: 0.05 if s else 0.01), "gaussian_noise")
    assert (never.kind, never.words) == ("none", "not even at SNR 1,000,000")


def test_the_strictest_target_that_can_be_known_decides():
    def error(name, s):
        return {"alpha": _noisy(0.01, 500), "d": _noisy(0.1, 50), "xi": lambda s: 5.0}[name](s)

    result = robustness_of(error)
    limit = usable_limit(result, "gaussian_noise")
    assert limit.target == "alpha"
    assert usable_limit(result, "gaussian_noise", "d").value < limit.value / 5
    assert limits_text(result, "gaussian_noise").startswith(
        "Usable down to SNR 290 (α fails first)."
    )


def test_a_target_without_use_from_the_start_is_named_and_does_not_decide():
    result = robustness_of(lambda name, s: 0.9 if name == "d" else _noisy(0.01, 20)(s))
    assert usable_limit(result, "gaussian_noise").target == "alpha"
    assert "d not even undisturbed" in limits_text(result, "gaussian_noise")
    hopeless = robustness_of(lambda name, s: 0.9)
    assert usable_limit(hopeless, "gaussian_noise").kind == "none"


def test_honest_is_five_percent_below_the_level():
    def coverage(name, s):
        return 0.9 if not s or s > 40 else 0.9 - 0.1 * (name == "d")

    result = robustness_of(lambda name, s: _noisy(0.01, 500)(s), coverage)
    limit = coverage_limit(result, "gaussian_noise")
    assert limit.target == "d"
    assert 30 < limit.value < 50
    words = limits_text(result, "gaussian_noise")
    assert "Its 90 % intervals hold down to SNR" in words
    assert "at SNR 3 they are up to 170 times as wide" in words
    assert not coverage_limit(robustness_of(lambda name, s: 0.01), "gaussian_noise").kind


def test_the_strength_at_which_half_of_the_signals_are_out_of_domain_is_named():
    result = robustness_of(
        lambda name, s: _noisy(0.01, 50)(s),
        lambda name, s: 0.9,
        refused=lambda s: min(1.0, 5 / s) if s else 0.0,
    )
    assert applicability_limit(result, "gaussian_noise").value == pytest.approx(10)
    assert limits_text(result, "gaussian_noise").endswith(
        "From SNR 10 on most of the signals are out of domain."
    )
    assert not applicability_limit(robustness_of(lambda name, s: 0.01), "gaussian_noise").kind


def test_classes_without_a_mistake_have_one_as_their_unit():
    result = robustness_of(lambda name, s: 0.0 if not s or s > 40 else 0.2, task="classification")
    assert 30 < usable_limit(result, "gaussian_noise").value < 50


def test_round_trip(data_folder):
    result = robustness_of(lambda name, s: 0.01, lambda name, s: 0.9)
    folder = save_robustness(result)
    assert folder == data_folder / "robustness" / "run-x" == find_robustness("run-x")
    assert load_robustness("run-x") == result
    save_robustness(replace(result, seed=9))
    assert load_robustness("run-x").seed == 9
    delete_robustness("run-x")
    assert find_robustness("run-x") is None
    with pytest.raises(InputError, match="no robustness result 'run-x'"):
        delete_robustness("run-x")


def test_the_table_holds_nan_where_nothing_is_known():
    table = robustness_of(lambda name, s: 0.01).table()
    assert table["coverage"].isna().all()
    assert np.isnan(table.loc[0, "strength"])
    assert len(table) == 3 * (1 + len(EFFECTS["gaussian_noise"].ladder.values))


def _edit(folder, **changes):
    file = folder / "robustness.json"
    stored = json.loads(file.read_text())
    value = stored["value"] | {name: changes[name] for name in changes if name != "format"}
    head = {"format": changes["format"]} if "format" in changes else {}
    file.write_text(json.dumps(stored | head | {"value": value}))


def _rows(folder, edit):
    stored = json.loads((folder / "robustness.json").read_text())
    _edit(folder, rows=edit(stored["value"]["rows"]))


@pytest.mark.parametrize(
    "damage",
    [
        lambda folder: (folder / "robustness.json").write_text("{"),
        lambda folder: (folder / "robustness.json").write_text("[1]"),
        lambda folder: (folder / "robustness.json").write_text("{}"),
        lambda folder: _edit(folder, format=99),
        lambda folder: _edit(folder, rows=[]),
        lambda folder: _edit(folder, rows=[1]),
        lambda folder: _edit(folder, n="many"),
        lambda folder: _edit(folder, fresh=1),
        lambda folder: _edit(folder, targets=[]),
        lambda folder: _edit(folder, targets={"a": 3}),
        lambda folder: _edit(folder, effects={"magic": [1]}),
        lambda folder: _edit(folder, effects={"phase_error": []}),
        lambda folder: _edit(folder, effects={"gaussian_noise": ["x"]}),
        lambda folder: _rows(folder, lambda rows: rows[1:]),
        lambda folder: _rows(folder, lambda rows: [row | {"error": "x"} for row in rows]),
        lambda folder: _rows(
            folder, lambda rows: [{k: v for k, v in row.items() if k != "width"} for row in rows]
        ),
    ],
)
def test_damage_is_one_sentence(data_folder, damage):
    damage(save_robustness(robustness_of(lambda name, s: 0.01)))
    with pytest.raises(FailedError, match=r"robustness result at .* cannot be read.*again\.$"):
        load_robustness("run-x")


@pytest.mark.parametrize("name", ["../x", "", "A"])
def test_only_ids_become_paths(data_folder, name):
    with pytest.raises(InputError):
        load_robustness(name)


def test_what_nobody_made_is_said_with_the_command(data_folder):
    with pytest.raises(InputError, match="python -m nmr_core robustness run-none"):
        load_robustness("run-none")


def test_the_default_effects_are_those_of_the_data_factory():
    assert set(default_effects()) == {
        "gaussian_noise",
        "phase_error",
        "baseline",
        "dead_time",
        "time_shift",
        "missing_points",
        "clipping",
        "pulse_angle_error",
    }
