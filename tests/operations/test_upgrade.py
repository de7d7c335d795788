"""Data folders of one user, of every earlier version, for a server for a team."""

import hashlib
import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from nmr_core import load_dataset, load_run
from nmr_core.cli import main, serve
from nmr_core.errors import FailedError, InputError
from nmr_core.jobs.store import JobStore
from nmr_core.operations import upgrade
from nmr_core.storage.files import checksum
from nmr_core.storage.spaces import registry
from nmr_core.storage.spaces.person import Member
from nmr_core.storage.workspace import in_workspace

OLD = Path(__file__).parents[1] / "old"


@pytest.fixture(params=["0.1", "0.2", "0.3", "0.4", "0.5"])
def old(request, data_folder) -> Path:
    """The data folder of an earlier version, with a finished job and a deleted data set."""
    shutil.copytree(OLD / request.param, data_folder)
    deleted = data_folder / "datasets" / ".trash" / "ds-deleted"
    deleted.mkdir(parents=True)
    (deleted / "manifest.json").write_text("{}")
    store = JobStore(data_folder)
    job = store.submit("generate", "{}", "Old")
    store.request_cancel(job.id)
    return data_folder


def _files(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): checksum(path)
        for name in upgrade.FOLDERS
        for path in (folder / name).rglob("*")
        if path.is_file()
    }


def test_a_team_reads_old_things_in_the_library(old):
    expected, before = json.loads((old / "expected.json").read_text()), _files(old)
    steps = upgrade.upgrade()
    library = registry.library().folder()
    assert _files(library) == before
    assert _files(old) == {}
    assert registry.may(Member("p-ada", "Ada"), "read", registry.library())
    with in_workspace(library):
        names = dict(name.split("/") for name in steps.names if "trash" not in name)
        dataset = load_dataset(names["datasets"])
        assert hashlib.sha256(dataset.signals.tobytes()).hexdigest() == expected["signals"]
        scores = load_run(names["runs"]).scores["r2"]
        np.testing.assert_allclose(scores, expected["r2"], rtol=1e-6)
    assert [job.title for job in JobStore(library).list()] == ["Old"]


def test_a_dry_run_moves_nothing_and_undo_moves_everything_back(old, capsys):
    before = _files(old)
    assert main(["upgrade", "--dry-run"]) == 0
    assert "2 in datasets" in capsys.readouterr().out
    assert _files(old) == before
    assert main(["upgrade"]) == 0
    assert main(["upgrade"]) == 0
    assert "in a workspace already" in capsys.readouterr().out
    library = registry.library().folder()
    later = JobStore(library).submit("generate", "{}", "Later")
    JobStore(library).request_cancel(later.id)
    assert main(["upgrade", "--undo"]) == 0
    assert _files(old) == before
    assert [job.title for job in JobStore(library).list()] == ["Later"]
    assert main(["upgrade", "--undo"]) == 2


@pytest.fixture
def plain(data_folder) -> Path:
    """Two things without a workspace."""
    for name in ("datasets/ds-one", "runs/run-one"):
        (data_folder / name).mkdir(parents=True)
        (data_folder / name / "manifest.json").write_text("{}")
    return data_folder


def test_an_interrupted_upgrade_goes_on_and_can_be_undone(plain, monkeypatch):
    before, rename = _files(plain), upgrade._rename

    def killed(source, target):
        if source.parent.name == "runs":
            raise KeyboardInterrupt
        rename(source, target)

    monkeypatch.setattr(upgrade, "_rename", killed)
    with pytest.raises(KeyboardInterrupt):
        upgrade.upgrade()
    monkeypatch.setattr(upgrade, "_rename", rename)
    assert upgrade.upgrade().names == ("runs/run-one",)
    assert upgrade.undo() == 2
    assert _files(plain) == before


def test_what_the_workspace_has_already_stays(plain, capsys):
    team = registry.create_team("Echo lab", Member("p-ada", "Ada"))
    (team.folder() / "runs" / "run-one").mkdir(parents=True)
    assert main(["upgrade", "--to", "Echo lab", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer == {"workspace": team.id, "moved": ["datasets/ds-one"], "left": ["runs/run-one"]}
    assert (plain / "runs" / "run-one" / "manifest.json").exists()


def test_nothing_moves_while_jobs_wait_or_without_the_workspace(plain):
    with pytest.raises(InputError, match="no workspace"):
        upgrade.upgrade("Nowhere")
    JobStore(plain).submit("generate", "{}")
    with pytest.raises(FailedError, match="wait or run"):
        upgrade.upgrade()
    assert len(_files(plain)) == 2


def test_serve_names_what_no_one_would_see(plain, capsys):
    serve._tell_of_old_things()
    assert "2 stored things are in no workspace" in capsys.readouterr().err
    upgrade.upgrade()
    serve._tell_of_old_things()
    assert capsys.readouterr().err == ""
