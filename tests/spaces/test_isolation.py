"""Two people, two workspaces: nothing of one reaches the other by ids, trash, jobs, marks."""

import json

import pytest

from nmr_core.errors import InputError
from nmr_core.evaluation import marks
from nmr_core.jobs import api
from nmr_core.storage import catalogue, trash
from nmr_core.storage.spaces import registry, rights
from nmr_core.storage.spaces.messages import messages_for
from nmr_core.storage.spaces.person import acting_as
from nmr_core.storage.workspace import in_workspace
from tests.spaces.conftest import ADA, ANN, BEN, CY, DEE
from tests.spaces.things import CALIBRATION, DATASET, RUN, STUDY, put


@pytest.fixture
def homes(server, monkeypatch):
    """Data folders of Ada and Dee, with a run of each."""
    monkeypatch.setenv("NMR_WORKERS", "0")
    folders = [registry.home_of(who).folder() for who in (ADA, DEE)]
    for folder, who in zip(folders, (ADA, DEE), strict=True):
        put(folder, RUN, f"run-of-{who.name.lower()}", owner=who.id)
    return folders


@pytest.mark.parametrize("kind", [DATASET, RUN, STUDY])
def test_a_foreign_id_is_a_missing_id(homes, kind):
    ada, dee = homes
    if kind is not RUN:
        put(ada, kind, "run-of-ada", owner=ADA.id)
    with in_workspace(dee), acting_as(DEE):
        assert catalogue.find(kind, "run-of-ada") is None
        sentences = []
        for id in ("run-of-ada", "run-of-nobody"):
            with pytest.raises(InputError) as error:
                catalogue.located(kind, id)
            sentences.append(str(error.value).replace(id, "ID"))
        assert sentences[0] == sentences[1]
        with pytest.raises(InputError, match="There is no"):
            catalogue.delete(kind, "run-of-ada")
        assert "run-of-ada" not in [folder.name for folder in catalogue.folders(kind)]
    assert (ada / kind.place("run-of-ada")).exists()


def test_the_trash_of_one_is_not_the_trash_of_another(homes):
    ada, dee = homes
    with in_workspace(ada), acting_as(ADA):
        catalogue.delete(RUN, "run-of-ada")
        (entry,) = trash.entries()
        assert entry.by == ADA.id
    with in_workspace(dee), acting_as(DEE):
        assert trash.entries() == []
        with pytest.raises(InputError, match="There is no deleted run"):
            trash.restore("run", "run-of-ada")
        assert trash.empty() == 0
    with in_workspace(ada), acting_as(ADA):
        assert trash.restore("run", "run-of-ada").exists()


def test_jobs_are_those_of_the_workspace(homes):
    ada, dee = homes
    with in_workspace(ada), acting_as(ADA):
        job = api.submit("selftest", {}, title="Secret")
        assert (job.owner, job.workspace) == (ADA.id, ada.name)
        assert [one.id for one in api.list_jobs()] == [job.id]
    with in_workspace(dee), acting_as(DEE):
        assert api.list_jobs() == []
        for action in (api.get, api.cancel, api.log_tail, api.live, api.dismiss, api.resubmit):
            with pytest.raises(InputError, match=f"There is no job {job.id} here"):
                action(job.id)
        other = api.submit("selftest", {})
        assert api.queue_position(other.id) == 2  # in the queue of all
    with in_workspace(ada), acting_as(ADA):
        assert api.cancel(job.id).status == "cancelled"


def test_marks_are_those_of_the_workspace(homes):
    ada, dee = homes
    with in_workspace(ada), acting_as(ADA):
        marks.add_note("run-of-ada", "mine")
    with in_workspace(dee), acting_as(DEE):
        assert marks.all_marks() == {}


ACTIONS = {
    "delete": lambda: catalogue.delete(RUN, "run-x"),
    "mark": lambda: marks.mark("run-x", star=True),
    "unmark": lambda: marks.unmark("run-x"),
    "cancel": lambda: api.cancel(api.list_jobs()[0].id),
}


@pytest.mark.parametrize("who", [BEN, CY, DEE])
@pytest.mark.parametrize("action", ACTIONS)
def test_what_is_anothers_is_not_changed(inside, monkeypatch, who, action):
    monkeypatch.setenv("NMR_WORKERS", "0")
    put(inside, RUN, "run-x", owner=ADA.id)
    with acting_as(ADA):
        api.submit("selftest", {})
    with acting_as(who), pytest.raises(rights.RefusedError):
        ACTIONS[action]()
    assert (inside / "runs" / "run-x").exists()
    assert marks.marks_of("run-x") == marks.Marks()
    assert api.list_jobs()[0].status == "queued"


@pytest.mark.parametrize("who", [ADA, ANN])
def test_owners_and_administrators_act_with_a_reason_that_is_seen(inside, monkeypatch, who):
    monkeypatch.setenv("NMR_WORKERS", "0")
    put(inside, RUN, "run-x", owner=BEN.id)
    with acting_as(BEN):
        job = api.submit("selftest", {}, title="Count")
    with acting_as(who):
        with pytest.raises(rights.RefusedError, match="Give a reason"):
            catalogue.delete(RUN, "run-x")
        with rights.because("a mistake in the preset"):
            catalogue.delete(RUN, "run-x")
        assert api.cancel(job.id, reason="too long").error == f"Cancelled by {who.name}: too long"
    (entry,) = trash.entries()
    assert entry.reason == "a mistake in the preset"
    assert [message.text for message in messages_for(BEN.id)] == [
        f'{who.name} cancelled the job "Count": too long',
        f'{who.name} deleted the run "Title of run-x": a mistake in the preset',
    ]
    with acting_as(BEN):
        assert trash.restore("run", "run-x").exists()


def test_a_viewer_adds_nothing(inside, monkeypatch):
    monkeypatch.setenv("NMR_WORKERS", "0")
    put(inside, RUN, "run-x", owner=CY.id)
    for action in (
        lambda: api.submit("selftest", {}),
        lambda: marks.add_note("run-x", "hello"),
        lambda: catalogue.put(STUDY, "study-x", lambda folder: folder.mkdir()),
    ):
        with acting_as(CY), pytest.raises(rights.RefusedError, match="A viewer may not"):
            action()


def test_a_note_is_its_writers(inside):
    put(inside, RUN, "run-x", owner=ADA.id)
    with acting_as(BEN):
        note = marks.add_note("run-x", "interesting", author="Forged", owner="p-forged")
        assert (note.author, note.owner) == ("Ben", BEN.id)
        marks.edit_note("run-x", note.id, "very interesting")
    with acting_as(ADA):
        with pytest.raises(rights.RefusedError, match="Give a reason"):
            marks.delete_note("run-x", note.id)
        with rights.because("off topic"):
            marks.delete_note("run-x", note.id)


def test_a_result_of_another_is_not_replaced_by_a_job(inside, monkeypatch):
    monkeypatch.setenv("NMR_WORKERS", "0")
    put(inside, RUN, "run-x", owner=ADA.id)
    put(inside, CALIBRATION, "run-x", owner=ADA.id)
    with acting_as(BEN):
        with pytest.raises(rights.RefusedError, match="would be replaced"):
            api.submit("calibrate", {"run": "run-x"})
        api.submit("robustness", {"run": "run-x"})


def test_the_owner_of_a_new_thing_is_who_acts(inside, monkeypatch):
    monkeypatch.setenv("NMR_WORKERS", "0")
    with acting_as(BEN):
        assert api.submit("selftest", {}, owner="p-forged").owner == BEN.id


def test_a_thing_of_an_old_version_has_no_owner(inside):
    place = put(inside, RUN, "run-x")
    document = json.loads((place / RUN.document).read_text())
    del document["owner"]
    (place / RUN.document).write_text(json.dumps(document))
    assert catalogue.owner_of(RUN, "run-x") == ""
    assert catalogue.owner_of(RUN, "run-y") is None
    with acting_as(BEN), pytest.raises(rights.RefusedError, match="belongs to the workspace"):
        catalogue.delete(RUN, "run-x")
    with acting_as(ADA):
        catalogue.delete(RUN, "run-x")
