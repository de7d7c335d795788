"""The training set of a challenge in the workspace of a participant."""

from typing import TYPE_CHECKING

import streamlit as st

from nmr_core.errors import FailedError, InputError
from nmr_core.storage.spaces import rights
from nmr_core.storage.spaces.person import acting
from nmr_core.storage.workspace import workspace_id
from ui.shared import adding, lists, notice, pages

if TYPE_CHECKING:
    from nmr_core.challenge import Challenge


def show(challenge: "Challenge") -> None:
    """A link that trains on it; where it is not in this workspace, a button that copies it."""
    if any(entry.id == challenge.training for entry in lists.datasets()):
        pages.link("train", "Train on the training set", dataset=challenge.training)
        return
    if not challenge.workspace:
        return
    if adding.button("Get the training set", key="challenge-training", icon=":material/download:"):
        _copy(challenge)


def _copy(challenge: "Challenge") -> None:
    from nmr_core.challenge.handing_out import hand_out

    who = acting()
    if who is None:
        return
    try:
        rights.check("create")
        hand_out(challenge, workspace_id(), who.id)
    except (InputError, FailedError) as error:
        notice.error(error)
        return
    st.rerun()
