"""A server for a team in a real browser, with a real login service."""

import re
import urllib.error
import urllib.request

import pytest
from test_accessibility import AXE, RUN_AXE

from nmr_core.people import Invitations, Register, Sessions, people_file
from nmr_core.storage.audit.noting import COMMAND_LINE

pytestmark = pytest.mark.browser

DOORS = (
    "/",
    "/simulate",
    "/_stcore/host-config",
    "/_stcore/metrics",
    "/metrics",
    "/static/app.css",
    "/app/static/app.css",
)


@pytest.fixture
def log_in(team_server, page):
    """``log_in("ada", "/compare")``: come in by the login service; the page is that of the app."""

    def came_in(subject: str, path: str = "/", service: str = "Lab") -> None:
        page.goto(team_server.url + path)
        page.get_by_role("link", name=f"Log in with {service}").click()
        if not subject:
            return
        page.get_by_placeholder("sub").fill(subject)
        page.get_by_role("button", name="Authorize").click()

    return came_in


def _log_out_button(page):
    return page.get_by_test_id("stSidebar").get_by_role("button", name="Log out", exact=True)


def _status(url: str, **headers: str) -> int:
    """Status of an answer without following it."""

    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_):
            return None

    try:
        request = urllib.request.Request(url, headers=headers)
        return urllib.request.build_opener(Stay).open(request, timeout=60).status
    except urllib.error.HTTPError as error:
        return error.code


def test_a_person_comes_in_stays_in_and_logs_out_of_all_tabs(team_server, page, log_in):
    assert {_status(team_server.url + door) for door in DOORS} <= {401, 404}
    log_in("ada", "/simulate?preset=cuda_2023")
    page.wait_for_url(re.compile(r"/simulate\?preset=cuda_2023"))
    page.get_by_text("Ada", exact=True).wait_for()
    assert page.get_by_text("Administration", exact=True).count() == 0
    assert _favicon_answers(page)
    other = page.context.new_page()
    other.goto(f"{team_server.url}/compare")
    _log_out_button(other).wait_for()
    other.get_by_role("heading").first.wait_for()
    _log_out_button(other).click()
    # One of the tabs ends the session of the login service, the other shows our login page
    for tab in (page, other):
        tab.wait_for_url(re.compile(r"/login|/oauth2/end_session"))
    assert Sessions(people_file(team_server.folder)).list() == []
    page.goto(f"{team_server.url}/simulate")
    page.wait_for_url(re.compile(r"/login\?next=%2Fsimulate"))


def _favicon_answers(page) -> bool:
    """A picture that Streamlit made for this person's page."""
    icon = page.locator('link[rel*="icon"]').first.get_attribute("href")
    return page.request.get(icon).status == 200


def test_an_administrator_ends_a_session_and_its_page_leads_to_the_login(
    team_server, page, log_in, browser
):
    log_in("boss", "/administration")
    page.get_by_role("heading", name="Administration").wait_for()
    page.get_by_label("Change a person").wait_for()
    assert _barriers(page) == []
    file = people_file(team_server.folder)
    boss = next(person for person in Register(file).list() if person.subject == "boss")
    assert boss.is_admin
    Sessions(file).end_all(boss.id)
    page.wait_for_url(re.compile(r"/login\?next=%2Fadministration"))
    page.get_by_text("Your session was ended. Log in again.").wait_for()
    log_in("boss")
    _log_out_button(page).wait_for()
    with Sessions(file)._connection() as db:
        db.execute("UPDATE sessions SET created = 1 WHERE ended IS NULL")
    page.get_by_text("Your session has expired. Log in again.").wait_for()
    page.goto(team_server.url.replace("localhost", "127.0.0.1"))
    page.get_by_text(f"This server answers at {team_server.url} only.").wait_for()


REFUSALS = {
    ("Lab", "eve"): "Your account is in none of the groups that may use this server.",
    ("Lab", "fay"): "Your e-mail address is in none of the domains that may use this server.",
    ("Late", "ada"): "The answer of Late had expired. Log in again.",
    ("Nowhere", ""): "Nowhere cannot be reached now. Try again later, or log in in another way.",
}
"""Login service and person -> what the page says."""


def test_who_may_not_come_in_reads_one_sentence(team_server, page, log_in):
    for (service, subject), sentence in REFUSALS.items():
        log_in(subject, service=service)
        page.get_by_text(sentence).wait_for()
        page.goto(f"{team_server.url}/compare")
        page.wait_for_url(re.compile("/login"))


def test_an_invited_person_sets_a_password_and_stays_over_a_restart(team_server, page):
    secret = Invitations(people_file(team_server.folder)).create(COMMAND_LINE, email="zoe@lab.org")
    page.goto(f"{team_server.url}/join#{secret}")
    assert page.url == f"{team_server.url}/join", "the secret stays out of the history"
    assert not page.get_by_label("Invitation").is_visible()
    assert _barriers(page) == []
    page.get_by_label("Your name").fill("Zoë *Z*")
    page.get_by_label("E-mail").fill("zoe@lab.org")
    for password in ("short", "correct horse battery"):
        page.get_by_label("Password").fill(password)
        page.get_by_role("button", name="Create my account").click()
    page.get_by_text("Zoë *Z*", exact=True).wait_for()
    team_server.stop()
    team_server.start()
    page.goto(f"{team_server.url}/workspace")
    page.get_by_text("Yours alone;").wait_for()
    assert _barriers(page) == []


def _barriers(page) -> list[str]:
    """What keeps people from using the present page."""
    page.evaluate(AXE)
    return page.evaluate(RUN_AXE, "body")
