"""Interrupted trainings and stored features: listed, continued, deleted, never under a training."""

import json
from dataclasses import replace

import pytest

from nmr_core import Cancelled, InputError, generate, train
from nmr_core.learning import unfinished
from nmr_core.learning.train import train_job
from nmr_core.learning.training_folder import lock
from nmr_core.storage import trash
from nmr_core.storage.kinds import FEATURES, KINDS

ARGUMENTS = {
    "featurizer": "pca",
    "featurizer_options": {"n_components": 8},
    "model": "mlp",
    "model_options": {"width_1": 8, "width_2": 8, "max_epochs": 3},
    "targets": ["alpha", "d"],
    "split": 15,
    "seed": 3,
    "fresh": 40,
    "title": "Begun",
}


@pytest.fixture
def stored(small_preset, data_folder):
    """A data set in the data folder."""
    return generate(small_preset, 60, seed=7, path=data_folder / "datasets" / "ds-60")


def stop(call, at: str = "epoch 2") -> None:
    """Interrupt a training at a message of its progress."""

    def progress(done, total, message=""):
        if message.startswith(at):
            raise Cancelled

    with pytest.raises(Cancelled):
        call(progress)


def begin(dataset, **more) -> None:
    stop(lambda progress: train(dataset, resume=True, progress=progress, **ARGUMENTS | more))


def test_it_is_listed_and_continued_to_the_same_run(stored, data_folder):
    begin(stored, owner="ada")
    (entry,) = unfinished.list_trainings()
    assert (entry.title, entry.owner, entry.dataset) == ("Begun", "ada", "ds-60")
    assert entry.size > 1000
    assert entry.when > 1.7e9
    run = unfinished.continue_training(entry.id)
    assert run.predictions.equals(train(stored, **ARGUMENTS).predictions)
    assert (run.manifest.title, run.manifest.owner) == ("Begun", "ada")
    run.save()
    assert unfinished.list_trainings() == []


@pytest.mark.parametrize("by_job", [True, False])
def test_its_request_is_the_job_that_continues_it(stored, data_folder, by_job):
    """One begun by a job makes the run of that job."""
    if by_job:
        params = ARGUMENTS | {"dataset": "ds-60", "run": "run-one", "owner": "ada"}
        stop(lambda progress: train_job(params, progress))
    else:
        begin(stored)
    (entry,) = unfinished.list_trainings()
    request = json.loads(json.dumps(entry.request))
    assert (request["run"] == "run-one") == by_job
    done = train_job(request, lambda *_: None)
    assert done["run"] == request["run"]
    assert unfinished.list_trainings() == []


@pytest.mark.parametrize("kind", ["training", "features"])
def test_both_go_to_the_trash_and_come_back(stored, data_folder, kind):
    begin(stored, keep_features=True)
    lists = {"training": unfinished.list_trainings, "features": unfinished.list_features}
    deletions = {"training": unfinished.delete_training, "features": unfinished.delete_features}
    (entry,) = lists[kind]()
    deletions[kind](entry.id, by="ada")
    assert lists[kind]() == []
    deleted = trash.deleted(kind, entry.id)
    assert (deleted.title, deleted.dataset, deleted.by) == ("Begun", "ds-60", "ada")
    trash.restore(kind, entry.id)
    (again,) = lists[kind]()
    assert again.when >= entry.when  # removal by age counts from here
    assert replace(again, when=entry.when) == entry
    assert unfinished.continue_training(unfinished.list_trainings()[0].id).manifest.fresh == 40


def test_nothing_is_deleted_under_a_training(stored, data_folder):
    begin(stored, keep_features=True)
    (entry,), (features,) = unfinished.list_trainings(), unfinished.list_features()
    assert entry.features == features.id
    with lock(entry.id):
        for delete, id in (
            (unfinished.delete_training, entry.id),
            (unfinished.delete_features, features.id),
        ):
            with pytest.raises(InputError, match=f"The training {entry.id} is running"):
                delete(id)
    assert trash.entries() == []
    unfinished.delete_features(features.id)
    # What was deleted is simulated again
    assert unfinished.continue_training(entry.id).manifest.fresh == 40
    assert [one.id for one in unfinished.list_features()] == [features.id]


def test_signals_in_memory_are_named_by_a_sentence(small_preset, data_folder):
    begin(generate(small_preset, 60, seed=7))
    (entry,) = unfinished.list_trainings()
    with pytest.raises(InputError, match="signals in memory, which are not stored"):
        unfinished.continue_training(entry.id)


def test_a_damaged_one_is_listed_and_can_be_deleted(stored, data_folder):
    begin(stored, keep_features=True)
    (entry,), (features,) = unfinished.list_trainings(), unfinished.list_features()
    for document in (entry.path / "training.json", features.path / FEATURES.document):
        document.write_text("{")
    (entry,), (features,) = unfinished.list_trainings(), unfinished.list_features()
    assert "is damaged" in entry.problem
    assert "is damaged" in features.problem
    with pytest.raises(InputError, match=f"is damaged.*Delete the training {entry.id}"):
        unfinished.continue_training(entry.id)
    unfinished.delete_training(entry.id)
    unfinished.delete_features(features.id)
    assert {one.kind for one in trash.entries()} <= set(KINDS)
    assert len(trash.entries()) == 2
