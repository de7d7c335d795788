"""Pages through AppTest: the whole app in process, on a data folder of its own, without workers."""

import contextlib
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from pickle import PicklingError

import joblib
import psutil
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from nmr_core import generate, preset, train
from nmr_core.design import screen
from nmr_core.jobs import presence, processes
from nmr_core.jobs.store import JobStore
from nmr_core.measured.making import budget
from nmr_core.serving.profiles import CONFIG, PROFILE
from nmr_core.storage.audit.noting import COMMAND_LINE
from ui.calibration import run_checks
from ui.measurement import models
from ui.predict import answer, measured, reading
from ui.server import identity, team
from ui.shared import job_list, lists, once, spaces, warm_up
from ui.studies import views

ROOT = Path(__file__).parents[2]
PASSWORD = "correct horse battery"


def _edit(manifest: Path, **changes) -> None:
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | changes))


@pytest.fixture(scope="session")
def template(tmp_path_factory) -> Path:
    """A data folder with the small data set ds-own, and run-mean and run-ridge on it; to copy."""
    folder = tmp_path_factory.mktemp("template")
    small = preset("ml4sci_2020_secular").fix(n_x=8, n_y=8, tau=5)
    dataset = generate(
        small,
        60,
        seed=1,
        part_size=30,
        path=folder / "datasets" / "ds-own",
        title="Own *small* set",
    )
    for model in ("mean", "ridge"):
        run = train(
            dataset,
            featurizer="raw",
            model=model,
            split=0.25,
            seed=0,
            id=f"run-{model}",
            title=f"Own {model}",
        )
        run.save(folder / "runs" / run.id)
    return folder


SLOW = (
    (run_checks, "coverage"),
    (views, "laws"),
    (reading, "target_for_run"),
    (reading, "example_echo"),
    (models, "prepare_for_run"),
    (measured, "prepare_for_run"),
    (answer, "resimulated"),
    (budget, "seconds_per_curve"),
)
"""Functions of their arguments alone that take long and that most visits call with the same ones:
the shipped runs, studies and examples.
"""


@pytest.fixture(scope="session")
def computed_once() -> list[tuple[object, str, Callable]]:
    """:data:`SLOW`, computed once for all tests with equal arguments."""
    return [(module, name, _computed_once(getattr(module, name))) for module, name in SLOW]


def _computed_once(function: Callable) -> Callable:
    values = {}

    def value(*arguments, **options):
        try:
            key = joblib.hash((arguments, options))
        except PicklingError:  # a preset whose parameter is solved for holds a function
            return function(*arguments, **options)
        if key not in values:
            values[key] = function(*arguments, **options)
        return values[key]

    return value


@pytest.fixture(autouse=True)
def quiet(data_folder, monkeypatch, computed_once):
    """No workers, no warm-up, and nothing remembered from another test's data folder."""
    for module, name, function in computed_once:
        monkeypatch.setattr(module, name, function)
    monkeypatch.setattr(job_list, "SHARED", 0.0)  # tests change jobs as a worker would
    monkeypatch.setattr(lists, "SHARED", 0.0)
    monkeypatch.setattr(warm_up, "begin", lambda: None)
    monkeypatch.setenv("NMR_WORKERS", "0")
    monkeypatch.setattr(screen, "FAST_WORK", 0)  # two points of the prior
    st.cache_data.clear()
    st.cache_resource.clear()
    once.clear()


@pytest.fixture
def own(data_folder, template) -> Path:
    """A data folder with content."""
    return shutil.copytree(template, data_folder)


@pytest.fixture
def broken(own) -> Path:
    """Beside the sound ones: a half-written data set, a damaged manifest, a damaged part, a run
    whose data set is gone, a run with damaged predictions and one with a damaged manifest."""
    sets, runs = own / "datasets", own / "runs"
    for name in ("ds-half", "ds-manifest", "ds-part"):
        shutil.copytree(sets / "ds-own", sets / name)
        _edit(sets / name / "manifest.json", id=name, title=f"Title of {name}")
    _edit(sets / "ds-half" / "manifest.json", complete=False)
    (sets / "ds-half" / "part-00001.parquet").unlink()
    (sets / "ds-manifest" / "manifest.json").write_text('{"id": "ds-man')
    part = sets / "ds-part" / "part-00000.parquet"
    part.write_bytes(part.read_bytes()[:200])
    for name in ("run-orphan", "run-predictions", "run-manifest"):
        shutil.copytree(runs / "run-ridge", runs / name)
        _edit(runs / name / "manifest.json", id=name, title=f"Title of {name}")
    _edit(
        runs / "run-orphan" / "manifest.json", dataset="ds-gone", dataset_title="A deleted data set"
    )
    (runs / "run-predictions" / "predictions.parquet").write_bytes(b"PAR1 nonsense")
    (runs / "run-manifest" / "manifest.json").write_text("[")
    return own


@pytest.fixture
def open_page():
    """``open_page("train", dataset="ds-own")``: come in by a deep link, as the first visitor after
    a start would.
    """

    def opened(name: str, **query) -> AppTest:
        app = AppTest.from_file(os.fspath(ROOT / "app.py"), default_timeout=60)
        for key, value in query.items():
            app.query_params[key] = value
        return app.switch_page(f"pages/{name}.py").run()

    return opened


@pytest.fixture
def words():
    """``words(app)``: everything that is written on the page, tables and figures left out."""

    def said(app: AppTest) -> str:
        kinds = (app.title, app.error, app.warning, app.info, app.caption, app.markdown)
        return "\n".join(element.value for elements in kinds for element in elements)

    return said


@pytest.fixture
def delete():
    """``delete(app, "ds-own")``: open the window of its Delete button, and confirm."""

    def confirmed(app: AppTest, id: str) -> AppTest:
        app.session_state[f"delete-{id}-open"] = True
        app.run()
        return app.button(key=f"delete-{id}").click().run()

    return confirmed


@pytest.fixture
def opened_trash():
    """``opened_trash(app)``: open the section with the trash."""

    def opened(app: AppTest) -> AppTest:
        app.session_state["trash"] = True
        return app.run()

    return opened


@pytest.fixture
def finish(data_folder):
    """``finish("done")``: give the job whose turn it is this status, as a worker would."""

    def end(status: str, error: str | None = None):
        store = JobStore(data_folder)
        job = store.claim(processes.HOST)
        store.finish(job.id, status, error)
        return job

    return end


@pytest.fixture
def one_worker(data_folder, monkeypatch):
    """One worker; afterwards no process of the data folder is left."""
    monkeypatch.setenv("NMR_WORKERS", "1")
    monkeypatch.setenv("NMR_SUPERVISOR_IDLE", "0.5")
    yield
    supervising = presence.read(data_folder)
    if not supervising:
        return
    with contextlib.suppress(psutil.NoSuchProcess):
        supervisor = psutil.Process(supervising["pid"])
        family = [*supervisor.children(recursive=True), supervisor]
        if psutil.wait_procs([supervisor], timeout=8)[1]:
            for process in family:
                with contextlib.suppress(psutil.NoSuchProcess):
                    process.kill()


@pytest.fixture
def server(data_folder, monkeypatch, tmp_path, quick_hashes):
    """The team of a server; ``server.join(name, role)`` makes an account, ``server.log_in(person)``
    makes the pages those of this person.
    """
    (tmp_path / "server.toml").write_text('url = "http://localhost:8501"\n')
    monkeypatch.setenv(PROFILE, "team")
    monkeypatch.setenv(CONFIG, str(tmp_path / "server.toml"))
    present = team.current()
    cookies: dict[str, str] = {}

    class Context(type(st.context)):
        cookies = property(lambda self: cookies_of)
        ip_address = "10.0.0.7"

    cookies_of = cookies
    monkeypatch.setattr(st, "context", Context())

    def log_in(person) -> None:
        cookies[present.cookie] = present.sessions.begin(person)

    def join(name: str, role: str = "member"):
        secret = present.invitations.create(COMMAND_LINE, role=role)
        return present.invitations.accept(secret, name, f"{name}@lab.org", PASSWORD)

    present.log_in, present.join = log_in, join
    spaces.begin(identity.person, present.register.list)
    yield present
    spaces.end()
