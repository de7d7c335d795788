"""What a job makes records whose it is, and a result made again leaves the old one in the trash;
what it reads counts as in use while it is live.
"""

import json
import sys
from functools import partial
from pathlib import Path

import pytest

from nmr_core import preset
from nmr_core.design.job import design_params
from nmr_core.design.problem import DesignProblem
from nmr_core.design.proof.store import find_proof
from nmr_core.design.reshaped_store import find_shaped
from nmr_core.errors import InputError
from nmr_core.jobs.handlers import HANDLERS
from nmr_core.jobs.store import JobStore
from nmr_core.jobs.uses import check_unused, users
from nmr_core.jobs.worker import Reporter, _outcome
from nmr_core.presets import preset_from_dict
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

OF_NOBODY = {"identify", "design", "prove", "shape", "predict", "refine", "refine_posterior"}
"""Kinds whose results have the hash of their question as a name, the same for all who ask it: they
have no owner, nothing of them is deleted, and what they need is in the question.
"""
ELSEWHERE = {
    "series": "tests/series/test_answer_series.py",
    "lab_book": "tests/design/sequential/test_book_store.py",
    "make_model": "tests/measured/test_making.py",
    "challenge": "tests/challenge",
    "selftest": "makes nothing",
}
"""Other kinds -> where their owners are tested."""


def test_every_kind_of_job_is_in_one_list():
    kinds = {kind.split()[0] for kind in JOBS}
    assert kinds | OF_NOBODY | set(ELSEWHERE) == set(HANDLERS)
    assert not kinds & OF_NOBODY


def test_a_design_its_shape_and_its_proof_are_the_same_for_all_who_ask(data_folder):
    problem = DesignProblem.of(preset_from_dict(SMALL), vary={"angle_2": [60, 180]}, budget=8)
    params = design_params(problem, n_materials=32, n_jobs=1)
    keys, stored = set(), []
    for owner in ("ada", "bob"):
        key = HANDLERS["design"](params | {"owner": owner}, silent)["design"]
        of_it = {"design": key, "owner": owner, "n_jobs": 1}
        HANDLERS["shape"](of_it | {"n_shaping": 24, "n_materials": 32}, silent)
        few = {"n_train": 32, "n_test": 16, "n_repeats": 1, "n_random": 2}
        HANDLERS["prove"](of_it | few, silent)
        keys.add(key)
        proof, shaped = find_proof(key), find_shaped(key)
        stored.append((proof.sentence, shaped.sentence))
    assert len(keys) == 1
    assert stored[0] == stored[1]
    assert list(data_folder.glob("designs/*")) == [data_folder / "designs" / keys.pop()]
    assert trash.entries() == []


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
