"""Playing with an echo: quick moves, the movie, the sweep, the address."""

import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.browser
COUNTING = (str(Path(__file__).with_name("counting_server.py")),)
ALPHA = "ωp = {:.3g} Γ"
AT_REST = """() => document.querySelector('[data-testid="stApp"]').dataset.testScriptState ===
    "notRunning" && !document.querySelector('[data-stale="true"]')"""


def _lines(server) -> int:
    return (server.folder / "simulations.log").read_text().count("start\n")


@pytest.mark.parametrize("server", [COUNTING], indirect=True)
def test_eight_quick_moves_do_not_leave_eight_computations(server, page):
    """The moves come faster than echoes: the first move is simulated, those that come meanwhile
    become one, the last.
    """
    page.goto(f"{server.url}/simulate?preset=ml4sci_2020_secular")
    page.get_by_text(ALPHA.format(2)).wait_for()
    page.wait_for_function(AT_REST)
    before = _lines(server)
    hold = server.folder / "hold"
    hold.touch()
    page.get_by_role("slider").first.focus()
    for number in range(8):
        page.keyboard.press("ArrowRight")
        while number == 0 and _lines(server) == before:
            page.wait_for_timeout(20)
    hold.unlink()
    page.get_by_text(ALPHA.format(2.16)).wait_for()
    page.wait_for_function(AT_REST)
    assert 1 <= _lines(server) - before <= 3
    log = (server.folder / "simulations.log").read_text()
    assert log.count("start\n") - log.count("end\n") in (0, 1), "at most one was given up half way"


def test_a_movie_of_the_lattice_plays(example_server, page):
    page.goto(f"{example_server.url}/simulate?view=lattice&set=n_x%3D16&set=n_y%3D16")
    page.locator(".js-plotly-plot .heatmaplayer").first.wait_for()
    page.get_by_text("Play", exact=True).click()
    page.get_by_text("t = 149.9 µs").wait_for()


def test_the_papers_figure_in_two_clicks(example_server, page):
    page.goto(f"{example_server.url}/simulate?preset=pulse_angle_sweep")
    page.get_by_role("radio", name="Sweep").or_(
        page.get_by_role("button", name="Sweep")
    ).first.click()
    page.locator(".js-plotly-plot", has_text="β₁ (°)").first.wait_for()
    page.wait_for_url(re.compile(r"view=sweep"))


def test_what_is_changed_and_pinned_is_in_the_address_and_survives_another_page(
    example_server, page
):
    page.goto(f"{example_server.url}/simulate?preset=ml4sci_2020_secular")
    page.get_by_role("button", name="Pin").click()
    page.get_by_role("button", name="Remove pins").wait_for()
    page.get_by_text("Pulses", exact=True).click()
    page.get_by_role("spinbutton", name="τ (µs)").fill("20")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Undo 1 change").wait_for()
    page.wait_for_url(re.compile(r"set=tau%3D20"))
    page.get_by_role("link", name="Compare").click()
    page.get_by_text("How well does each model estimate each parameter?").wait_for()
    page.get_by_role("link", name="Simulate").click()
    page.get_by_role("button", name="Undo 1 change").wait_for()
    page.get_by_role("button", name="Remove pins").wait_for()
    page.wait_for_url(re.compile(r"set=tau%3D20"))
    page.wait_for_url(re.compile(r"pin="))
