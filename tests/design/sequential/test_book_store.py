"""Lab books on disk, in the list, in the job, and continued after they were stored."""

from dataclasses import replace

import numpy as np
import pytest
from filelock import FileLock

from nmr_core.design.sequential import store
from nmr_core.design.sequential.asking import advised, ask
from nmr_core.design.sequential.job import lab_book_job
from nmr_core.design.sequential.spectrometer import Spectrometer
from nmr_core.design.sequential.store import list_books, load_book, save_book
from nmr_core.design.sequential.telling import tell
from nmr_core.errors import FailedError, InputError
from nmr_core.storage import catalogue
from nmr_core.storage.kinds import LAB_BOOK


def test_a_stored_book_goes_on_as_if_it_had_not_been_stored(data_folder, decay):
    save_book(decay)
    spectrometer = Spectrometer.of(decay.problem, seed=2)
    book, stored = decay, load_book(decay.id)
    for number in range(2):
        echo = spectrometer.measure(ask(book), number)
        assert ask(stored) == ask(book)
        book, stored = tell(book, echo), tell(stored, echo)
        save_book(stored)
        stored = load_book(decay.id)
    assert stored.table.equals(book.table)
    assert stored.request.table.equals(book.request.table)
    assert stored.problem == book.problem
    assert [entry.n_entries for entry in list_books()] == [2]


def test_without_its_pool_a_book_is_shown_and_asks_for_nothing_new(data_folder, decay):
    save_book(decay)
    book = load_book(decay.id, with_pool=False)
    assert book.sentence == decay.sentence
    with pytest.raises(InputError, match="was read without its simulated materials"):
        advised(book)
    with pytest.raises(InputError, match="has no simulated materials"):
        save_book(replace(book, id="lb-other"))


def test_a_damaged_book_is_a_line_of_the_list_and_no_crash(data_folder, decay):
    folder = save_book(decay)
    (folder / "pool.npz").write_bytes(b"no arrays")
    with pytest.raises(FailedError, match="pool of a lab book"):
        load_book(decay.id)
    (folder / LAB_BOOK.document).write_text("{}")
    [entry] = list_books()
    assert entry.problem


def test_job_begins_or_rehearses_a_book_for_its_owner(data_folder, decay):
    params = {
        "problem": replace(decay.problem, budget=2000.0).to_dict(),
        "target": 0.02,
        "n_materials": 64,
        "n_jobs": 1,
        "owner": "ada",
    }
    begun = lab_book_job(params | {"book": "lb-one"})
    assert begun["id"] == "lb-one"
    assert begun["summary"].startswith("Measure β₂")
    assert catalogue.owner_of(LAB_BOOK, begun["id"]) == "ada"
    rehearsed = load_book(lab_book_job(params | {"rehearse": True, "seed": 3})["id"])
    assert rehearsed.is_finished
    assert rehearsed.truth
    with pytest.raises(InputError, match="needs a problem and a target"):
        lab_book_job({"target": 0.1})
    catalogue.delete(LAB_BOOK, begun["id"])
    assert catalogue.find(LAB_BOOK, begun["id"]) is None


def test_offsets_of_a_rehearsed_material_are_the_same_at_all_settings(coupled):
    """Two echoes with the same setting differ by their noise only; it falls with the shots."""
    spectrometer = Spectrometer.of(coupled.problem, seed=5)
    one = replace(ask(coupled), shots=100)
    a, b = (spectrometer.measure(one, number) for number in (0, 1))
    noise = coupled.problem.noise / 10
    assert np.std((a - b).real) == pytest.approx(np.sqrt(2) * noise, rel=0.3)


def test_a_material_beyond_the_prior_is_refused(coupled):
    with pytest.raises(InputError, match="xi must be in"):
        Spectrometer.of(coupled.problem, {"xi": 100.0})


def test_of_two_who_go_on_from_one_state_the_second_is_refused(data_folder, decay):
    save_book(decay)
    echo = Spectrometer.of(decay.problem, seed=2).measure(ask(decay))
    a, b = load_book(decay.id), load_book(decay.id)
    save_book(tell(a, echo, name="A", advise=False))
    with pytest.raises(InputError, match=r"changed meanwhile.*look at what it asks for now\.$"):
        save_book(tell(b, echo, name="B", advise=False))
    with pytest.raises(InputError, match="changed meanwhile"):
        save_book(b)
    assert [entry.name for entry in load_book(decay.id).entries] == ["A"]


def test_a_book_waits_for_the_one_that_is_being_written(data_folder, decay, monkeypatch):
    folder = save_book(decay)
    monkeypatch.setattr(store, "PATIENCE", 0.01)
    with FileLock(folder.parent / ".lock"), pytest.raises(FailedError, match="Another process"):
        save_book(decay)
    save_book(decay)
