"""Effects as text and as JSON: what is understood, and what is said about what is not."""

import pytest

from nmr_core import EFFECTS, InputError
from nmr_core.effects import effect_from_dict, effects_from, effects_from_text, effects_text

NOISE, PHASE, DEAD = EFFECTS["gaussian_noise"], EFFECTS["phase_error"], EFFECTS["dead_time"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("gaussian_noise:snr=30,phase_error:sd=5", (NOISE(snr=30), PHASE(sd=5))),
        (" phase_error : sd = 5 , drift = 9e1, dead_time ", (PHASE(sd=5, drift=90), DEAD())),
        ("dead_time,dead_time:duration=1", (DEAD(), DEAD(duration=1))),
        ("", ()),
        (" , ", ()),
    ],
)
def test_text_is_understood(text, expected):
    assert effects_from_text(text) == expected
    assert effects_from_text(effects_text(expected)) == expected


def test_text_is_short_and_exact():
    assert effects_text([PHASE(sd=5)]) == "phase_error:sd=5,drift=0"
    assert (
        effects_text([PHASE(sd=1 / 3, drift=1e-7)])
        == "phase_error:sd=0.3333333333333333,drift=1e-07"
    )


def test_any_way_of_giving_them_is_the_same():
    several = (NOISE(snr=30), PHASE(sd=5))
    ways = [
        several,
        list(several),
        "gaussian_noise:snr=30,phase_error:sd=5",
        [several[0], "phase_error:sd=5"],
        [effect.to_dict() for effect in several],
        iter(several),
    ]
    assert all(effects_from(way) == several for way in ways)
    assert (
        effects_from(NOISE(snr=30))
        == effects_from({"effect": "gaussian_noise", "snr": 30})
        == several[:1]
    )
    assert effects_from(None) == effects_from(()) == ()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("noise:snr=3", r"There is no effect 'noise'; there are gaussian_noise, "),
        (
            "gaussian_noise:level=3",
            r"The effect gaussian_noise has no number 'level'; it has snr, sigma, spread\.",
        ),
        ("gaussian_noise:snr", r"gaussian_noise:snr sets no number\. Write effects as "),
        ("gaussian_noise:", r"gaussian_noise: sets no number\. Write effects as "),
        ("gaussian_noise:snr=high", r"gaussian_noise:snr=high sets no number\. Write effects as "),
        ("gaussian_noise:snr=nan", r"gaussian_noise: snr must be in \[0, 1e\+06\], got nan\."),
        ("gaussian_noise:snr=-3", r"gaussian_noise: snr must be in \[0, 1e\+06\], got -3\."),
        (
            "gaussian_noise:snr=3,snr=4",
            r"The effect gaussian_noise has snr twice\. Leave one out\.",
        ),
        ("snr=3", r"'snr=3' belongs to no effect\. Write effects as "),
        ("x" * 5000, r"There is no effect 'x{40}'; there are "),
        ("dead_time," * 21, r"At most 20 effects can follow each other, got 21\. Leave some out\."),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(text, message):
    with pytest.raises(InputError, match=f"^{message}"):
        effects_from_text(text)


@pytest.mark.parametrize(
    "stored",
    [{}, {"name": "dead_time"}, {"effect": 3}, ["dead_time"], None, 7, {"effect": ["dead_time"]}],
)
def test_what_is_no_effect_is_refused(stored):
    with pytest.raises(InputError, match=r"^An effect is an object like "):
        effect_from_dict(stored)


def test_names_of_earlier_versions_are_still_read():
    """Manifests up to 0.5 call the number of missing_points ``share``."""
    old = effects_from([{"effect": "missing_points", "share": 0.3}])
    assert old == effects_from("missing_points:fraction=0.3") == effects_from(old[0].to_dict())
    assert effects_text(old) == "missing_points:fraction=0.3"
