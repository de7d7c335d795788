"""Copies between workspaces, and publications: bytes, attached results, owners, refusals."""

import json

import pytest

from nmr_core.errors import InputError
from nmr_core.evaluation import marks
from nmr_core.storage import catalogue
from nmr_core.storage.spaces import registry, rights
from nmr_core.storage.spaces.copying import copy
from nmr_core.storage.spaces.limits import LimitError, Limits, store
from nmr_core.storage.spaces.person import acting_as
from nmr_core.storage.workspace import in_workspace
from tests.spaces.conftest import ADA, BEN, CY, DEE
from tests.spaces.things import CALIBRATION, DATASET, RUN, put


@pytest.fixture
def full(inside):
    """The team has a data set and a run of Ada, with calibration and a note."""
    put(inside, DATASET, "ds-x", owner=ADA.id, complete=True)
    put(inside, RUN, "run-x", owner=ADA.id, dataset="ds-x")
    put(inside, CALIBRATION, "run-x", owner=ADA.id)
    marks.add_note("run-x", "good", author="Ada", owner=ADA.id)
    return inside


def test_a_run_comes_with_what_belongs_to_it(full):
    home = registry.home_of(BEN)
    with acting_as(BEN):
        place = copy("run", "run-x", home.id)
    assert place == home.folder() / "runs" / "run-x"
    with in_workspace(home.folder()), acting_as(BEN):
        assert catalogue.owner_of(RUN, "run-x") == BEN.id
        assert catalogue.owner_of(CALIBRATION, "run-x") == BEN.id
        (note,) = marks.marks_of("run-x").notes
        assert (note.text, note.owner) == ("good", ADA.id)
        catalogue.delete(RUN, "run-x")
    assert catalogue.owner_of(RUN, "run-x") == ADA.id  # the original is as it was


def test_all_bytes_are_the_same_but_the_owner(full):
    home = registry.home_of(BEN)
    (full / "datasets" / "ds-x" / ".lock").touch()
    with acting_as(BEN):
        place = copy("dataset", "ds-x", home.id)
    assert (place / "content.bin").read_bytes() == b"x" * 100
    assert sorted(path.name for path in place.iterdir()) == ["content.bin", "manifest.json"]
    before = json.loads((full / "datasets" / "ds-x" / "manifest.json").read_text())
    assert json.loads((place / "manifest.json").read_text()) == before | {"owner": BEN.id}


def test_a_link_is_not_followed_out_of_the_workspace(full, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("secret")
    (full / "datasets" / "ds-x" / "link").symlink_to(secret)
    with acting_as(BEN):
        place = copy("dataset", "ds-x", registry.home_of(BEN).id)
    assert not (place / "link").exists()


def test_a_second_copy_is_refused(full):
    home = registry.home_of(BEN).id
    with acting_as(BEN):
        copy("run", "run-x", home)
        with pytest.raises(InputError, match="has the run run-x already"):
            copy("run", "run-x", home)


def test_refusals(full):
    foreign = registry.home_of(DEE).id
    library = registry.library().id
    put(full, DATASET, "ds-half", owner=BEN.id, complete=False)
    with acting_as(BEN):
        for kind, id, target, message in (
            ("run", "run-x", foreign, "There is no workspace"),
            ("run", "run-none", registry.home_of(BEN).id, "There is no run"),
            ("calibration", "run-x", registry.home_of(BEN).id, "The kind must be one of"),
            ("dataset", "ds-half", registry.home_of(BEN).id, "is not complete"),
            ("run", "run-x", library, "belongs to Ada"),
            ("run", "../run-x", library, "An id has"),
        ):
            with pytest.raises(InputError, match=message):
                copy(kind, id, target)
    with acting_as(ADA), pytest.raises(rights.RefusedError, match="A viewer may not"):
        copy("run", "run-x", library)  # may publish, but is no member of the library
    assert not (registry.library().folder() / "runs").exists()


def test_publishing(full):
    library = registry.library()
    registry.set_member(library.id, ADA.id, "member")
    with acting_as(ADA):
        copy("run", "run-x", library.id)
    with in_workspace(library.folder()), acting_as(DEE):
        assert rights.may("read")
        assert catalogue.find(RUN, "run-x")
        with pytest.raises(rights.RefusedError, match="A viewer may not delete"):
            catalogue.delete(RUN, "run-x")
        copy("run", "run-x", registry.home_of(DEE).id)


def test_a_viewer_may_copy_out_but_not_in(full):
    home = registry.home_of(CY)
    with acting_as(CY):
        copy("run", "run-x", home.id)
    put(home.folder(), RUN, "run-y", owner=CY.id)
    refusal = pytest.raises(rights.RefusedError, match="A viewer may not")
    with in_workspace(home.folder()), acting_as(CY), refusal:
        copy("run", "run-y", full.name)


def test_a_copy_counts_for_who_copies(full):
    put(full, DATASET, "ds-big", owner=ADA.id, n_bytes=2_000_000)
    store(Limits(disk_per_person=1e6))
    with acting_as(BEN), pytest.raises(LimitError, match=r"About 2\.2 MB are needed"):
        copy("dataset", "ds-big", registry.home_of(BEN).id)
