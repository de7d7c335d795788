"""The training set of a challenge, copied into the workspaces of its participants."""

from nmr_core.challenge.challenge import Challenge
from nmr_core.errors import InputError
from nmr_core.storage.kinds import DATASET
from nmr_core.storage.spaces import copying, registry
from nmr_core.storage.spaces.person import working_for
from nmr_core.storage.workspace import in_workspace, server_folder


def hand_out(challenge: Challenge, workspace: str, person: str) -> None:
    """Copy the training set into a workspace; nothing where it is there already.

    Parameters
    ----------
    challenge : Challenge
        The challenge.
    workspace, person : str
        Id of the workspace, and of its person, who becomes the owner of the copy.

    Raises
    ------
    InputError
        The training set is gone.
    """
    server = server_folder()
    target = registry.Workspace(workspace, "", "").folder(server)
    if (target / DATASET.place(challenge.training) / DATASET.document).exists():
        return
    source = registry.Workspace(challenge.workspace, "", "").folder(server)
    if not (source / DATASET.place(challenge.training) / DATASET.document).exists():
        raise InputError("The training set of this challenge was deleted. Ask the organiser.")
    with working_for(person), in_workspace(source):
        copying.copy(DATASET.name, challenge.training, workspace, owner=person, linked=True)
