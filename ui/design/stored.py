"""Stored designs, their proofs, and lab books, read from disk once."""

from nmr_core.design.designing import design_key
from nmr_core.design.problem import DesignProblem
from nmr_core.design.proof.proof import Proof
from nmr_core.design.proof.store import DOCUMENT, find_proof
from nmr_core.design.reshaped_store import DOCUMENT as SHAPED_DOCUMENT
from nmr_core.design.reshaped_store import find_shaped
from nmr_core.design.reshaping import ShapedProposal
from nmr_core.design.result import DesignResult
from nmr_core.design.sequential.book import LabBook
from nmr_core.design.sequential.store import load_book
from nmr_core.design.store import design_folder, find_stored
from nmr_core.errors import FailedError, InputError
from nmr_core.storage import catalogue
from nmr_core.storage.files import changed_at
from nmr_core.storage.kinds import DESIGN, LAB_BOOK
from ui.shared import caches, notice


def design(problem: DesignProblem, criterion: str) -> DesignResult | None:
    """Return what ``nmr.design`` returns, if it is stored; None also for a damaged one."""
    return by_key(design_key(problem, criterion))


def by_key(key: str) -> DesignResult | None:
    """Return the stored design with a key; None if there is none, or only a damaged one."""
    return _design(key, changed_at(design_folder(key) / DESIGN.document))


@caches.resource(max_entries=32, show_spinner=False)
def _design(key: str, changed: int) -> DesignResult | None:
    """A stored design; ``changed`` is the time of its last change."""
    return find_stored(key)


def proof(key: str) -> Proof | None:
    """Return the stored proof of a design; None if there is none, or only a damaged one."""
    return _proof(key, changed_at(design_folder(key) / DOCUMENT))


@caches.resource(max_entries=32, show_spinner=False)
def _proof(key: str, changed: int) -> Proof | None:
    """A stored proof; ``changed`` is the time of its last change."""
    return find_proof(key)


def shaped(key: str) -> ShapedProposal | None:
    """Return the shaped proposal of a ranking; None if there is none, or only a damaged one."""
    return _shaped(key, changed_at(design_folder(key) / SHAPED_DOCUMENT))


@caches.resource(max_entries=32, show_spinner=False)
def _shaped(key: str, changed: int) -> ShapedProposal | None:
    """A stored shaped proposal; ``changed`` is the time of its last change."""
    return find_shaped(key)


def book(id: str) -> LabBook | None:
    """Return a stored lab book without its materials; None, with a sentence, if it is damaged."""
    folder = catalogue.find(LAB_BOOK, id)
    if folder is None:
        return None
    try:
        return _book(id, changed_at(folder / LAB_BOOK.document))
    except (InputError, FailedError) as error:
        notice.error(error)
        return None


@caches.resource(max_entries=16, show_spinner=False)
def _book(id: str, changed: int) -> LabBook:
    """A stored lab book; ``changed`` is the time of its last change."""
    return load_book(id, with_pool=False)
