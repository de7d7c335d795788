"""``room``: rooms of a workshop on the command line."""

import json
import re
import time
import zipfile

import pytest

from nmr_core.cli import room_output
from nmr_core.storage.spaces import registry
from nmr_core.storage.spaces.person import Member
from nmr_core.workshop import Content, Rooms
from tests.spaces.things import DATASET, RUN, put


@pytest.fixture
def room(cli, data_folder):
    answer = cli("room", "create", "Echo course", "--until", "2h", "--seats", "2", "--json")
    assert answer.code == 0, answer.err
    return Rooms(data_folder).get(answer.json["id"])


def test_a_room_on_the_command_line(cli, room, data_folder):
    rooms = Rooms(data_folder)
    assert 7100 < room.ends - time.time() < 7200
    code = room.code_text.lower()
    for arguments in (
        ("freeze", code),
        ("unfreeze", room.id),
        ("seats", code, "3"),
        ("look", code, "simulate", "seed=3"),
        ("extend", code, "3h"),
    ):
        answer = cli("room", *arguments)
        assert answer.code == 0, answer.err
    room = rooms.get(room.id)
    assert (room.status, room.seats, room.look.query) == ("open", 3, "seed=3")
    assert room.ends - time.time() > 10700
    cli("room", "look", code, "none")
    assert rooms.look(room.id) is None
    assert room.code_text in cli("room").out


def test_its_people(cli, room, data_folder):
    rooms = Rooms(data_folder)
    person, _ = rooms.join(room.code, "Zoë")
    shown = cli("room", "show", room.code)
    assert person.id in shown.out
    assert "Zoë" in shown.out
    code = cli("room", "return-code", person.id).out.strip()
    assert rooms.come_back(room.code, "Zoë", code).id == person.id
    assert cli("room", "remove", person.id).code == 0
    assert rooms.people(room) == []


def test_the_link_and_its_qr_code(cli, room, data_folder):
    pytest.importorskip("segno")
    (data_folder / "server.lock").write_text(json.dumps({"url": "http://192.168.1.5:8501"}))
    shown = cli("room", "show", room.code, "--qr").out
    assert f"http://192.168.1.5:8501/r/{room.code}" in shown
    assert re.search("[█▀▄]{10}", shown)
    assert room_output.facts(room)["link"].endswith(room.path)


def test_what_everyone_gets(cli, data_folder):
    team = registry.create_team("Echo lab", Member("p-ada"))
    put(team.folder(), DATASET, "ds-shared")
    made = cli(
        "--workspace", "Echo lab", "room", "create", "Course", "--dataset", "ds-shared", "--json"
    )
    assert made.code == 0, made.err
    room = Rooms(data_folder).get(made.json["id"])
    assert room.contents == (Content("dataset", "ds-shared", team.id),)
    Rooms(data_folder).join(room.code, "Zoë")
    put(team.folder(), RUN, "run-shared")
    added = cli("--workspace", "Echo lab", "room", "add", room.code, "--run", "run-shared")
    assert added.code == 0, added.err
    [(_, home)] = Rooms(data_folder).people(room)
    assert (home / "runs" / "run-shared").is_dir()


def test_export_and_end(cli, room, data_folder, tmp_path):
    Rooms(data_folder).join(room.code, "Zoë")
    target = tmp_path / "course.zip"
    assert cli("room", "export", room.code, "-o", target, "--small").code == 0
    assert "people.csv" in zipfile.ZipFile(target).namelist()
    assert "exists already" in cli("room", "export", room.code, "-o", target).err
    closed = cli("room", "close", room.code)
    assert closed.out.strip().endswith(f"rooms/{room.id}.zip")
    assert Rooms(data_folder).people(room) == []


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["create", " "], "A title must have"),
        (["create", "Course", "--until", "yesterday"], "--until must be like"),
        (["create", "Course", "--until", "2020-01-01"], "must be later than now"),
        (["create", "Course", "--seats", "0"], "seats must be from 1"),
        (["create", "Course", "--run", "run-x"], "--run needs the workspace"),
        (["show", "nonsense"], "no room with this code"),
        (["show", "?"], "A code has 8 letters"),
        (["remove", "p-no"], "no person"),
        (["rehearse", "--people", "0"], "1 to 10 people"),
    ],
)
def test_wrong_use_is_one_sentence(refused, arguments, sentence):
    assert sentence in refused(2, "room", *arguments)
