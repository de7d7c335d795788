"""Compare shows the training curve of a room's best submitted run to its people and organiser."""

import json
import shutil
import time
from pathlib import Path

from made_challenges import make, truth_table

import nmr_core
from nmr_core.challenge import Participant, submit
from nmr_core.storage.spaces import registry
from nmr_core.storage.spaces.person import acting_as
from nmr_core.workshop import Rooms
from ui.compare import room_best
from ui.shared import spaces

SHIPPED = Path(nmr_core.__file__).parent / "examples" / "runs"
LINK = {"runs": ["example-mlp"], "view": "training"}


def _titles(server, open_page, person) -> set[str]:
    """Titles of the drawn curves."""
    server.log_in(person)
    spaces.forget()
    room_best._best.clear()
    app = open_page("compare", **LINK)
    assert not app.exception
    return {
        trace["name"]
        for trace in json.loads(app.get("plotly_chart")[-1].proto.spec)["data"]
        if trace["mode"] == "lines"
    }


def test_the_curve_of_the_best_run_is_shown_to_the_room_only(server, data_folder, open_page):
    rooms, challenge = Rooms(data_folder), make()
    max = server.join("Max", "admin")
    with acting_as(max):
        room = rooms.create("Course", ends=time.time() + 3600, challenge=challenge.id)
    ada, _ = rooms.join(room.code, "Ada")
    bob, _ = rooms.join(room.code, "Bob")
    own = registry.home_of(ada).folder(rooms.folder) / "runs" / "run-ada"
    shutil.copytree(SHIPPED / "example-mlp", own)
    manifest = json.loads((own / "manifest.json").read_text()) | {"id": "run-ada"}
    (own / "manifest.json").write_text(json.dumps(manifest))
    assert len(_titles(server, open_page, bob)) == 1
    table = truth_table(challenge, 0.1)
    submit(challenge, table, Participant(ada.id, ada.name), run="run-ada")
    assert "Ada, best trained in epochs" in _titles(server, open_page, bob)
    assert "Ada, best trained in epochs" in _titles(server, open_page, max)
    server.log_in(ada)
    spaces.forget()
    app = open_page("challenge", challenge=challenge.id)
    assert any("training curve of the leader's run" in caption.value for caption in app.caption)
    assert len(_titles(server, open_page, server.join("Zoë"))) == 1
