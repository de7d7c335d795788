"""What a visitor query for: as a link, as lines of code, as a label."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nmr_core import InputError, simulate
from nmr_core.presets import PRESETS
from ui.shared.query import EchoQuery

PLAIN = EchoQuery("ml4sci_2020_secular", (("alpha", 0.1), ("xi", 3.0)))


@given(
    alpha=st.floats(0.001, 0.2),
    p=st.floats(2, 4),
    seed=st.integers(0, 2**53 - 1),
    n_x=st.integers(2, 100),
    kernel=st.sampled_from(["gaussian", "rkky"]),
    sequence=st.sampled_from(["fid", "90x 50us 120@45 100us"]),
)
def test_a_link_restores_every_digit(alpha, p, seed, n_x, kernel, sequence):
    query = EchoQuery(
        "ml4sci_2020_secular",
        (("alpha", alpha), ("p", p), ("kernel", kernel), ("n_x", n_x), ("sequence", sequence)),
        seed,
    )
    again = EchoQuery.read(query.text)
    assert again == query
    assert again.experiment == query.experiment


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_can_be_linked_to(name):
    last = len(PRESETS[name].settings) - 1
    query = EchoQuery(name, tuple(PRESETS[name].space.defaults.items()), 3, last)
    assert EchoQuery.read(query.text) == query
    assert query.experiment == PRESETS[name].experiments()[last]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "preset=none",
        "preset=lab&xi=nan",
        "preset=lab&seed=-1",
        "preset=lab&seed=x",
        "a=b",
        "preset=lab&setting=-1",
        "preset=lab&setting=²",
        "preset=lab&banana=1",
        "%",
        "preset=lab&=5",
        "preset=lab&n_x=1e9",
        "preset=lab&sequence=90x -5us",
    ],
)
def test_what_cannot_be_simulated_is_refused(text):
    with pytest.raises(InputError):
        EchoQuery.read(text)


def test_a_setting_beyond_the_last_is_the_last():
    assert EchoQuery("lab", (), 0, 99).experiment.angle_2 == 180


def test_a_label_says_what_differs():
    assert PLAIN.differences(PLAIN) == "the same"
    assert (
        EchoQuery("ml4sci_2020_secular", (("alpha", 0.15), ("xi", 3.0))).differences(PLAIN)
        == "α = 0.15"
    )
    assert (
        PLAIN.differences(
            EchoQuery("ml4sci_2020_secular", (("alpha", 0.1), ("xi", 3.0), ("tau", 20.0)), 1)
        )
        == "seed = 0, τ = 50"
    )
    assert EchoQuery("lab", ()).differences(PLAIN) == PRESETS["lab"].label
    assert EchoQuery("lab", (), 0, 1).differences(EchoQuery("lab", (), 0, 0)) == "β₂ = 90"


def test_the_python_lines_give_the_echo():
    names = {}
    query = EchoQuery("lab", (("xi", 4.0), ("n_x", 8), ("n_y", 8)), 5, 2)
    exec(query.python, names)
    assert (
        names["echo"].signal.tobytes()
        == simulate(query.experiment, seed=5, setting=2).signal.tobytes()
    )


def test_the_command_quotes_what_a_shell_would_split():
    assert EchoQuery("lab", (("sequence", "90x 50us 180y 100us"),)).command.endswith(
        '--set "sequence=90x 50us 180y 100us"'
    )


def test_a_link_cannot_name_the_first_argument_of_a_method():
    with pytest.raises(InputError, match="self is no parameter"):
        EchoQuery.read("preset=ml4sci_2020_secular&self=1")
