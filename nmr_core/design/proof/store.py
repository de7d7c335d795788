"""Proofs on disk, beside the design that they belong to: designs/<id>/proof.json, proof.npz."""

from pathlib import Path

from nmr_core.design.proof.proof import Proof
from nmr_core.errors import FailedError, InputError
from nmr_core.storage import catalogue
from nmr_core.storage.kinds import DESIGN
from nmr_core.storage.results import read_result, write_result
from nmr_core.storage.workspace import checked_id

DOCUMENT = "proof.json"
"""Name of the file in the folder of the design."""


def save_proof(proof: Proof) -> Path:
    """Write a proof beside its design, in place of an earlier one; returns its document.

    Raises
    ------
    InputError
        The design is not stored in the data folder.
    """
    document = catalogue.own(DESIGN, checked_id(proof.key)) / DOCUMENT
    write_result(proof, document)
    return document


def find_proof(key: str) -> Proof | None:
    """Return the proof of a design; None if there is none, or a damaged one."""
    folder = catalogue.find(DESIGN, key)
    if folder is None or not (folder / DOCUMENT).is_file():
        return None
    try:
        return read_proof(folder)
    except FailedError:
        return None


def load_proof(key: str) -> Proof:
    """Return the proof of a design.

    Raises
    ------
    InputError
        There is none.
    """
    proof = find_proof(key)
    if proof is None:
        raise InputError(
            f"The design {str(key)[:60]!r} has no stored proof. Press Prove it on the page "
            "Design, or call nmr.prove."
        )
    return proof


def read_proof(folder: Path) -> Proof:
    """Return the proof in the folder of a design; :class:`FailedError` if it is damaged."""
    return read_result(folder / DOCUMENT, Proof, what="proof", again="Prove the design again.")
