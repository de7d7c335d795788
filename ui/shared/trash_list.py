"""The trash: what was deleted or replaced in the last week, by whom, and buttons that restore it or
remove it for good.
"""

import time

import streamlit as st

from nmr_core.errors import FailedError, InputError
from nmr_core.storage import trash
from nmr_core.storage.kinds import KINDS
from nmr_core.storage.spaces import rights
from nmr_core.storage.trash import TrashEntry
from ui.shared import gone, inputs, notice, visitor
from ui.shared.text import megabytes, quoted

SHOWN = 30
UNDO = 600.0
"""Seconds in which a deletion can be undone where it was made."""
CHOICES = {"dataset": "dataset"}
"""Kind -> key of the choice that shows a restored thing."""
ASKED = "_trash-asked"
EXCHANGED = "The present one goes to the trash."
NOT_YOURS = "The present one belongs to another visitor."


def section() -> None:
    """Everything that can be restored, in a section of a page; nothing if there is none."""
    entries = _entries(tuple(KINDS))
    if entries:
        label = f"Trash ({len(entries)})"
        with st.expander(label, icon=":material/delete:", key="trash", on_change="rerun") as opened:
            if opened.open:
                _list(entries)


def popover(*kinds: str, of: str = "") -> None:
    """A button that opens the trash of some kinds; nothing if it is empty.

    Parameters
    ----------
    kinds : str
        Which kinds.
    of : str
        Only what has this id: results of one run.
    """
    entries = [entry for entry in _entries(kinds) if of in ("", entry.id)]
    if entries:
        label = f"Trash ({len(entries)})"
        window = st.popover(
            label, icon=":material/auto_delete:", key=f"trash-{kinds[0]}", on_change="rerun"
        )
        with window:
            if window.open:
                _list(entries)


def undo(*kinds: str, key: str = "") -> None:
    """A line on what this visitor has just deleted, with a button that restores it.

    Parameters
    ----------
    kinds : str
        Of which kinds.
    key : str
        Choice whose notice already offers to restore what it names; it is drawn before.
    """
    entry = next(
        (
            entry
            for entry in trash.entries()
            if entry.kind in kinds
            and entry.by == visitor.owner()
            and not entry.replaced
            and time.time() - entry.when < UNDO
            and not entry.place.exists()
        ),
        None,
    )
    if entry is None or entry.id in gone.marked(key):
        return
    at = time.strftime("%H:%M", time.localtime(entry.when))
    gone.deleted(
        f"The {entry.label} **{quoted(entry.title)}** was deleted at {at}.",
        "Undo",
        f"undo-{entry.kind}",
        gone.restore,
        entry,
        key if gone.has_left(key, entry.id) else CHOICES.get(entry.kind, ""),
    )


def _entries(kinds: tuple[str, ...]) -> list[TrashEntry]:
    """What the trash holds of some kinds, this visitor's deletions first."""
    entries = [entry for entry in trash.entries() if entry.kind in kinds]
    return sorted(entries, key=lambda entry: not visitor.is_own(entry.by))


def _list(entries: list[TrashEntry]) -> None:
    st.caption(
        f"Kept for {trash.DAYS_KEPT} days: what was deleted, and results of a run that were "
        "computed again."
    )
    own = [entry for entry in entries if _may_remove(entry)]
    if own:
        _emptying(own)
    for entry in entries[:SHOWN]:
        _line(entry)
    if len(entries) > SHOWN:
        st.caption(
            f"{len(entries) - SHOWN} more; the command line lists all: python -m nmr_core trash"
        )


def _may_remove(entry: TrashEntry) -> bool:
    return (
        visitor.may_change(entry.by)
        and visitor.may_change(entry.owner)
        and not rights.reason_needed("delete", entry.owner)
    )


def _emptying(own: list[TrashEntry]) -> None:
    """The button that frees the space of this visitor's deletions, once that is confirmed."""
    size = megabytes(sum(entry.size for entry in own))
    with st.container(horizontal=True, vertical_alignment="center"):
        if not st.session_state.get(ASKED):
            st.button(
                f"Empty ({size})",
                key="trash-empty",
                icon=":material/delete_forever:",
                on_click=inputs.assign,
                args=(ASKED, True),
                help="Frees the disk space of what you may delete.",
            )
            return
        st.markdown(f"Remove {len(own)} for good? That frees {size} and cannot be undone.")
        st.button(
            "Remove for good",
            key="trash-empty-now",
            type="primary",
            on_click=_empty,
            args=(own,),
        )
        st.button("Keep", key="trash-keep", on_click=inputs.assign, args=(ASKED, False))


def _empty(own: list[TrashEntry]) -> None:
    """Callback: remove entries for good."""
    inputs.assign(ASKED, False)
    try:
        freed = trash.empty(own)
    except (InputError, FailedError) as error:
        notice.toast(error)
    else:
        st.toast(f"{megabytes(freed)} are free again.", icon=":material/delete_forever:")


def _line(entry: TrashEntry) -> None:
    until = time.strftime("%d %B", time.localtime(entry.until))
    happened = "replaced" if entry.replaced else "deleted"
    facts = [
        f"{entry.label} · {happened}{gone.who_and_when(entry)}",
        f"kept until {until}",
        megabytes(entry.size),
    ]
    if trash.missing_dataset(entry):
        facts.append("its data set is deleted too")
    exchange = entry.replaced and entry.place.exists()
    allowed = gone.may_restore(entry)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{quoted(entry.title)}**  \n:small[{' · '.join(facts)}]", width="stretch")
        st.button(
            "Exchange" if exchange else "Restore",
            key=f"trash-{entry.key}",
            icon=":material/swap_horiz:" if exchange else ":material/undo:",
            on_click=gone.restore,
            args=(entry, CHOICES.get(entry.kind, "")),
            disabled=not allowed,
            help=(EXCHANGED if allowed else NOT_YOURS) if exchange else None,
        )
