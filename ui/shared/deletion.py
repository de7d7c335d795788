"""Deleting a stored thing: the button names it and what depends on it, the thing goes to the trash,
and the button's window closes.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import streamlit as st

from nmr_core.errors import FailedError, InputError
from nmr_core.jobs.uses import check_unused
from nmr_core.storage import catalogue
from nmr_core.storage.kinds import KINDS
from nmr_core.storage.trash import DAYS_KEPT
from ui.shared import dependents, inputs, notice, reasons
from ui.shared.text import quoted

_KINDS = {kind.label: kind for kind in KINDS.values()}


def button(noun: str, id: str, title: str, delete: Callable[[str], object]) -> None:
    """A "Delete" button for one thing, which opens what would happen and the button that does it.

    Parameters
    ----------
    noun : str
        "data set", "run" or "study".
    id, title : str
        Of what would be deleted.
    delete : callable
        ``delete(id)``; a refusal is shown as its sentence.
    """
    with _window(id) as is_open:
        if is_open:
            _confirm(noun, id, title, delete, window=id, key=f"delete-{id}")


def popover(noun: str, titles: dict[str, str], delete: Callable[[str], object]) -> None:
    """A "Delete" button that opens a choice of ``titles`` (id -> title), at first without any.

    Parameters
    ----------
    noun : str
        "run" or "study"; the keys of the widgets are ``delete-<noun>-which`` and ``delete-<noun>``.
    titles : dict of str to str
        Id -> title of what would be deleted.
    delete : callable
        ``delete(id)``, called once the choice has been confirmed; a refusal is shown as its
        sentence.
    """
    if not titles:
        return
    which = f"delete-{noun}-which"
    with _window(noun) as is_open:
        if not is_open:
            inputs.assign(which, None)
            return
        if st.session_state.get(which) not in titles:
            inputs.assign(which, None)
        id = st.selectbox(
            noun.capitalize(),
            list(titles),
            key=which,
            format_func=lambda id: titles.get(id, id),
            placeholder=f"Choose the {noun} to delete",
        )
        if id:
            _confirm(noun, id, titles[id], delete, window=noun, key=f"delete-{noun}")


def window_key(name: str) -> str:
    """Key of the window that :func:`button` (name: the id) or :func:`popover` (the noun) opens."""
    return f"delete-{name}-open"


@contextmanager
def _window(name: str) -> Iterator[bool]:
    """The button that opens a window; yields whether it is open."""
    window = st.popover("Delete", icon=":material/delete:", key=window_key(name), on_change="rerun")
    with window:
        yield bool(window.open)


def _confirm(
    noun: str, id: str, title: str, delete: Callable[[str], object], *, window: str, key: str
) -> None:
    """What depends on a thing, and the button that deletes it."""
    if problem := dependents.live_job(noun, id):
        st.markdown(f":small[{quoted(problem)}]")
        return
    trash = f"It goes to the trash and can be restored for {DAYS_KEPT} days."
    st.markdown(f":small[{quoted(' '.join([*dependents.sentences(noun, id), trash]))}]")
    reasons.field("delete", catalogue.owner_of(_KINDS[noun], id), id)
    st.button(
        f"Delete {quoted(title)}",
        type="primary",
        key=key,
        on_click=_delete,
        args=(noun, id, title, delete, window),
    )


def _delete(noun: str, id: str, title: str, delete: Callable[[str], object], window: str) -> None:
    """Callback: delete, and close the window, so that a second click deletes nothing else; after a
    refusal it stays open for a reason.
    """
    try:
        check_unused(id, noun)
        with reasons.given(id):
            delete(id)
    except (InputError, FailedError) as error:
        notice.toast(error)
    else:
        inputs.assign(window_key(window), False)
        st.toast(f"Deleted {quoted(title)}.", icon=":material/delete:")
