"""A data set, run or study that an address or a choice names, but that does not exist."""

import time
from collections.abc import Callable

import streamlit as st

from nmr_core.errors import FailedError, InputError
from nmr_core.storage import trash
from nmr_core.storage.kinds import KINDS
from ui.shared import inputs, visitor
from ui.shared.notice import toast
from ui.shared.text import quoted

SHOWN = 3
"""Missing things that a notice names."""
_MISSING = "_gone-{}"
_LEFT = "_left-{}"
"""In the session: choice -> the id that a deletion by this visitor took out of it last."""


def mark(key: str, *ids: str) -> None:
    """Note that the choice ``key`` names ``ids``, which do not exist."""
    st.session_state[_MISSING.format(key)] = tuple(dict.fromkeys(ids))


def marked(key: str) -> tuple[str, ...]:
    """The missing ids that the choice ``key`` names."""
    return st.session_state.get(_MISSING.format(key), ())


def forget(key: str) -> None:
    """Note that all that the choice ``key`` names exists."""
    st.session_state.pop(_MISSING.format(key), None)


def leave(key: str, id: str) -> None:
    """Take an id that this visitor deletes out of the list ``key``; Undo puts it back."""
    ids = st.session_state.get(key, [])
    if id in ids:
        st.session_state[_LEFT.format(key)] = id
        inputs.assign(key, [other for other in ids if other != id])


def has_left(key: str, id: str) -> bool:
    """Whether ``id`` is what a deletion took out of the list ``key`` last."""
    return st.session_state.get(_LEFT.format(key)) == id


def notice(noun: str, key: str) -> None:
    """Say what happened to the ids that the choice ``key`` names and that do not exist; nothing
    where all do.

    What lies in the trash can be restored there and then.
    """
    missing = marked(key)
    for id in missing[:SHOWN]:
        entry = _deleted(noun, id)
        if entry is None:
            st.warning(
                f"There is no {noun} {_plain(id[:60])} here. It was deleted, or the link comes "
                "from another computer. Choose another.",
                icon=":material/link_off:",
            )
            continue
        deleted(
            f"The {noun} **{quoted(entry.title)}** was deleted{who_and_when(entry)}.",
            "Restore",
            f"restore-{id}",
            restore,
            entry,
            key,
        )
    if len(missing) > SHOWN:
        st.caption(f"{len(missing) - SHOWN} more that the link names are not here.")


def deleted(
    text: str, label: str, key: str, restore: Callable[..., None], *arguments: object
) -> None:
    """A line on something in the trash, with the button that puts it back.

    Parameters
    ----------
    text : str
        A sentence in Markdown.
    label, key : str
        Of the button.
    restore : callable
        Called as ``restore(*arguments)`` on a click.
    *arguments
        For ``restore``.
    """
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.markdown(f":material/delete: {text}", width="stretch")
        st.button(label, key=key, icon=":material/undo:", on_click=restore, args=arguments)


def absent(text: str) -> None:
    """Say that a link names a part of an existing thing that there is not.

    Parameters
    ----------
    text : str
        A sentence; signs of Markdown in it are quoted.
    """
    st.warning(_plain(text), icon=":material/link_off:")


def _plain(text: str) -> str:
    """Text of an address on one line: without line breaks and control characters, quoted."""
    return quoted("".join(sign for sign in text if sign.isprintable()))


def who_and_when(entry: trash.TrashEntry) -> str:
    """ " by another visitor on 28 November at 14:05" """
    when = time.strftime("on %d %B at %H:%M", time.localtime(entry.when))
    return f"{f' by {quoted(visitor.person(entry.by))}' if entry.by else ''} {when}"


def _deleted(noun: str, id: str) -> trash.TrashEntry | None:
    kinds = [kind.name for kind in KINDS.values() if kind.label == noun]
    return next((entry for kind in kinds if (entry := trash.find(kind, id))), None)


def may_restore(entry: trash.TrashEntry) -> bool:
    """Whether this visitor may put a thing back: what takes the place of another one only who may
    change that one, or has replaced it.
    """
    if not (entry.replaced and entry.place.exists()):
        return True
    return visitor.is_own(entry.by) or visitor.may_change(trash.present_owner(entry))


def restore(entry: trash.TrashEntry, key: str = "") -> None:
    """Callback: put a thing back, and choose it in the choice ``key``, if there is one."""
    if not may_restore(entry):
        st.toast("This result belongs to another visitor.", icon=":material/lock:")
        return
    try:
        trash.restore_entry(entry, swap=entry.replaced, by=visitor.owner())
    except (InputError, FailedError) as error:
        toast(error)
        return
    st.toast(f"Restored {quoted(entry.title)}.", icon=":material/undo:")
    if trash.missing_dataset(entry):
        st.toast("Its data set is deleted too.", icon=":material/info:")
    if key:
        current = st.session_state.get(key)
        inputs.assign(key, [*current, entry.id] if isinstance(current, list) else entry.id)
