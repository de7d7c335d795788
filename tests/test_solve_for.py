"""The kernel's range from a wanted strength."""

import re

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from nmr_core import KERNELS, LATTICES, Experiment, InputError, Material, Sample, solve_for
from nmr_core.experiment import Unreachable

SHAPES = [(1, 9), (6, 1), (5, 7), (8, 8), (4, 11)]
SOLVABLE = [
    (kernel, name)
    for kernel in KERNELS
    for name in [search.name for search in KERNELS[kernel].searches]
]


def experiment(
    kernel: str = "gaussian", shape=(9, 8), lattice: str = "square", **material
) -> Experiment:
    return Experiment(Material(kernel, **material), sample=Sample(*shape, lattice=lattice))


@pytest.mark.parametrize(("kernel", "name"), SOLVABLE)
@given(
    value=st.floats(1, 6),
    other=st.floats(1.2, 4),
    shape=st.sampled_from(SHAPES),
    lattice=st.sampled_from(sorted(LATTICES)),
    d_w=st.sampled_from([0.0, 0.4]),
)
def test_round_trip_gives_the_strength_back(kernel, name, value, other, shape, lattice, d_w):
    """The solution has the requested W; where W is monotonic the parameter itself comes back."""
    given_ = {name: value} | {"p" if name == "xi" else "xi": other}
    start = experiment(kernel, shape, lattice, d_w=d_w, **given_)
    below, above = (
        abs(start.replace(**{name: value * factor}).W) - abs(start.W) for factor in (0.8, 1.25)
    )
    # A strength at the very top or bottom of W is a double root, which a scan may miss
    assume(below * above < 0)
    solved = solve_for(start, name, W=abs(start.W))
    assert abs(solved.W) == pytest.approx(abs(start.W), rel=1e-9)
    assert solved == start.replace(**{name: getattr(solved, name)})
    if (kernel, name) in (("gaussian", "xi"), ("power_law", "xi")) and d_w == 0:
        assert getattr(solved, name) == pytest.approx(value, rel=1e-6)


@given(xi=st.floats(0.3, 12), shape=st.sampled_from(SHAPES))
def test_rkky_takes_the_largest_xi(xi, shape):
    """abs(W) oscillates at short range: no larger xi gives the same strength."""
    W = abs(experiment("rkky", shape, xi=xi).W)
    largest = solve_for(experiment("rkky", shape), "xi", W=W).xi
    assert largest >= xi * (1 - 1e-9)
    beyond = np.geomspace(largest * 1.0001, 1e4, 300)
    assert min(abs(experiment("rkky", shape, xi=x).W) for x in beyond) > W


def test_rkky_really_has_several():
    strengths = np.array([abs(experiment("rkky", xi=x).W) for x in np.linspace(0.3, 3, 400)])
    assert (np.diff(np.sign(strengths - 0.0028)) != 0).sum() >= 2


def test_the_smallest_exponent_is_taken_where_several_fit():
    """W of a stretched Gaussian on 8 × 8 spins falls with p and rises again."""
    start = experiment("gaussian", (8, 8), xi=2.9375)
    assert start.replace(p=2.0).W > 23 > start.replace(p=3.25).W < 23.2 < start.replace(p=12.0).W
    solved = solve_for(start, "p", W=23.0)
    assert solved.p < 3.25
    assert solve_for(start, "p", W=23.0, low=3.25).p > 3.25


@given(
    W=st.floats(1e-3, 1e5),
    kernel=st.sampled_from([case for case in SOLVABLE if case[0] != "rkky"]),
    shape=st.sampled_from(SHAPES),
    weights=st.sampled_from(
        [
            {},
            {"d_w": 1.0},
            {"s_w": -1.0},
            {"sign": "alternating"},
            {"s_w": 0.0, "p_w": 1.0},
            {"s_w": 0.0, "p_w": 1.0, "d_w": 0.5},
        ]
    ),
)
def test_any_strength_is_reached_or_refused(W, kernel, shape, weights):
    start = experiment(kernel[0], shape, xi=1.3, **weights)
    try:
        solved = solve_for(start, kernel[1], W=W)
    except Unreachable:
        return
    assert abs(solved.W) == pytest.approx(W, rel=1e-8)


@pytest.mark.parametrize("factor", [0.99, 1.01])
@pytest.mark.parametrize(("name", "low", "high"), [("xi", 1.0, 4.0), ("p", 2.0, 6.0)])
def test_an_unreachable_strength_is_refused_with_the_reachable_range(factor, name, low, high):
    """The range that the sentence names is right: a strength inside it can be solved, one outside
    cannot.
    """
    start = experiment("power_law", xi=1.0)
    ends = sorted(abs(start.replace(**{name: value}).W) for value in (low, high))
    wanted = ends[factor > 1] * factor
    with pytest.raises(
        Unreachable,
        match=r"power_law kernel on 9 × 8 spins reaches W from .* to .* with "
        rf"{name} in \[{low:g}, {high:g}\], but W = {wanted:.4g} is required",
    ) as refusal:
        solve_for(start, name, W=wanted, low=low, high=high)
    named = [
        float(number)
        for number in re.search(r"from (\S+) to (\S+) with", str(refusal.value)).groups()
    ]
    assert named == pytest.approx(ends, rel=1e-3)
    solved = solve_for(start, name, W=sum(ends) / 2, low=low, high=high)
    assert low <= getattr(solved, name) <= high
    assert issubclass(Unreachable, InputError)


def test_a_power_law_reaches_only_w_above_four():
    """physics.md, section 2: p → ∞ leaves the four neighbours."""
    with pytest.raises(Unreachable, match=r"W from 4\.004 to"):
        solve_for(experiment("power_law", (50, 50), xi=1.0), "p", W=3.99)


@pytest.mark.parametrize("weights", [{"p_w": 1.0, "s_w": 0.0}, {"d_w": 1.0, "s_w": 0.0}])
def test_what_adds_up_to_zero_has_no_strength(weights):
    """Round-off is not taken for a strength, however large the kernel."""
    with pytest.raises(Unreachable, match="reaches no finite W"):
        solve_for(experiment("power_law", (8, 8), p=11.3, **weights), "xi", W=8.7)


def test_a_normalised_kernel_has_no_free_strength():
    with pytest.raises(
        Unreachable, match=r'With normalisation "sum" W is always 1\. Use normalisation "none"\.'
    ):
        solve_for(experiment(normalisation="sum"), "xi", W=2.0)


@pytest.mark.parametrize(
    ("kernel", "name", "sentence"),
    [
        (
            "constant",
            "xi",
            r"constant kernel cannot be solved for 'xi'\. Its strength does not depend on anything",
        ),
        ("constant", "p", r"constant kernel cannot be solved for 'p'"),
        ("rkky", "p", r"rkky kernel cannot be solved for 'p'\. Solve for xi\."),
        (
            "gaussian",
            "alpha_x",
            r"gaussian kernel cannot be solved for 'alpha_x'\. Solve for xi or p\.",
        ),
        ("gaussian", "", r"cannot be solved for ''"),
    ],
)
def test_what_cannot_be_solved_for_is_refused(kernel, name, sentence):
    with pytest.raises(InputError, match=sentence) as refusal:
        solve_for(experiment(kernel), name, W=2.0)
    assert not isinstance(refusal.value, Unreachable)  # no other draw of a prior would help


@pytest.mark.parametrize("W", [float("nan"), float("inf"), 0.0, -3.0])
def test_a_strength_is_a_positive_number(W):
    with pytest.raises(
        InputError, match=r"W must be a number > 0, got .*The sign follows from the kernel"
    ):
        solve_for(experiment(), "xi", W=W)


@pytest.mark.parametrize("low", [-1.0, 0.0, float("nan")])
def test_limits_are_checked(low):
    with pytest.raises(InputError, match="xi must be in"):
        solve_for(experiment(), "xi", W=2.0, low=low)
