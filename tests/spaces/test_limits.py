"""Limits of disk, queue, length and upload, with the numbers in the sentence; the biggest first."""

import pytest

from nmr_core.errors import FailedError, InputError
from nmr_core.jobs import api
from nmr_core.storage import catalogue, trash
from nmr_core.storage.kinds import TRAINING
from nmr_core.storage.room import check_room
from nmr_core.storage.spaces import limits, registry, usage
from nmr_core.storage.spaces.limits import LimitError, Limits
from nmr_core.storage.spaces.person import acting_as, working_for
from nmr_core.storage.workspace import in_workspace, server_folder
from tests.spaces.conftest import ADA, BEN
from tests.spaces.things import DATASET, RUN, put


@pytest.fixture(autouse=True)
def no_workers(monkeypatch):
    monkeypatch.setenv("NMR_WORKERS", "0")


def test_without_a_file_only_the_queue_is_limited(server):
    assert limits.current() == Limits()
    limits.check_disk(1e15)
    limits.check_length(1e9)
    limits.check_upload(1e12)


def test_limits_are_stored_and_read_in_every_workspace(inside):
    limits.store(Limits(job_hours=6, queued_jobs=2))
    assert limits.current() == Limits(job_hours=6, queued_jobs=2)
    assert (server_folder() / "limits.json").exists()
    assert not (inside / "limits.json").exists()


@pytest.mark.parametrize(
    "values",
    [{"job_hours": 0}, {"upload": -1}, {"queued_jobs": None}, {"cores": True}, {"cores": "2"}],
)
def test_a_wrong_limit_is_a_sentence(values):
    with pytest.raises(InputError, match=f"The limit {next(iter(values))} must be a number > 0"):
        Limits(**values)


@pytest.mark.parametrize("text", ["[]", "{", '{"disk": 5}', '{"job_hours": 0}'])
def test_a_damaged_file_is_a_sentence(server, text):
    (server / "limits.json").write_text(text)
    with pytest.raises(FailedError, match="limits"):
        limits.current()


def test_what_takes_the_disk_the_biggest_first(inside):
    put(inside, DATASET, "ds-big", owner=ADA.id, n_bytes=5000)
    put(inside, RUN, "run-small", owner=BEN.id, n_bytes=50)
    (inside / "uploads").mkdir()
    (inside / "uploads" / "x").write_bytes(b"x" * 300)
    uses = usage.of_folder(inside)
    assert [use.id for use in uses] == ["ds-big", "uploads", "run-small"]
    assert 5000 < uses[0].n_bytes < 5300
    assert uses[0].workspace == inside.name
    assert usage.total(uses) == sum(f.stat().st_size for f in _stored(inside))


def _stored(folder):
    """All files but the document of the workspace and locks."""
    return [f for f in folder.rglob("*") if f.is_file() and f.name != registry.DOCUMENT]


def test_the_disk_of_a_person_is_counted_in_all_workspaces(inside):
    put(inside, DATASET, "ds-a", owner=ADA.id, n_bytes=1000)
    put(inside, DATASET, "ds-b", owner=BEN.id, n_bytes=2000)
    put(registry.home_of(ADA).folder(), RUN, "run-a", owner=ADA.id, n_bytes=3000)
    assert [use.id for use in usage.of_person(ADA.id)] == ["run-a", "ds-a"]


def test_uploads_and_predictions_at_home_count_for_their_person(server):
    home = registry.home_of(ADA).folder()
    for name in ("uploads", "predictions"):
        (home / name).mkdir()
        (home / name / "x").write_bytes(b"x" * 300)
    assert usage.total(usage.of_person(ADA.id)) == 600
    assert usage.of_person(BEN.id) == []


def test_a_training_is_counted_once_for_its_owner(inside):
    put(inside, TRAINING, "tr-a", owner=BEN.id, n_bytes=1000)
    (use,) = usage.of_folder(inside)
    assert (use.kind, use.owner) == ("training", BEN.id)


def test_what_grows_is_counted_again(inside):
    place = put(inside, DATASET, "ds-a", owner=ADA.id, n_bytes=1000)
    before = usage.total(usage.of_folder(inside))
    (place / "part-2").write_bytes(b"x" * 500)
    assert usage.total(usage.of_folder(inside)) == before + 500


def test_over_the_limit_nothing_is_added_and_everything_can_be_deleted(inside):
    limits.store(Limits(disk_per_person=1e6))
    put(inside, DATASET, "ds-a", owner=ADA.id, n_bytes=900_000)
    with acting_as(ADA):
        limits.check_disk()
        with pytest.raises(LimitError) as error:
            check_room(inside / "datasets" / "ds-new", 2e5)
        assert str(error.value) == (
            "About 0.2 MB are needed. Your things take 0.9 MB of 1.0 MB, so nothing of this size "
            'can be added. Delete something and empty the trash. The biggest is "Title of ds-a" '
            "with 0.9 MB."
        )
        check_room(inside.parent / "elsewhere", 2e5)  # a folder outside of the workspace
        put(inside, DATASET, "ds-b", owner=ADA.id, n_bytes=200_000)
        with pytest.raises(LimitError, match=r"Your things take 1\.1 MB of 1\.0 MB"):
            api.submit("selftest", {})
        assert catalogue.find(DATASET, "ds-a")
        catalogue.delete(DATASET, "ds-a")
        with pytest.raises(LimitError, match=r"The biggest is \"Title of ds-a \(trash\)\""):
            api.submit("selftest", {})
        trash.empty()
        assert api.submit("selftest", {}).status == "queued"
    with acting_as(BEN):
        check_room(inside / "datasets" / "ds-new", 2e5)


def test_a_job_is_held_to_the_limit_of_its_owner(inside):
    limits.store(Limits(disk_per_person=1e6))
    put(inside, DATASET, "ds-a", owner=BEN.id, n_bytes=900_000)
    with working_for(BEN.id), pytest.raises(LimitError, match="Your things take"):
        check_room(inside / "datasets" / "ds-new", 2e5)
    with working_for(ADA.id):
        check_room(inside / "datasets" / "ds-new", 2e5)


def test_a_workspace_has_a_limit_of_its_own(team, inside):
    limits.store(Limits(disk_per_workspace=1e9))
    put(inside, DATASET, "ds-a", owner=ADA.id, n_bytes=900_000)
    check_room(inside / "datasets" / "ds-new", 2e5)
    registry.change(team.id, disk=1_000_000)
    with pytest.raises(LimitError, match=r"This workspace takes 0\.9 MB of 1\.0 MB"):
        check_room(inside / "datasets" / "ds-new", 2e5)
    with in_workspace(registry.home_of(BEN).folder()) as home:
        check_room(home / "datasets" / "ds-new", 2e5)


def test_jobs_that_are_too_long_or_too_many_are_refused_with_the_numbers(inside):
    limits.store(Limits(job_hours=2, queued_jobs=2))
    with acting_as(BEN):
        with pytest.raises(LimitError, match=r"About 148\.5 h are needed, a job may take 2 h"):
            api.submit("selftest", {}, seconds=148.5 * 3600)
        api.submit("selftest", {}, seconds=7200)
        api.submit("selftest", {})
        with pytest.raises(InputError, match="2 jobs are already waiting"):
            api.submit("selftest", {})
        # In another workspace too: the limit is the person's
        refusal = pytest.raises(InputError, match="2 jobs are already waiting")
        with in_workspace(registry.home_of(BEN).folder()), refusal:
            api.submit("selftest", {})
    with acting_as(ADA):
        api.submit("selftest", {})


def test_an_upload_that_is_too_large(server):
    limits.store(Limits(upload=50e6))
    limits.check_upload(50e6)
    with pytest.raises(LimitError, match=r"The upload has 60\.0 MB, at most 50\.0 MB"):
        limits.check_upload(60e6)
