"""A challenge in real browsers: the board follows submissions, its clock runs, a file is sent."""

import pytest
from made_challenges import MAX, ZOE, make, truth_table
from test_accessibility import AXE, RUN_AXE

from nmr_core import challenge as core
from nmr_core.storage.workspace import in_workspace, new_id

pytestmark = pytest.mark.browser
NAMES = "els => els.map(name => name.textContent)"
NAME = "<b>Zoe</b>"


@pytest.fixture
def challenge(working_server):
    """A challenge with one submission, by a person whose name is HTML."""
    with in_workspace(working_server.folder):
        present = make(id=new_id("ch"))
        core.submit(present, truth_table(present, 0.3), core.Participant(ZOE.id, NAME))
        yield present
        core.delete(present)


def _barriers(page) -> list[str]:
    page.evaluate(AXE)
    return page.evaluate(RUN_AXE, "body")


def test_the_projector_follows_the_submissions(challenge, working_server, page):
    page.goto(f"{working_server.url}/challenge?challenge={challenge.id}&view=projector")
    page.locator(".row .name").get_by_text(NAME, exact=True).wait_for()
    first = page.locator(".left").inner_text()
    core.submit(challenge, truth_table(challenge, 0.1), MAX)
    page.locator(".row .name").get_by_text("Max", exact=True).wait_for()
    assert page.locator(".row .name").evaluate_all(NAMES) == ["Max", NAME]
    assert page.locator(".left").inner_text() < first
    assert first.endswith(" left")
    assert _barriers(page) == []
    core.hide(challenge)
    page.get_by_text("The board is hidden.").wait_for()


def test_a_file_is_sent_from_a_phone(challenge, working_server, page):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{working_server.url}/challenge?challenge={challenge.id}&way=file")
    content = truth_table(challenge, 0.05).to_csv(index=False).encode()
    file = {"name": "mine.csv", "mimeType": "text/csv", "buffer": content}
    page.locator('input[type="file"]').set_input_files(file)
    page.get_by_role("button", name="Submit").click()
    page.get_by_text("rank 1").wait_for()
    page.locator(".row.own .name").get_by_text("You", exact=True).wait_for()
    assert not page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    assert _barriers(page) == []
