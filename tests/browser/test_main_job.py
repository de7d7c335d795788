"""The main job: three clicks on Start, then every parameter predicted against true."""

import re

import pytest

pytestmark = pytest.mark.browser
MINUTES = 60_000


def test_three_clicks_from_nothing_to_predicted_against_true(server, page):
    page.goto(server.url)
    page.get_by_role("button", name="Generate").click()
    page.get_by_role("button", name="Train both").and_(page.locator(":enabled")).click(
        timeout=5 * MINUTES
    )
    page.get_by_role("button", name="Compare").and_(page.locator(":enabled")).click(
        timeout=5 * MINUTES
    )
    page.get_by_text("How well does each model estimate each parameter?").wait_for()
    for name in ("α", "ξ", "p", "d"):
        page.locator(".js-plotly-plot", has_text=f"predicted {name}").first.wait_for()
    page.wait_for_url(re.compile(r"runs=run\-"))


def test_a_job_survives_reload_and_restart_and_is_cancelled_and_can_be_finished(
    working_server, page
):
    page.goto(f"{working_server.url}/data_sets")
    page.get_by_label("Curves", exact=True).fill("50000")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Generate").click()
    page.get_by_text("curves/s").wait_for(timeout=2 * MINUTES)
    page.reload()
    page.get_by_text("curves/s").wait_for()
    working_server.stop()
    working_server.start()
    page.goto(f"{working_server.url}/data_sets")
    page.get_by_text("curves/s").wait_for(timeout=2 * MINUTES)
    page.get_by_role("button", name="Cancel").click()  # only its owner is offered that
    page.get_by_text("cancelled").wait_for(timeout=2 * MINUTES)
    page.get_by_role("button", name="Finish").wait_for()


def test_a_network_is_watched_while_it_learns(working_server, page):
    page.goto(f"{working_server.url}/train?dataset=example-ml4sci-2020&effort=own")
    page.get_by_text("Options of the features and models").click()
    page.get_by_role("spinbutton", name="epochs", exact=True).fill("20")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Train 2 models").click()
    page.locator(".js-plotly-plot", has_text="best so far").wait_for(timeout=5 * MINUTES)
    page.get_by_role("link", name="Compare this run").click(timeout=5 * MINUTES)
    page.get_by_text("How well does each model estimate each parameter?").wait_for()
    page.wait_for_url(re.compile(r"runs=run\-"))
