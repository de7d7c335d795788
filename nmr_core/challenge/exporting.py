"""Everything of a challenge as a zip file, for its organiser."""

import io
import json
import zipfile
from dataclasses import asdict
from datetime import UTC, datetime

import numpy as np
import pandas as pd

from nmr_core.challenge import challenge as stored
from nmr_core.challenge import database
from nmr_core.challenge.challenge import Challenge
from nmr_core.challenge.changing import check_organiser
from nmr_core.challenge.curves import SAMPLE
from nmr_core.challenge.metrics import score
from nmr_core.challenge.ranking import board
from nmr_core.challenge.scoring import parts, unpacked
from nmr_core.challenge.secret import truth_of
from nmr_core.glossary.csv_text import plain_csv

_README = """Everything of the challenge "{title}".

challenge.json     rules
board.csv          the board, with the private result after it was revealed
submissions.csv    all submissions, with all digits and without the Ladder
predictions/       what was submitted: <number>.csv
truth.csv          the truth, and the part of each curve; only after the private result was revealed
"""


def export(challenge: Challenge) -> bytes:
    """Results, submissions and rules of a challenge as a zip file.

    Before the private result is revealed neither it nor the truth is in the file.

    Raises
    ------
    RefusedError
        Who acts does not organise challenges.
    """
    check_organiser("export", challenge.id)
    challenge = stored.now(challenge)
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("README.txt", _README.format(title=challenge.title))
        rules = json.dumps(asdict(challenge), indent=1, ensure_ascii=False)
        archive.writestr("challenge.json", rules)
        archive.writestr("board.csv", _board(challenge))
        for name, table in _submissions(challenge):
            archive.writestr(name, plain_csv(table))
        if challenge.is_revealed:
            archive.writestr("truth.csv", plain_csv(_truth(challenge)))
    return content.getvalue()


def _board(challenge: Challenge) -> str:
    rows = [asdict(row) for row in board(challenge, organiser=True).rows]
    for row in rows:
        row["time"] = _utc(row["time"])
        row.update(row.pop("details"))
    return plain_csv(pd.DataFrame(rows))


def _submissions(challenge: Challenge) -> list[tuple[str, pd.DataFrame]]:
    """(name, table) of the list of submissions and of each of them."""
    truth, metric = truth_of(challenge.folder), challenge.metric
    shape = (challenge.n_test, len(challenge.columns))
    sql = (
        "SELECT s.*, t.name AS team_name, m.name AS person_name FROM submissions s "
        "JOIN teams t ON t.id = s.team LEFT JOIN members m ON m.person = s.person "
        "ORDER BY s.number"
    )
    with database.reading(challenge.folder) as db:
        rows = [dict(row) for row in db.execute(sql)]
    tables = []
    for row in rows:
        values = unpacked(row.pop("answer"), shape)
        row["time"] = _utc(row["time"])
        row.update(json.loads(row.pop("details")))
        if challenge.is_revealed:
            row["private"] = score(metric, parts(challenge, truth, values, private=True))
        tables.append((f"predictions/{row['number']:05d}.csv", _table(challenge, values)))
    return [("submissions.csv", pd.DataFrame(rows)), *tables]


def _table(challenge: Challenge, values: np.ndarray) -> pd.DataFrame:
    table = pd.DataFrame(values, columns=challenge.columns)
    if challenge.classes:
        names = np.array(challenge.classes)
        table = table.apply(lambda column: names[column.to_numpy(int)])
    table.insert(0, SAMPLE, challenge.samples)
    return table


def _truth(challenge: Challenge) -> pd.DataFrame:
    truth = truth_of(challenge.folder)
    table = pd.DataFrame(truth.values, columns=[target.name for target in challenge.targets])
    if challenge.classes:
        names = np.array(challenge.classes)
        table = table.apply(lambda column: names[column.to_numpy(int)])
    table.insert(0, SAMPLE, challenge.samples)
    return table.assign(is_public=truth.is_public, is_corrupted=truth.is_corrupted)


def _utc(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
