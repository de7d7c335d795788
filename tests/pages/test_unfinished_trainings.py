"""Train lists interrupted trainings and stored features, continues the ones and deletes both."""

import pytest

from nmr_core import Cancelled, jobs, load_dataset, train
from nmr_core.learning import unfinished
from ui.shared import visitor


@pytest.fixture
def begun(own, monkeypatch):
    """The visitor is always the same one; a training with shared features was interrupted."""
    monkeypatch.setattr(visitor, "owner", lambda: "ada")

    def progress(done, total, message=""):
        if message.startswith("epoch 2"):
            raise Cancelled

    with pytest.raises(Cancelled):
        train(
            load_dataset("ds-own"),
            model="mlp",
            model_options={"width_1": 8, "width_2": 8, "max_epochs": 3},
            fresh=40,
            resume=True,
            keep_features=True,
            title="Begun *once*",
            owner="ada",
            progress=progress,
        )
    (entry,), (features,) = unfinished.list_trainings(), unfinished.list_features()
    return entry.id, features.id


def test_an_interrupted_training_is_continued_by_a_job(begun, open_page):
    app = open_page("train", dataset="ds-own")
    assert not app.exception
    labels = [one.label for one in app.expander]
    assert any(
        label.startswith("Unfinished trainings (1), stored features (1)") for label in labels
    )
    assert any("Begun \\*once\\*" in text.value for text in app.markdown)
    app.button(key=f"continue-{begun[0]}").click().run()
    (job,) = jobs.list_jobs()
    assert (job.kind, job.params["resume"], job.params["fresh"]) == ("train", begun[0], 40)
    # It is the job's now
    assert f"continue-{begun[0]}" not in [button.key for button in app.button]


@pytest.mark.parametrize("kind", [0, 1])
def test_what_is_deleted_can_be_restored(begun, open_page, kind):
    app = open_page("train", dataset="ds-own")
    id = begun[kind]
    app.session_state[f"delete-{id}-open"] = True
    app.run()
    app.button(key=f"delete-{id}").click().run()
    assert not app.exception
    lists = unfinished.list_trainings, unfinished.list_features
    assert lists[kind]() == []
    app.button(key=f"undo-{('training', 'features')[kind]}").click().run()
    assert [entry.id for entry in lists[kind]()] == [id]
