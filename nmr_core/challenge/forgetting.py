"""What is forgotten of people who leave the server: their names stay on the boards."""

import json
import logging
from collections.abc import Sequence

from nmr_core.challenge import database
from nmr_core.challenge.challenge import list_challenges
from nmr_core.errors import FailedError

_LOG = logging.getLogger(__name__)


def forget(people: Sequence[str]) -> None:
    """Remove network addresses and notes from the submissions of some people.

    Scores, predictions and names of teams stay: boards are the same afterwards.

    Parameters
    ----------
    people : sequence of str
        Ids.
    """
    sql = (
        "UPDATE submissions SET address = '', note = ''"
        " WHERE person IN (SELECT value FROM json_each(?))"
    )
    for challenge in list_challenges():
        try:
            with database.changing(challenge.folder) as db:
                db.execute(sql, (json.dumps(list(people)),))
        except FailedError as error:  # a damaged table holds up no one's end
            _LOG.error("Submissions of %s keep their addresses: %s", challenge.id, error)
