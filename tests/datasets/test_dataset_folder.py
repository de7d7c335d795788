"""The folder of a data set: damaged, unfinished, foreign or in use; repaired if possible."""

import json
import random
import threading
from types import SimpleNamespace

import pytest

from nmr_core import FailedError, InputError, generate, load_dataset
from nmr_core.datasets.dataset import EchoDataset
from nmr_core.datasets.generate import resume
from nmr_core.datasets.parts import part_path


def flip(raw: bytes) -> bytes:
    middle = len(raw) // 2
    return raw[:middle] + bytes(b ^ 0xFF for b in raw[middle : middle + 8]) + raw[middle + 8 :]


DAMAGE = {
    "flipped bytes": flip,
    "truncated": lambda raw: raw[: len(raw) // 2],
    "last byte missing": lambda raw: raw[:-1],
    "text": lambda raw: b"Not a Parquet file.\n" * 50,
    "empty": lambda raw: b"",
    "zeros": lambda raw: bytes(len(raw)),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_part_is_named_and_repaired(folder, in_memory, damage):
    path = part_path(folder, 1)
    path.write_bytes(DAMAGE[damage](path.read_bytes()))
    with pytest.raises(
        FailedError, match=r"part-00001\.parquet is damaged .*Delete that file and generate"
    ):
        load_dataset(folder).digest()
    assert resume(folder).digest() == in_memory.digest()
    assert load_dataset(folder).digest() == in_memory.digest()


def test_a_missing_part_is_named_and_made_again(folder, in_memory):
    part_path(folder, 2).unlink()
    with pytest.raises(FailedError, match=r"part-00002\.parquet is missing"):
        _ = load_dataset(folder).parameters
    assert resume(folder).digest() == in_memory.digest()


@pytest.mark.parametrize("other", [{"n_samples": 10}, {"tau": 4.0}, {"setting": 2}])
def test_a_part_of_another_data_set_is_noticed_and_replaced(
    folder, small, in_memory, tmp_path, other
):
    if "setting" in other:  # a part without the columns of a curve
        import pandas as pd

        pd.DataFrame({"alpha": [0.1] * 20}).to_parquet(part_path(folder, 0))
    else:
        preset = small.fix(tau=other.get("tau", 5.0))
        foreign = generate(
            preset, other.get("n_samples", 20), part_size=20, path=tmp_path / "other"
        ).path
        part_path(folder, 0).write_bytes(part_path(foreign, 0).read_bytes())
    with pytest.raises(FailedError, match=r"part-00000\.parquet"):
        _ = load_dataset(folder).signals
    assert resume(folder).digest() == in_memory.digest()


def test_any_flipped_bit_is_noticed_or_harmless(small, tmp_path):
    """Pages carry checksums, the footer (names, types, offsets) does not: 250 of 500 flips."""
    dataset = generate(small.fix(tau=1.0), 10, path=tmp_path / "ds")
    path = part_path(dataset.path, 0)
    raw, good, chance = path.read_bytes(), dataset.digest(), random.Random(0)
    footer = len(raw) - 8 - int.from_bytes(raw[-8:-4], "little")
    places = [(chance.randrange(footer), chance.randrange(8)) for _ in range(250)]
    places += [(chance.randrange(footer, len(raw)), chance.randrange(8)) for _ in range(250)]
    unnoticed, noticed = [], 0
    for byte, bit in places:
        damaged = bytearray(raw)
        damaged[byte] ^= 1 << bit
        path.write_bytes(damaged)
        again = EchoDataset(dataset.manifest, dataset.path)
        try:
            if again.digest() != good or not again.parameters.equals(dataset.parameters):
                unnoticed.append((byte, bit, "other data"))
        except FailedError:
            noticed += 1
        except Exception as error:
            unnoticed.append((byte, bit, repr(error)))
    assert noticed > 165
    assert unnoticed == []


def test_an_unfinished_data_set_is_refused_with_how_to_resume(folder):
    stored = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps(stored | {"complete": False}))
    with pytest.raises(
        FailedError, match=r"^The data set ds is not complete\. Resume it: .* --resume ds$"
    ):
        load_dataset(folder)


@pytest.mark.parametrize("other", [{"seed": 4}, {"part_size": 30}])
def test_another_data_set_in_the_folder_is_refused(make, folder, in_memory, other):
    with pytest.raises(
        InputError,
        match=r"holds another data set \(ml4sci_2020_secular, 60 curves, seed 3, parts of 20\)",
    ):
        make(**other)
    assert load_dataset(folder).digest() == in_memory.digest()


def test_another_preset_or_number_of_curves_is_another_data_set(small, folder):
    for preset, n in ((small, 61), (small.fix(d=4.0), 60)):
        with pytest.raises(InputError, match="holds another data set"):
            generate(preset, n, seed=3, part_size=20, path=folder)


def test_a_foreign_folder_is_refused_and_left_alone(make, tmp_path):
    (tmp_path / "ds").mkdir()
    (tmp_path / "ds" / "thesis.tex").write_text("years of work")
    with pytest.raises(
        InputError,
        match=r"is not empty \(it holds 'thesis\.tex'\) and is no data set\. Choose another",
    ):
        make()
    assert [item.name for item in (tmp_path / "ds").iterdir()] == ["thesis.tex"]


def test_a_file_in_the_place_of_the_folder_is_a_sentence(make, tmp_path, in_memory):
    (tmp_path / "ds").write_text("a file")
    with pytest.raises(FailedError, match="could not be written"):
        make()
    with pytest.raises((InputError, FailedError), match="ds"):
        in_memory.save(tmp_path / "ds")
    assert (tmp_path / "ds").read_text() == "a file"


def test_a_second_writer_gets_a_sentence(make, in_memory):
    refusals = []

    def second():
        with pytest.raises(
            FailedError, match="Another process is writing the data set ds"
        ) as refusal:
            make()
        refusals.append(refusal)

    def progress(done, total, message):
        if done == 40:
            writer = threading.Thread(target=second)
            writer.start()
            writer.join(30)

    assert make(progress=progress).digest() == in_memory.digest()
    assert len(refusals) == 1


def test_a_data_set_that_cannot_fit_is_refused_before_it_starts(make, tmp_path, monkeypatch):
    monkeypatch.setattr("shutil.disk_usage", lambda path: SimpleNamespace(free=20e3, total=1e12))
    reports = []
    with pytest.raises(
        FailedError, match=r"too full: about .* MB are needed, .* MB are free at .*smaller data set"
    ):
        make(progress=lambda *report: reports.append(report))
    assert reports == []
    assert not part_path(tmp_path / "ds", 0).exists()


def test_a_finished_data_set_needs_no_space(make, folder, monkeypatch, in_memory):
    monkeypatch.setattr("shutil.disk_usage", lambda path: SimpleNamespace(free=0, total=1e12))
    assert make().digest() == in_memory.digest()
