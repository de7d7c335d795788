"""Deleting one of several runs or studies: it is chosen by its title, named on the button, and goes
to the trash.
"""

from collections.abc import Callable

import streamlit as st

from nmr_core.errors import FailedError, InputError
from nmr_core.storage.trash import DAYS_KEPT
from ui.shared import notice
from ui.shared.text import quoted


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
    if st.session_state.get(which) not in titles:
        st.session_state[which] = None
    with st.popover("Delete", icon=":material/delete:"):
        id = st.selectbox(
            noun.capitalize(),
            list(titles),
            key=which,
            format_func=lambda id: titles.get(id, id),
            placeholder=f"Choose the {noun} to delete",
        )
        st.caption(
            f"It goes to the trash (page Data sets) and can be restored for {DAYS_KEPT} days."
        )
        st.button(
            f"Delete {quoted(titles[id])}" if id else "Delete",
            type="primary",
            key=f"delete-{noun}",
            on_click=_delete,
            args=(which, id, titles.get(id, ""), delete),
            disabled=id is None,
        )


def _delete(which: str, id: str, title: str, delete: Callable[[str], object]) -> None:
    """Callback: delete, and choose nothing, so that a second click deletes nothing else."""
    st.session_state[which] = None
    try:
        delete(id)
    except (InputError, FailedError) as error:
        notice.toast(error)
    else:
        st.toast(f"Deleted {quoted(title)}.", icon=":material/delete:")
