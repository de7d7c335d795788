"""studies/<id>/study.json: written whole, read again, refused in one sentence if damaged."""

import json
from dataclasses import asdict

import pytest

from nmr_core import study
from nmr_core.datasets import generate
from nmr_core.errors import FailedError, InputError
from nmr_core.jobs.handlers import handler
from nmr_core.presets import preset
from nmr_core.progress import silent
from nmr_core.studies import Study, delete_study, list_studies, load_study
from nmr_core.studies.reproduce import command_of, python_of


@pytest.fixture
def made(small, data_folder) -> Study:
    """A saved study."""
    found = study(
        "seeds", small, featurizer="raw", model="ridge", repeats=2, id="st-one", title="Mine"
    )
    found.save()
    return found


def test_round_trip(made, data_folder):
    assert asdict(load_study("st-one")) == asdict(made)
    assert [entry.id for entry in list_studies() if not entry.shipped] == ["st-one"]
    assert sorted(path.name for path in (data_folder / "studies" / "st-one").iterdir()) == [
        "study.json"
    ]
    with pytest.raises(InputError, match="holds a study already"):
        made.save()
    delete_study("st-one")
    assert not (data_folder / "studies" / "st-one").exists()
    with pytest.raises(InputError, match="There is no study 'st-one'"):
        load_study("st-one")


def test_a_study_of_0_5_names_the_baseline_null(made, data_folder):
    path = data_folder / "studies" / "st-one" / "study.json"
    path.write_text(path.read_text().replace('"baseline"', '"null"'))
    assert asdict(load_study("st-one")) == asdict(made)


GARBAGE = {
    "no json": "{",
    "no object": "[]",
    "nothing": "{}",
    "a newer format": {"format": 99},
    "other rows": {"rows": 3},
    "no rows": {"rows": []},
    "rows that are no rows": {"rows": [1]},
    "no sentence": {"summary": {}},
    "a title that is none": {"title": None},
    "a recipe of nothing": {"recipe": {}},
    "a target of nothing": {"targets": {"a": 1}},
    "a seed that is true": {"seed": True},
}


@pytest.mark.parametrize("change", GARBAGE.values(), ids=GARBAGE)
def test_garbage_is_one_sentence(made, data_folder, change):
    path = data_folder / "studies" / "st-one" / "study.json"
    stored = json.loads(path.read_text())
    if isinstance(change, str):
        path.write_text(change)
    elif "format" in change:
        path.write_text(json.dumps(stored | change))
    else:
        path.write_text(json.dumps(stored | {"value": stored["value"] | change}))
    with pytest.raises(FailedError) as caught:
        load_study("st-one")
    text = str(caught.value)
    assert text.endswith(".")
    assert "\n" not in text
    entry = next(entry for entry in list_studies() if entry.id == "st-one")
    assert (entry.study, entry.problem) == (None, text)


def test_the_example_ships_and_stays(data_folder):
    examples = [entry for entry in list_studies() if entry.shipped]
    assert {entry.study.kind for entry in examples} == {"learning_curve"}
    assert len(examples) >= 2
    with pytest.raises(InputError, match="ships with the package"):
        delete_study(examples[0].id)


@pytest.mark.parametrize("name", ["../../etc", "", "x" * 100, "A B"])
def test_only_ids_become_folders(data_folder, name):
    with pytest.raises((InputError, FailedError)):
        load_study(name)


def test_the_job_saves_the_study_under_the_id_it_was_given(data_folder):
    generate(
        preset("ml4sci_2020_secular").fix(n_x=6, n_y=6, tau=5),
        40,
        seed=1,
        path=data_folder / "datasets" / "ds-x",
    )
    params = {
        "kind": "seeds",
        "dataset": "ds-x",
        "study": "st-job",
        "featurizer": "raw",
        "model": "ridge",
        "repeats": 2,
        "targets": ["alpha"],
        "split": 0.25,
    }
    told = []
    result = handler("study")(json.loads(json.dumps(params)), lambda *step: told.append(step))
    assert result["study"] == "st-job"
    assert result["summary"] == load_study("st-job").sentence
    assert load_study("st-job").dataset == "ds-x"
    assert told[-1] == (1000, 1000, "saved")
    with pytest.raises(InputError, match="An id has"):
        handler("study")(params | {"study": "../x"}, silent)


def test_the_lines_that_make_it_again_do(small, made, data_folder, monkeypatch):
    import nmr_core

    monkeypatch.setattr(nmr_core, "load_dataset", lambda name: small, raising=False)
    scope = {}
    exec(python_of(made), scope)
    assert scope["study"].rows == made.rows
    assert "--repeats 2" in command_of(made)
    assert command_of(made).startswith("python -m nmr_core study seeds ")
