"""What the Challenge page draws holds no label, and not the seed."""

import numpy as np
import pytest
from made_challenges import ZOE, make, truth_table

from nmr_core import challenge as core
from nmr_core.challenge import secret
from nmr_core.challenge.secret import truth_of


@pytest.mark.parametrize("view", ["", "projector"])
def test_the_page_holds_no_label_and_no_seed(data_folder, open_page, view):
    challenge = make(n_public=60, n_private=60)
    core.submit(challenge, truth_table(challenge, 0.1), ZOE)
    query = {"challenge": challenge.id} | ({"view": view} if view else {})
    app = open_page("challenge", **query)
    assert not app.exception
    drawn = " ".join(str(element.proto) for element in _elements(app.main))
    drawn += " ".join(str(element.proto) for element in _elements(app.sidebar))
    drawn += repr(app.session_state._state.filtered_state)
    assert challenge.title in drawn
    with np.load(challenge.folder / secret.FILE) as arrays:
        seed = int.from_bytes(arrays["seed"].tobytes(), "little")
    forms = {str(seed), f"{seed:x}"}
    for value in truth_of(challenge.folder).values.ravel():
        forms |= {f"{value:.7g}", repr(float(value))[:10]}
    assert not [form for form in forms if form in drawn]


def _elements(block):
    """All elements of a page."""
    for child in block.children.values():
        if hasattr(child, "children"):
            yield from _elements(child)
        else:
            yield child
