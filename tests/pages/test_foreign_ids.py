"""A second person's links: the ids of every kind, in every key of the address of every page, are
those of things that do not exist.
"""

import json
import shutil

import pytest
from test_hostile_addresses import KEYS

from nmr_core.jobs import api
from nmr_core.storage.spaces import registry
from nmr_core.storage.spaces.person import Member, acting_as
from nmr_core.storage.workspace import in_workspace
from ui.shared import spaces

ADA, DEE = (Member(f"p-{name.lower()}", name) for name in ("Ada", "Dee"))
PAGES = [*KEYS, "workspace"]
EVERY_KEY = sorted({key for keys in KEYS.values() for key in keys} | {"job", "study", "person"})
IDS = {"ds-own": "ds-nil", "run-ridge": "run-nidge", "st-own": "st-nil"}
"""Id of a thing of Ada -> an id of nothing that reads alike."""


@pytest.fixture
def people_here(data_folder, monkeypatch):
    """A server on which Dee sits before the pages; the people are Ada and Dee."""
    monkeypatch.setattr(spaces, "FRESH", -1.0)
    spaces.begin(lambda: DEE, lambda: [ADA, DEE])
    yield
    spaces.end()


@pytest.fixture
def of_ada(people_here, template, monkeypatch):
    """Ada's workspace with a data set, runs, a study and a job."""
    monkeypatch.setenv("NMR_WORKERS", "0")
    home = registry.home_of(ADA)
    for name in ("datasets", "runs"):
        shutil.copytree(template / name, home.folder() / name, dirs_exist_ok=True)
    for manifest in home.folder().glob("*/*/manifest.json"):
        stored = json.loads(manifest.read_text())
        assert "title" in stored
        manifest.write_text(json.dumps(stored | {"owner": ADA.id, "title": "Xenon echoes"}))
    study = home.folder() / "studies" / "st-own"
    study.mkdir(parents=True)
    (study / "study.json").write_text(json.dumps({"id": "st-own", "title": "Xenon study"}))
    with in_workspace(home.folder()), acting_as(ADA):
        job = api.submit("selftest", {}, title="Xenon job")
    return home, job


def _same(words: str, ids: dict[str, str]) -> str:
    plain = words.replace("\\", "")
    for one, other in ids.items():
        plain = plain.replace(one, "ID").replace(other, "ID")
    return plain


def _tables(app) -> str:
    return " ".join(table.value.to_csv() for table in app.dataframe)


def _everything(app, words) -> str:
    boxes = [str(box.options) for box in (*app.selectbox, *app.multiselect)]
    buttons = [f"{button.label} {button.key}" for button in app.button]
    return "\n".join([words(app), _tables(app), *boxes, *buttons])


@pytest.mark.parametrize("name", PAGES)
def test_an_id_of_another_person_is_an_id_of_nothing(of_ada, open_page, words, name):
    _, job = of_ada
    ids = {**IDS, job.id: job.id[:-1] + ("1" if job.id[-1] != "1" else "2")}
    for foreign, missing in ids.items():
        texts = []
        for id in (foreign, missing):
            app = open_page(name, **dict.fromkeys(EVERY_KEY, id))
            assert not app.exception
            texts.append(_same(_everything(app, words), {foreign: missing}))
            assert "Xenon" not in texts[-1]
        assert texts[0] == texts[1]


@pytest.mark.parametrize("name", PAGES)
def test_a_workspace_of_another_person_is_none(of_ada, open_page, words, name):
    home, job = of_ada
    missing = home.id[:-3] + "zzz"
    texts = []
    for workspace in (home.id, missing):
        links = {"dataset": "ds-own", "runs": "run-ridge", "run": "run-ridge", "study": "st-own"}
        app = open_page(name, workspace=workspace, **links)
        assert not app.exception
        texts.append(_same(_everything(app, words), {home.id: missing}))
        assert "Xenon" not in texts[-1]
        assert job.id not in texts[-1]
        assert "Ada" not in texts[-1] or name == "workspace"
    assert texts[0] == texts[1]
