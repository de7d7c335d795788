"""Explanations on disk come back as they were, or are refused with a sentence."""

import json
from dataclasses import fields, replace

import numpy as np
import pytest

from nmr_core import FailedError, InputError, explain
from nmr_core.evaluation.explain import (
    PARTS,
    delete_explanation,
    explanation,
    find_explanation,
    load_explanation,
    save_explanation,
)
from nmr_core.evaluation.explain.job import explain_job
from nmr_core.progress import silent


@pytest.fixture(scope="module")
def whole(forest, block_set):
    return explain(forest, block_set, n_repeats=2, n_train=60)


def _same(one, other) -> None:
    for entry in fields(one):
        a, b = getattr(one, entry.name), getattr(other, entry.name)
        if hasattr(a, "__dataclass_fields__"):
            _same(a, b)
        elif isinstance(a, np.ndarray):
            np.testing.assert_array_equal(a, b)
            assert a.dtype == b.dtype
        else:
            assert a == b, entry.name


def test_round_trip(whole, data_folder):
    folder = save_explanation(whole)
    assert folder == data_folder / "explanations" / whole.run == find_explanation(whole.run)
    _same(load_explanation(whole.run), whole)
    assert sorted(file.name for file in folder.iterdir()) == ["explanation.json", "explanation.npz"]
    delete_explanation(whole.run)
    assert find_explanation(whole.run) is None


def test_a_part_that_is_asked_for_later_joins_the_others(whole, data_folder):
    save_explanation(whole)
    new = replace(whole, seed=9, importance=None, sensitivity=None, top_k=None)
    save_explanation(new)
    found = load_explanation(whole.run)
    assert found.seed == 9
    assert all(getattr(found, part) is not None for part in PARTS)


def test_an_explanation_of_an_earlier_run_of_that_name_is_replaced(whole, data_folder):
    save_explanation(replace(whole, run_created="2001-01-01T00:00:00Z"))
    save_explanation(replace(whole, sensitivity=None))
    assert load_explanation(whole.run).sensitivity is None


def _garbage(folder):
    (folder / "explanation.npz").write_bytes(b"PK nonsense")


def _pickled(folder):
    np.savez(folder / "explanation.npz", time=np.array([{"a": 1}], dtype=object))


def _pickled_with_its_checksum(folder):
    from nmr_core.storage.files import checksum

    _pickled(folder)
    about = json.loads((folder / "explanation.json").read_text())
    (folder / "explanation.json").write_text(
        json.dumps(about | {"sha256": {"explanation.npz": checksum(folder / "explanation.npz")}})
    )


def _no_arrays(folder):
    (folder / "explanation.npz").unlink()


def _no_json(folder):
    (folder / "explanation.json").write_text("{")


def _a_list(folder):
    (folder / "explanation.json").write_text("[1]")


def _empty(folder):
    (folder / "explanation.json").write_text("{}")


def _newer(folder):
    about = json.loads((folder / "explanation.json").read_text())
    (folder / "explanation.json").write_text(json.dumps(about | {"format": 99}))


@pytest.mark.parametrize(
    "damage",
    [_garbage, _pickled, _pickled_with_its_checksum, _no_arrays, _no_json, _a_list, _empty, _newer],
)
def test_damage_is_one_sentence_and_nothing_is_unpickled(whole, data_folder, damage):
    damage(save_explanation(whole))
    with pytest.raises(FailedError, match=r"explanation at .* cannot be read.*again\.$"):
        load_explanation(whole.run)
    save_explanation(whole)
    _same(load_explanation(whole.run), whole)


@pytest.mark.parametrize("name", ["../x", "", "A"])
def test_only_ids_become_paths(data_folder, name):
    with pytest.raises(InputError):
        load_explanation(name)


def test_what_nobody_made_is_said_with_the_command(data_folder):
    with pytest.raises(InputError, match="python -m nmr_core explain run-none"):
        load_explanation("run-none")


def test_the_job_saves_it(data_folder):
    calls = []
    explain_job(
        {
            "run": "example-ridge",
            "parts": ["impurity", "importance"],
            "n_repeats": 1,
            "n_curves": 20,
        },
        lambda *report: calls.append(report),
    )
    found = load_explanation("example-ridge")
    assert found.importance.n_curves == 20
    assert calls[-1][:2] == (100, 100)
    assert [done for done, *_ in calls] == sorted(done for done, *_ in calls)
    with pytest.raises(InputError):
        explain_job({"run": "../example-ridge"}, silent)


def test_the_shipped_one_is_of_the_shipped_run(data_folder):
    from nmr_core import load_run

    found, run = load_explanation("example-mlp"), load_run("example-mlp")
    assert (found.run_created, found.dataset) == (run.manifest.created, run.manifest.dataset)
    assert {part for part in PARTS if getattr(found, part) is not None} == {
        "importance",
        "sensitivity",
        "top_k",
    }


def test_tables_hold_the_numbers(whole):
    table = explanation.importance_table(whole, whole.importance)
    assert len(table) == whole.importance.mean.size
    row = table[(table["group"] == whole.importance.names[3]) & (table["measure"] == "b")].iloc[0]
    assert row["mean"] == pytest.approx(whole.importance.mean[3, 1])
    table = explanation.sensitivity_table(whole, whole.sensitivity)
    assert table.groupby("output")["both"].mean()["a"] == pytest.approx(
        whole.sensitivity.strength()[:, 0].mean(), rel=1e-5
    )
    table = explanation.top_k_table(whole.top_k)
    assert (
        table[table["k"] == whole.top_k.k[-1]]["score"].tolist()
        == whole.top_k.scores[-1, :, 0].tolist()
    )
