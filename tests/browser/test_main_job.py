"""The main job: three clicks on Start, then every parameter predicted against true."""

import re

import pytest

pytestmark = pytest.mark.browser
MINUTES = 60_000


def test_three_clicks_from_nothing_to_predicted_against_true(server, page):
    page.goto(server.url)
    page.get_by_role("button", name="Generate").click()
    page.get_by_role("button", name="Train both").and_(page.locator(":enabled")).click(
        timeout=3 * MINUTES
    )
    page.get_by_role("button", name="Compare").and_(page.locator(":enabled")).click(
        timeout=3 * MINUTES
    )
    page.get_by_text("How well does each model estimate each parameter?").wait_for()
    for name in ("α", "ξ", "p", "d"):
        page.locator(".js-plotly-plot", has_text=f"predicted {name}").first.wait_for()
    page.wait_for_url(re.compile(r"runs=run\-"))


def test_a_network_is_watched_while_it_learns(server, page):
    page.goto(f"{server.url}/train?dataset=example-ml4sci-2020&effort=own")
    page.get_by_text("Options of the features and models").click()
    page.get_by_role("spinbutton", name="epochs", exact=True).fill("20")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Train 2 models").click()
    page.locator(".js-plotly-plot", has_text="best so far").wait_for(timeout=2 * MINUTES)
    page.get_by_role("link", name="Compare this run").click(timeout=3 * MINUTES)
    page.get_by_text("How well does each model estimate each parameter?").wait_for()
    page.wait_for_url(re.compile(r"runs=run\-"))


def test_a_job_survives_a_reload_and_a_restart_of_the_server(server, page):
    page.goto(f"{server.url}/data_sets")
    page.get_by_label("Curves", exact=True).fill("1500")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Generate").click()
    page.get_by_text("curves/s").wait_for(timeout=MINUTES)
    page.reload()
    page.get_by_text("curves/s").wait_for()
    server.stop()
    server.start()
    page.goto(f"{server.url}/data_sets")
    page.get_by_text("done in").wait_for(timeout=2 * MINUTES)
    page.get_by_text("1,500 curves").first.wait_for()


def test_a_running_job_is_cancelled_and_can_be_finished(server, page):
    page.goto(f"{server.url}/data_sets")
    page.get_by_label("Curves", exact=True).fill("50000")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Generate").click()
    page.get_by_text("curves/s").wait_for(timeout=MINUTES)
    page.get_by_role("button", name="Cancel").click()
    page.get_by_text("cancelled").wait_for(timeout=MINUTES)
    page.get_by_role("button", name="Finish").wait_for()


def test_a_link_restores_the_material(server, page):
    page.goto(f"{server.url}/simulate?preset=ml4sci_2020&alpha=0.18&p=2.2")
    page.get_by_text("ωp = 3.6 Γ").wait_for()
    page.get_by_role("slider").first.focus()
    page.keyboard.press("ArrowLeft")
    page.get_by_text("ωp = 3.58 Γ").wait_for()
    page.wait_for_url(re.compile(r"alpha=0\.179"))
