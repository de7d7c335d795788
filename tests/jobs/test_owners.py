"""What a job makes records whose it is, and a result made again leaves the old one in the trash;
what it reads counts as in use while it is live.
"""

import json
import sys
from functools import partial
from pathlib import Path

import pytest

from nmr_core import preset
from nmr_core.errors import InputError
from nmr_core.jobs.handlers import HANDLERS
from nmr_core.jobs.store import JobStore
from nmr_core.jobs.uses import check_unused, users
from nmr_core.jobs.worker import Reporter, _outcome
from nmr_core.progress import silent
from nmr_core.storage import trash
from nmr_core.storage.kinds import KINDS
from nmr_core.storage.spaces import people
from nmr_core.storage.spaces.person import Member

SMALL = preset("ml4sci_2020_secular").fix(n_x=8, n_y=8, tau=5).to_dict()
DATASET = {"dataset": "ds-one", "preset": SMALL, "n_samples": 60, "seed": 1}
NOISE = [{"effect": "gaussian_noise", "snr": 30}]
CHECKS = {"run": "run-one", "n": 120, "seed": 0}
JOBS = {
    "generate": (DATASET, "dataset", "ds-one"),
    "effects": ({"source": "ds-one", "dataset": "ds-two", "effects": NOISE}, "dataset", "ds-two"),
    "generate again": (DATASET | {"dataset": "ds-three", "seed": 2}, "dataset", "ds-three"),
    "join": ({"sources": ["ds-one", "ds-three"], "dataset": "ds-all"}, "dataset", "ds-all"),
    "train": ({"dataset": "ds-one", "run": "run-one", "featurizer": "raw", "model": "ridge"},
              "run", "run-one"),
    "study": ({"kind": "sanity", "dataset": "ds-one", "study": "st-one", "model": "ridge"},
              "study", "st-one"),
    "calibrate": (CHECKS | {"n_check": 50}, "calibration", "run-one"),
    "robustness": (CHECKS | {"effects": ["gaussian_noise"], "n_jobs": 1}, "robustness", "run-one"),
    "posterior": ({"run": "run-one", "n": 4000, "n_check": 300, "family": "binned"},
                  "posterior", "run-one"),
    "explain": ({"run": "run-one", "parts": ["importance"], "n_repeats": 1}, "explanation",
                "run-one"),
}  # fmt: skip
"""Kind of job -> (parameters, kind of thing that it makes, its id), in an order that can be run."""


class Opened:
    """Notes which data sets and runs this process opens; an audit hook stays for good."""

    def __init__(self):
        self.ids: set[str] | None = None
        sys.addaudithook(self._note)

    def during(self, folder: Path, act) -> set[str]:
        """Ids of those in a data folder that are opened while ``act()`` runs."""
        self.folder, self.ids = folder, set()
        try:
            act()
            return self.ids
        finally:
            self.ids = None

    def _note(self, event: str, arguments: tuple) -> None:
        if self.ids is None or event != "open" or not isinstance(arguments[0], str | Path):
            return
        path = Path(arguments[0])
        if path.is_relative_to(self.folder) and len(path.relative_to(self.folder).parts) > 2:
            place, id = path.relative_to(self.folder).parts[:2]
            if place in ("datasets", "runs") and not id.startswith("."):
                self.ids.add(id)


OPENED = Opened()


def test_everything_that_a_job_makes_records_its_owner_and_what_it_reads_is_in_use(
    data_folder, monkeypatch
):
    store = JobStore(data_folder)
    monkeypatch.setattr(people, "_everybody", lambda: [Member("ada", "Ada")])
    for kind, (params, made, id) in JOBS.items():
        job = store.submit(kind.split()[0], json.dumps(params), f"The {kind}", "ada", limit=99)
        handler = HANDLERS[job.kind]
        read = OPENED.during(data_folder, partial(handler, params | {"owner": "ada"}, silent))
        assert read, kind
        for thing in read:
            assert users(thing) == [job], (kind, thing)
            with pytest.raises(InputError, match=f'in use by the job "The {kind}" of Ada. Cancel'):
                check_unused(thing, "thing")
        store.request_cancel(job.id)
        assert not any(map(users, read))
        path = data_folder / KINDS[made].place(id) / KINDS[made].document
        document = json.loads(path.read_text())
        assert document.get("value", document)["owner"] == "ada", kind
    # What interrupted trainings leave is in tests/evaluation/test_unfinished.py; series, whose job
    # reads measured files, are in tests/series/test_answer_series.py; lab books, whose job reads
    # nothing, in tests/design/sequential/test_book_store.py
    others = {"training", "features", "series", "lab_book"}
    assert {made for _, made, _ in JOBS.values()} == set(KINDS) - others
    assert trash.entries() == []
    for kind in ("calibrate", "robustness", "explain", "posterior"):
        params, made, id = JOBS[kind]
        HANDLERS[kind](params | {"owner": "bob"}, silent)
        old = trash.deleted(made, id)
        assert (old.owner, old.by, old.replaced) == ("ada", "bob", True)


def test_a_worker_tells_the_job_whose_it_is(data_folder, monkeypatch):
    seen = []
    monkeypatch.setitem(HANDLERS, "selftest", lambda params, progress: seen.append(params) or {})
    store = JobStore(data_folder)
    job = store.submit("selftest", "{}", owner="ada")
    _outcome(job, Reporter(store, job.id))
    assert seen == [{"owner": "ada"}]
