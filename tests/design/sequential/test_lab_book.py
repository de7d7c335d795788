"""A lab book asks for what teaches most, believes what it is told, and stops in time."""

from dataclasses import replace

import numpy as np
import pytest

from nmr_core.design.sequential.alike import rms
from nmr_core.design.sequential.asking import advised, ask
from nmr_core.design.sequential.beginning import begin
from nmr_core.design.sequential.candidates import possible, time_of
from nmr_core.design.sequential.evidence import evidence_of
from nmr_core.design.sequential.posterior import Posterior, posterior_of, together
from nmr_core.design.sequential.rehearsing import rehearse
from nmr_core.design.sequential.spectrometer import Spectrometer
from nmr_core.design.sequential.telling import tell
from nmr_core.design.sequential.undoing import undo
from nmr_core.design.settings import Acquisition
from nmr_core.errors import InputError
from tests.design.sequential.conftest import angle
from tests.design.small import small_problem, uncoupled


def measured(book, *acquisitions, seed=3):
    """The book after these acquisitions of one simulated material."""
    spectrometer = Spectrometer.of(book.problem, seed=seed)
    for number, one in enumerate(acquisitions):
        echo = spectrometer.measure(one, number)
        book = tell(book, echo, acquisition=one, advise=False)
    return book


def test_asks_for_the_pulse_with_the_larger_echo(decay):
    """An echo of uncoupled spins is as large as sin^2(angle/2), so 180° tells most about T2."""
    request = ask(decay)
    assert request.setting == angle(180)
    table = decay.request.table
    one = table[table["shots"] == 1].set_index("setting")["expected"]
    assert one["β₂ 180°"] < one["β₂ 30°"]


def test_error_falls_as_the_root_of_the_shots(decay):
    """Without coupling the noise alone limits the estimate of d where the echo decays."""
    near = {"d": 3.0}
    spectrometer = Spectrometer.of(decay.problem, near, seed=4)
    errors = []
    for shots in (256, 4096):
        one = Acquisition(angle(180), shots)
        book = tell(decay, spectrometer.measure(one), acquisition=one, advise=False)
        errors.append(book.estimate.errors["d"])
        assert book.estimate.low["d"] <= 3.0 <= book.estimate.high["d"]
    assert errors[1] / errors[0] == pytest.approx(1 / 4, rel=0.5)


def test_two_echoes_of_one_setting_are_one_with_all_their_shots(coupled):
    first, second = (Acquisition(angle(60), shots) for shots in (1, 3))
    book = measured(coupled, first, second)
    shots, scores = together(book.entries)
    a, b = (entry.scores for entry in book.entries)
    assert shots == {angle(60): 4}
    assert scores[angle(60)] == pytest.approx((a + 3 * b) / 4, rel=1e-6)


def test_expected_error_is_that_of_the_pool_measured_anew(coupled):
    """After many shots the errors that were expected on average are those that follow."""
    now = Posterior.of(coupled.pool)
    one = Acquisition(angle(120), 64)
    expected = now.errors_after([one], coupled.weights > 0)
    stated = [
        Posterior.of(coupled.pool, measured(coupled, one, seed=seed).entries).errors
        for seed in range(12)
    ]
    at = [coupled.problem.names.index(name) for name in ("omega_p", "d")]
    rms = np.sqrt(np.mean(np.square(stated), axis=0))
    assert rms[at] == pytest.approx(expected[at], rel=0.35)


def test_what_is_expected_of_a_parameter_depends_on_its_own_kernel_only(coupled):
    """The expected error of d is the one that its regression attains, whatever the others need."""
    at = coupled.problem.names.index("d")
    d_alone = np.arange(len(coupled.problem.names)) == at
    now = posterior_of(measured(coupled, Acquisition(angle(180), 4)))
    for shots in (4, 64):
        expected = now.errors_after([Acquisition(angle(60), shots)], d_alone)
        attained = evidence_of(coupled.pool, now.shots | {angle(60): shots})
        assert expected[at] == pytest.approx(rms(attained.residuals, now.likeness)[at], rel=0.02)


def test_intervals_hold_the_truth(coupled):
    """90 % intervals of two parameters of 24 materials; 36 of 48 and fewer has p < 0.001."""
    inside = []
    for seed in range(24):
        book = measured(coupled, Acquisition(angle(120), 16), seed=seed)
        truth = Spectrometer.of(coupled.problem, seed=seed).material
        estimate = book.estimate
        inside += [
            estimate.low[name] <= truth[name] <= estimate.high[name] for name in ("omega_p", "d")
        ]
    assert sum(inside) > 36


def test_a_dear_change_is_not_asked_for():
    """A change of tau takes as long as 1,000 shots: the book stays at the tau that it has."""
    problem = uncoupled(
        vary={"tau": [8, 10]},
        default=[{"tau": 10}],
        noise=0.05,
        change={"tau": 1000.0},
        budget=4000.0,
    )
    book = begin(problem, 1e-3, n_materials=96)
    first = ask(book)
    book = advised(measured(book, first))
    assert ask(book).setting == first.setting
    [other] = [one for one in problem.settings if one != first.setting]
    assert time_of(book, Acquisition(other)) == pytest.approx(1001, abs=0.1)


def test_a_rehearsal_ends_at_its_target_and_can_be_repeated(coupled):
    book, again = (rehearse(coupled.problem, 0.23, book=coupled, seed=7) for _ in range(2))
    assert book.is_finished
    assert "target is reached: weighted error 23 %" in book.sentence
    assert book.estimate.weighted <= 0.23
    assert book.seconds == pytest.approx(book.table["seconds_so_far"].iloc[-1])
    assert again.table.equals(book.table)
    assert set(book.truth) == set(coupled.problem.names)


def test_a_fixed_order_is_measured_again_and_again(coupled):
    order = [Acquisition(angle(60)), Acquisition(angle(180))]
    short = replace(coupled.problem, budget=5.5)
    book = replace(coupled, problem_fields=short.to_dict())
    book = rehearse(
        short,
        1e-3,
        book=replace(book, target=replace(book.target, weighted=1e-3)),
        order=order,
        seed=7,
    )
    assert list(book.table["setting"]) == ["β₂ 60°", "β₂ 180°"] * 2 + ["β₂ 60°"]
    assert "budget is spent" in book.sentence


def test_stops_where_the_gain_per_hour_is_too_small(decay):
    book = measured(decay, Acquisition(angle(180), 1024))
    assert isinstance(ask(advised(book)), Acquisition)
    assert "gain is too small" in ask(advised(replace(book, least_gain=100.0)))


def test_stops_where_nothing_is_left_to_learn(decay):
    """After 3 10^7 shots no more shots within the budget lower the error by 1 %."""
    book = measured(decay, Acquisition(angle(180), 3 * 10**7))
    fields = replace(decay.problem, budget=book.seconds + 100).to_dict()
    assert "nothing left to learn" in ask(advised(replace(book, problem_fields=fields)))


def test_two_echoes_that_tell_nothing_alone_are_asked_for_as_a_round():
    """With an unknown gain one echo tells nothing, and the ratio of two of them all."""
    problem = uncoupled(
        vary={"angle_2": [30, 180]},
        default=[angle(30), angle(180)],
        noise=0.01,
        budget=100.0,
        seed=1,
    )
    book = begin(problem, 0.2, n_materials=160)
    log_gain = np.random.default_rng(0).normal(scale=3, size=(160, 1))
    scores = (log_gain, log_gain + book.pool.theta)
    bases = tuple(replace(one, components=one.components[:1]) for one in book.pool.bases)
    pool = replace(book.pool, settings=(angle(30), angle(180)), scores=scores, bases=bases)
    request = begin(problem, 0.05, pool=pool).request
    first = request.table.iloc[0]
    assert isinstance(request.acquisition, Acquisition)
    assert first["setting"] == "a round of 2 settings"
    assert first["expected"] < 0.05
    alone = request.table[request.table["setting"] != "a round of 2 settings"]["expected"]
    assert (alone > 0.25).all()


def test_the_last_seconds_of_a_budget_are_used(decay):
    """After 225 of 240 s neither 4 shots, too few to notice, nor 16 fit, but 15 do."""
    book = measured(decay, Acquisition(angle(180), 225))
    book = replace(book, problem_fields=replace(decay.problem, budget=240.0).to_dict())
    plans = possible(book)
    assert {one.setting for [one] in plans} == {angle(30), angle(180)}
    assert all(7.5 <= time_of(book, *plan) <= 15 for plan in plans)


def test_a_fixed_order_is_looked_at_as_seldom_as_a_book_looks(decay):
    """Between two looks the time grows by a sixteenth at least, as by every request."""
    problem = replace(decay.problem, budget=64.0)
    book = replace(decay, problem_fields=problem.to_dict())
    order = [Acquisition(angle(30)), Acquisition(angle(180))]
    book = rehearse(problem, 1e-4, book=book, order=order, seed=2)
    errors = book.table["error"].to_numpy()
    looks = 1 + np.flatnonzero(np.diff(errors, prepend=0) != 0)
    assert len(errors) == 64
    assert list(looks[:17]) == list(range(1, 18))
    before_the_end = looks[looks < 60]
    assert (np.diff(before_the_end) >= before_the_end[:-1] / 16).all()
    assert looks[-1] == 64
    assert len(looks) < 50


def test_an_echo_that_is_not_like_the_simulated_ones_has_a_note(coupled):
    one = Acquisition(angle(60), 4)
    echo = Spectrometer.of(coupled.problem, seed=3).measure(one)
    assert tell(coupled, echo, acquisition=one, advise=False).entries[-1].note == ""
    ringing = echo + 0.1 * np.exp(1j * np.arange(len(echo)))
    entry = tell(coupled, ringing, acquisition=one, advise=False).entries[-1]
    assert "not like the simulated ones" in entry.note
    assert entry.misfit > 5


def test_an_echo_in_other_units_is_entered_only_if_its_misfit_is_accepted(coupled):
    one = Acquisition(angle(60), 4)
    raw = 3e4 * Spectrometer.of(coupled.problem, seed=3).measure(one)
    with pytest.raises(InputError, match=r"measured at β₂ 60°, and phase and scale .* accept the"):
        tell(coupled, raw, acquisition=one)
    accepted = tell(coupled, raw, acquisition=one, accept_misfit=True, advise=False)
    assert "not like the simulated ones" in accepted.table["note"].iloc[-1]


def test_after_many_shots_an_echo_of_another_pulse_is_a_gross_misfit(coupled):
    echo = Spectrometer.of(coupled.problem, seed=3).measure(Acquisition(angle(60), 10**4))
    with pytest.raises(InputError, match="measured at β₂ 180°"):
        tell(coupled, echo, acquisition=Acquisition(angle(180), 10**4))


def test_many_shots_of_a_simulated_material_are_no_gross_misfit(coupled):
    """The basis leaves out what is below a tenth of the noise of one shot."""
    assert measured(coupled, Acquisition(angle(180), 10**8)).entries


def test_the_last_entry_is_taken_back(coupled):
    once = advised(measured(coupled, Acquisition(angle(60), 4)))
    twice = measured(once, Acquisition(angle(180), 4))
    undone = undo(twice)
    assert undone.table.equals(once.table)
    assert undone.request.table.equals(once.request.table)
    assert ask(undo(undone)) == ask(coupled)
    with pytest.raises(InputError, match="Nothing is entered"):
        undo(coupled)


def test_what_cannot_be_told_is_refused_in_one_sentence(coupled):
    one = Acquisition(angle(60), 1)
    echo = Spectrometer.of(coupled.problem, seed=3).measure(one)
    with pytest.raises(InputError, match=f"must have {len(echo)} points, got shape"):
        tell(coupled, echo[:-1], acquisition=one)
    with pytest.raises(InputError, match="1 points that are NaN"):
        tell(coupled, np.where(np.arange(len(echo)) == 3, np.nan, echo), acquisition=one)
    with pytest.raises(InputError, match="β₂ 45° is not a candidate of this lab book"):
        tell(coupled, echo, acquisition=Acquisition(angle(45)))
    with pytest.raises(InputError, match="does not ask for an echo"):
        tell(replace(coupled, request=None), echo)
    with pytest.raises(InputError, match="complex numbers or a Measurement, got 'text'"):
        tell(coupled, "text")


def test_a_target_that_the_prior_reaches_begins_no_book(coupled):
    """A uniform prior of width w has the standard deviation w / sqrt(12)."""
    with pytest.raises(InputError, match=r"50 % of the ranges, is reached .* error 28\.9 % of the"):
        begin(coupled.problem, 0.5, pool=coupled.pool)
    widths = {spec.name: spec.width for spec in coupled.problem.specs}
    with pytest.raises(InputError, match=r"d to ±.*, is reached before anything is measured"):
        begin(coupled.problem, {"d": 0.4 * widths["d"]}, pool=coupled.pool)


@pytest.mark.parametrize(
    ("option", "sentence"),
    [
        ({"n_materials": 0}, "n_materials must be in"),
        ({"n_materials": 1}, "n_materials must be in"),
        ({"n_materials": "x"}, "n_materials must be a number"),
        ({"least_gain": float("nan")}, "least_gain must be in"),
        ({"least_gain": "x"}, "least_gain must be a number"),
        ({"least_gain": -1}, "least_gain must be in"),
    ],
)
def test_options_of_a_book_that_cannot_be_are_one_sentence(coupled, option, sentence):
    with pytest.raises(InputError, match=sentence):
        begin(coupled.problem, 0.2, **option)


def test_a_rehearsal_uses_the_book_of_its_own_problem_and_target_only(coupled, decay):
    with pytest.raises(InputError, match="was begun for another problem"):
        rehearse(decay.problem, 0.23, book=coupled)
    with pytest.raises(InputError, match="was begun for another target"):
        rehearse(coupled.problem, 0.1, book=coupled)
    with pytest.raises(InputError, match="has its least_gain already"):
        rehearse(coupled.problem, 0.23, book=coupled, least_gain=1.0)


def test_a_rehearsal_takes_the_place_of_no_book(coupled):
    book = rehearse(coupled.problem, 0.23, book=coupled, seed=7)
    assert book.id != coupled.id


def test_what_no_setting_determines_does_not_count():
    """Without relaxation differences ratio_z alone, with a weight of its own, cannot be known."""
    problem = small_problem(
        vary={"angle_2": [60, 180]},
        noise=0.5,
        budget=4.0,
        weights={"omega_p": 0, "d": 0, "xi": 1, "ratio_y": 0, "ratio_z": 0},
    )
    with pytest.raises(InputError, match="No setting determines xi, even with the whole budget"):
        begin(problem, 0.1, n_materials=96)
