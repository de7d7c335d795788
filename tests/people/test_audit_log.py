"""The record: one JSON object per line, whoever writes; rotated by size; read by person, action."""

import json
import threading

import pytest

from nmr_core.storage.audit import Audit, Rotation


def test_each_line_is_one_object_whoever_writes(house):
    texts = ['two\nlines "quoted" ', "Zoë \ud800"]

    def write(n: int) -> None:
        for i in range(25):
            house.audit.write("login", f"p-{n}", detail=texts[i % 2])

    threads = [threading.Thread(target=write, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    lines = house.audit.path.read_text(encoding="utf-8").splitlines()
    assert len(lines) == 100
    assert {json.loads(line)["action"] for line in lines} == {"login"}
    assert len(house.audit.newest(10)) == 10


def test_a_record_that_cannot_be_written_refuses_nothing(house, caplog):
    house.audit.path.mkdir(parents=True)
    house.audit.write("login", "p-1")
    assert "could not be written" in caplog.text
    assert "p-1" in caplog.text
    assert house.audit.newest() == []


def test_strangers_cannot_fill_the_disk_with_refusals(house, clock):
    for _ in range(1000):
        house.audit.write("login", ok=False, address="10.6.6.6")
        house.audit.write("login", "p-1", ok=False)
    by_person = [entry["person"] for entry in house.audit.newest(5000)]
    assert (by_person.count(""), by_person.count("p-1")) == (60, 1000)
    clock.now += 60
    house.audit.write("login", ok=False)
    assert house.audit.newest(1)[0]["person"] == "p-1"
    clock.now += 3600
    house.audit.write("login", ok=False)
    assert [entry.get("n_more") for entry in house.audit.newest(2)] == [None, 941]


def test_only_actions_of_the_list_are_written(house):
    with pytest.raises(ValueError, match="'coffee' is no action"):
        house.audit.write("coffee")


def test_files_are_rotated_by_size_and_the_oldest_removed(tmp_path):
    audit = Audit(tmp_path, Rotation(size=2000, files=3))
    for n in range(100):
        audit.write("login", f"p-{n}")
    names = sorted(path.name for path in tmp_path.glob("audit*.jsonl"))
    assert names == ["audit.1.jsonl", "audit.2.jsonl", "audit.3.jsonl", "audit.jsonl"]
    assert all(path.stat().st_size < 2300 for path in tmp_path.glob("audit*.jsonl"))
    people = [entry["person"] for entry in audit.newest(1000)]
    assert people == [f"p-{n}" for n in range(99, 99 - len(people), -1)]
    assert 30 < len(people) < 100


def test_no_line_is_lost_when_several_rotate(tmp_path):
    def write(n: int) -> None:
        audit = Audit(tmp_path, Rotation(size=5000, files=50))
        for i in range(100):
            audit.write("login", f"p-{n}-{i}")

    threads = [threading.Thread(target=write, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    people = {entry["person"] for entry in Audit(tmp_path).newest(1000)}
    assert people == {f"p-{n}-{i}" for n in range(4) for i in range(100)}
    assert len(list(tmp_path.glob("audit.*.jsonl"))) > 5


def test_lines_are_found_by_person_and_action(house):
    house.audit.write("login", "p-1")
    house.audit.write("role", "p-2", kind="person", id="p-1")
    house.audit.write("login", "p-3", ok=False)
    actions = [entry["action"] for entry in house.audit.newest(person="p-1")]
    assert actions == ["role", "login"], "done by p-1, and to p-1"
    assert [entry["person"] for entry in house.audit.newest(action="login")] == ["p-3", "p-1"]
    assert house.audit.newest(person="p-9") == []
