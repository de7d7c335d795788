"""Proofs on disk, beside the design that they belong to: designs/<id>/proof.json, proof.npz."""

from pathlib import Path

from nmr_core.design.proof.proof import Proof
from nmr_core.design.store import find_beside, save_beside
from nmr_core.errors import InputError

DOCUMENT = "proof.json"
"""Name of the file in the folder of the design."""


def save_proof(proof: Proof) -> Path:
    """Write a proof beside its design, in place of an earlier one; returns its document.

    Raises
    ------
    InputError
        The design is not stored in the data folder.
    """
    return save_beside(proof, DOCUMENT)


def find_proof(key: str) -> Proof | None:
    """Return the proof of a design; None if there is none, or a damaged one."""
    return find_beside(key, DOCUMENT, Proof, what="proof", again="Prove the design again.")


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
