"""Small stored things, without simulating anything."""

import json
from pathlib import Path

from nmr_core.storage.kinds import CALIBRATION, DATASET, RUN, STUDY, Kind


def put(folder: Path, kind: Kind, id: str, *, owner: str = "", n_bytes: int = 100, **more) -> Path:
    """A document with an owner and one other file."""
    place = folder / kind.place(id)
    place.mkdir(parents=True)
    (place / "content.bin").write_bytes(b"x" * n_bytes)
    document = {"id": id, "title": f"Title of {id}", "owner": owner, **more}
    (place / kind.document).write_text(json.dumps(document))
    return place


__all__ = ["CALIBRATION", "DATASET", "RUN", "STUDY", "put"]
