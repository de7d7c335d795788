"""The Challenge page: take part by a run or a file, teams, the organiser's controls, projector."""

import json
import shutil
import time

import pytest
from made_challenges import MAX, ZOE, make, truth_table

from nmr_core import challenge as core
from nmr_core import load_dataset
from nmr_core.jobs import api
from nmr_core.storage.spaces import registry
from nmr_core.storage.spaces.person import Member, acting_as
from nmr_core.storage.workspace import new_id, server_folder
from nmr_core.workshop import Rooms
from ui.challenge import cached, new_challenge
from ui.server import pace
from ui.shared import spaces

ADA, CLEO, DEE = (
    Member(f"p-{name.lower()}", name, role)
    for name, role in (("Ada", "admin"), ("Cleo", "member"), ("Dee", "member"))
)


@pytest.fixture(autouse=True)
def fresh(monkeypatch):
    """Every run reads challenges and boards again, and no one has submitted."""
    monkeypatch.setattr(cached, "SHARED", 0.0)
    monkeypatch.setattr(pace, "PACE", pace.Pace())
    cached.refresh()


@pytest.fixture
def one(data_folder):
    """A challenge with two submissions."""
    challenge = make(team_size=4)
    for by, noise in ((ZOE, 0.1), (MAX, 0.3)):
        core.submit(challenge, truth_table(challenge, noise), by)
    return challenge


@pytest.fixture
def come(data_folder, monkeypatch, open_page):
    """``come(person, **address)``: open the page as a person of a server."""
    current = [ADA]
    monkeypatch.setattr(spaces, "FRESH", -1.0)
    spaces.begin(lambda: current[0], lambda: [ADA, CLEO, DEE])

    def opened(person, **query):
        current[0] = person
        return open_page("challenge", **query)

    yield opened
    spaces.end()


def _board(app) -> dict:
    """What the component in the browser draws."""
    (board,) = [
        element.proto
        for element in app.get("bidi_component")
        if element.proto.component_name.endswith("challenge_board")
    ]
    return json.loads(board.json)


def _names(app) -> list[str]:
    return [row["name"] for row in _board(app)["rows"]]


def _keys(app) -> set[str]:
    assert not app.exception
    return {button.key for button in app.button}


def test_without_a_challenge_an_organiser_makes_one(open_page, words):
    app = open_page("challenge")
    assert "There is no challenge yet" in words(app)
    app.button(key="new-challenge-make").click().run()
    assert not app.exception
    (job,) = api.list_jobs()
    assert (job.kind, job.params["template"], job.params["tries"]) == ("challenge", "2020", 20)
    assert job.params["ends"] - job.params["starts"] == pytest.approx(5400)
    assert not {"seed", "owner"} & set(job.params)


def test_the_job_of_the_form_makes_the_challenge(open_page, monkeypatch):
    """Every template's form is what the job takes."""
    from nmr_core.challenge.making import checked_options

    for template in core.TEMPLATES:
        app = open_page("challenge")
        app.selectbox(key="new-challenge-template").set_value(template).run()
        app.button(key="new-challenge-make").click().run()
        params = dict(api.list_jobs()[0].params)
        rules = {
            name: value
            for name, value in params.items()
            if name not in ("challenge", "template", "preset")
        }
        assert checked_options(params["template"], rules).template_name == template


def test_the_prior_may_be_a_preset_or_that_of_a_data_set(own, open_page):
    for choice, expected in (
        ("preset:ml4sci_2020_secular", "ml4sci_2020_secular"),
        ("dataset:ds-own", load_dataset("ds-own").manifest.preset),
    ):
        app = open_page("challenge")
        app.selectbox(key="new-challenge-prior-2020").set_value(choice).run()
        app.number_input(key="new-challenge-hidden").set_value(10).run()
        app.button(key="new-challenge-make").click().run()
        assert not app.exception
        params = api.list_jobs()[0].params
        assert (params["preset"], params["hide"]) == (expected, 600)


def test_the_board_and_the_own_standing(one, open_page, words):
    app = open_page("challenge")
    assert _names(app) == ["Zoe", "Max"]
    assert {metric.label: metric.value for metric in app.metric}["Rank"] == "–"
    core.submit(one, truth_table(one, 0.02), core.Participant("you", "You"), note="good")
    app.run()
    assert _names(app) == ["You", "Zoe", "Max"]
    assert [row["own"] for row in _board(app)["rows"]] == [True, False, False]
    values = {metric.label: metric.value for metric in app.metric}
    assert (values["Rank"], values["Gap"], values["Tries left"]) == ("1", "leading", "19")
    assert "You lead" in words(app)
    assert app.dataframe[0].value["Note"].tolist() == ["good"]


def test_a_link_to_a_challenge_that_is_younger_than_the_list_opens_it(
    one, open_page, words, monkeypatch
):
    monkeypatch.setattr(cached, "SHARED", 600.0)
    open_page("challenge")
    another = make(id=new_id("ch"))
    assert "There is no challenge" not in words(open_page("challenge", challenge=another.id))
    assert "There is no challenge" in words(open_page("challenge", challenge="ch-none"))


def test_a_file_is_scored_and_a_wrong_one_is_a_sentence(one, open_page, words):
    app = open_page("challenge", way="file")
    table = truth_table(one, 0.02)
    app.file_uploader(key="challenge-file-0").upload("mine.csv", table.to_csv(index=False).encode())
    app.run()
    app.button(key="challenge-submit-file").click().run()
    assert not app.exception
    assert "rank 1" in app.success[0].value
    assert _names(app)[0] == "You"
    wrong = table.drop(columns="alpha").to_csv(index=False).encode()
    app.file_uploader(key="challenge-file-1").upload("wrong.csv", wrong)
    app.run()
    app.button(key="challenge-submit-file").click().run()
    assert "alpha" in app.error[0].value
    assert len(core.history(one, core.Participant("you", "You"))) == 1


def test_refused_files_are_counted_too(one, open_page, monkeypatch):
    monkeypatch.setattr(pace, "PER_MINUTE", 1)
    app = open_page("challenge", way="file")
    app.file_uploader(key="challenge-file-0").upload("wrong.csv", b"sample,p\n")
    app.run()
    for sentence in ("A column is missing", "At most 1 requests per minute"):
        app.button(key="challenge-submit-file").click().run()
        assert sentence in app.error[0].value


def test_own_runs_that_predict_what_is_hidden_are_offered(own, open_page):
    make()
    assert set(open_page("challenge").selectbox(key="challenge-run").options) == {
        "Own mean",
        "Own ridge",
    }


def test_without_such_a_run_one_can_be_trained(own, open_page, words):
    make("macro_f1")
    assert "No run predicts these parameters" in words(open_page("challenge"))


def test_a_team_is_made_joined_and_left(one, come, words):
    app = come(CLEO)
    app.text_input(key="team-name").set_value("Quantum *cats*")
    app.button(key="FormSubmitter:make-team-Make a team").click().run()
    team = core.team_of(one, core.Participant(CLEO.id, "Cleo"))
    assert team.name == "Quantum *cats*"
    assert r"Quantum \*cats\*" in words(app)
    assert team.code in words(app)
    app = come(DEE)
    app.text_input(key="team-code").set_value(team.code.lower())
    app.button(key="FormSubmitter:join-team-Join").click().run()
    assert core.team_of(one, core.Participant(DEE.id, "Dee")).members == ("Cleo", "Dee")
    app.button(key="team-leave").click().run()
    assert core.team_of(one, core.Participant(DEE.id, "Dee")) is None


def test_an_organiser_freezes_hides_extends_and_reveals(one, come, words):
    app = come(ADA)
    app.button(key="challenge-freeze").click().run()
    assert _board(app)["state"].startswith("Frozen")
    app.button(key="challenge-go-on").click().run()
    app.button(key="challenge-hide-the-board").click().run()
    assert len(_board(app)["rows"]) == 2
    assert _board(come(CLEO))["rows"] == []
    app = come(ADA)
    app.button(key="challenge-show-the-board").click().run()
    ends = core.load(one.id).ends
    app.button(key="challenge-15-min").click().run()
    assert core.load(one.id).ends == pytest.approx(ends + 900, abs=5)
    app.button(key="challenge-close-and-reveal").click().run()
    assert core.load(one.id).is_revealed
    assert "Public and private" in [header.value for header in app.header]
    assert app.get("plotly_chart")
    assert _board(app)["seconds"] is None


def test_an_organiser_gives_a_team_more_tries(one, come):
    app = come(ADA)
    app.number_input(key="tries-n").set_value(33).run()
    app.button(key="challenge-set").click().run()
    assert not app.exception
    assert max(core.standing(one, by).tries_left for by in (ZOE, MAX)) == 32


def test_an_organiser_deletes_a_challenge(one, come, words):
    app = come(ADA)
    app.button(key="challenge-delete-it").click().run()
    assert not app.exception
    assert "There is no challenge yet" in words(app)


def test_a_participant_chooses_which_submission_counts(one, open_page):
    me = core.Participant("you", "You")
    for noise in (0.2, 0.02):
        core.submit(one, truth_table(one, noise), me)
    app = open_page("challenge")
    assert app.dataframe[0].value["Counts"].tolist() == ["✓", ""]
    first = core.history(one, me)[0].number
    app.selectbox(key="challenge-final").set_value(first).run()
    app.button(key="challenge-choose").click().run()
    assert [one.is_final for one in core.history(one, me)] == [True, False]
    assert app.dataframe[0].value["Counts"].tolist() == ["", "✓"]


def test_the_training_set_is_copied_to_a_participant(come, template, words):
    come(ADA)
    source = registry.home_of(ADA).folder()
    shutil.copytree(template / "datasets", source / "datasets", dirs_exist_ok=True)
    make("macro_f1", training="ds-own", workspace=registry.home_of(ADA).id)
    app = come(CLEO)
    app.button(key="challenge-training").click().run()
    assert not app.exception
    assert not app.error
    copy = registry.home_of(CLEO).folder() / "datasets" / "ds-own"
    assert json.loads((copy / "manifest.json").read_text())["owner"] == CLEO.id
    assert "challenge-training" not in _keys(app)


def test_participants_see_no_controls(one, come):
    organiser, participant = _keys(come(ADA)), _keys(come(CLEO))
    controls = {"challenge-freeze", "challenge-close", "challenge-set", "new-challenge-make"}
    assert controls <= organiser
    assert not controls & participant


@pytest.mark.parametrize("where", ["room", "other room"])
def test_a_challenge_of_a_room_is_there_for_its_people_only(one, come, words, where, monkeypatch):
    rooms = Rooms(server_folder())
    with acting_as(ADA):
        room = rooms.create("Room", ends=time.time() + 3600)
    monkeypatch.setattr(Rooms, "_guests", lambda self: {CLEO.id: room.id})
    id = room.id if where == "room" else "room-20260101-000000-0000"
    mine = make(id="ch-20260101-000000-b0b0", room=id)
    app = come(CLEO, challenge=mine.id)
    assert ("Which echo" in words(app)) == (where == "room")
    assert "Which echo" in words(come(ADA, challenge=mine.id))
    stranger = come(DEE, challenge=mine.id)
    assert f"There is no challenge {mine.id}" in words(stranger).replace("\\", "")
    assert _names(stranger) == ["Zoe", "Max"]  # that of everyone


def test_the_projector_shows_the_board_only(one, open_page):
    app = open_page("challenge", view="projector")
    assert not app.exception
    assert _board(app)["big"]
    assert [title.value for title in app.title] == ["Which echo?"]
    assert not app.metric
    assert app.query_params["view"] in ("projector", ["projector"])


def test_names_of_people_are_text(one, open_page, words):
    name = "<img src=x onerror=alert(1)> **bold**"
    core.submit(one, truth_table(one, 0.05), core.Participant("p-3", name))
    app = open_page("challenge")
    assert name in _names(app)  # set as text in the browser
    assert name not in words(app)


def test_after_the_end_everyone_sees_the_private_score(one, open_page):
    core.submit(one, truth_table(one, 0.05), core.Participant("you", "You"))
    core.close(one)
    app = open_page("challenge")
    assert not app.exception
    values = {metric.label: metric.value for metric in app.metric}
    own = next(row for row in core.board(one).rows if row.name == "You")
    assert values["My private score"].startswith(f"{own.private_score:.2g}")
    assert (values["Rank"], values["Public rank"]) == ("1", "1")
    assert "challenge-submit-run" not in _keys(app)


def test_what_has_ended_takes_nothing(one, open_page, words):
    core.close(one, reveal=False)
    app = open_page("challenge", way="file")
    assert app.button(key="challenge-submit-file").disabled
    assert "has ended" in words(app)


def test_the_kind_of_the_job_is_known():
    from nmr_core.jobs.handlers import HANDLERS

    assert new_challenge.KIND in HANDLERS
