"""An address can ask for anything: what takes too long or too much memory is not begun."""

import pytest

from ui.design import screen
from ui.shared import compute, picture_cost

ADDRESSES = {
    "a large lattice as a movie": {
        "set": ["n_x=2048", "n_y=2048", "tau=14", "dt=1"],
        "view": ["lattice"],
    },
    "a large lattice": {"set": ["n_x=2048", "n_y=2048", "tau=5", "dt=1"]},
    "a sweep of long delays": {
        "preset": ["ml4sci_2020"],
        "view": ["sweep"],
        "ml4sci_2020-swept": ["tau"],
        "ml4sci_2020-tau-from": ["9000"],
        "ml4sci_2020-tau-to": ["10000"],
        "n_values": ["101"],
        "set": ["tau=1"],
    },
    "a sweep of large lattices": {
        "preset": ["ml4sci_2020"],
        "view": ["sweep"],
        "ml4sci_2020-swept": ["n_x"],
        "ml4sci_2020-n_x-from": ["2000"],
        "ml4sci_2020-n_x-to": ["2048"],
    },
    "pins": {"pin": ["preset=ml4sci_2020&n_x=2048&n_y=2048"] * 6},
}


@pytest.mark.parametrize("name", ADDRESSES)
def test_what_an_address_asks_for_is_refused_before_it_is_begun(name, open_page, monkeypatch):
    fits = picture_cost.Cost.fits.fget
    plain = compute.simulate

    def begun(*args, **options):
        raise AssertionError("a simulation was begun that is too much for a page")

    def simulated(experiment, **options):
        assert fits(picture_cost.of_echoes([experiment]))
        return plain(experiment, **options)

    for part in ("simulate_movie", "sweep_values", "sweep_settings"):
        monkeypatch.setattr(compute, part, begun)
    monkeypatch.setattr(compute, "simulate", simulated)
    app = open_page("simulate", **ADDRESSES[name])
    assert not app.exception
    texts = [box.value for box in (*app.error, *app.info)]
    assert any("too much for a page" in text for text in texts), texts


def test_a_screen_of_long_delays_is_not_begun(open_page, monkeypatch):
    def begun(*args, **options):
        raise AssertionError("a screen was begun that is too much for a page")

    monkeypatch.setattr(screen, "screen_information", begun)
    link = {"vary": ["angle_2", "tau"], "values-tau": "5000,6000,7000"}
    app = open_page("design", of="ml4sci_2020_secular", **link)
    assert not app.exception
    assert any("too much for a page" in box.value for box in app.info)


def test_more_combinations_than_a_page_compares_are_one_sentence(open_page):
    link = {"vary": ["angle_2", "tau"], "values-angle_2": "1:180:100", "values-tau": "10:90:9"}
    app = open_page("design", **link)
    assert not app.exception
    assert ["At most 400 settings" in error.value for error in app.error] == [True]
