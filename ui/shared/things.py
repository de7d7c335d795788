"""The choice of stored things: one data set or run, or several runs or studies, by their ids in the
address. They can be deleted, by another visitor too; nothing takes the place of a deleted one.
"""

from collections import Counter
from collections.abc import Collection, Mapping

import streamlit as st

from ui.shared import address, gone, pages, present
from ui.shared.inputs import assign, follow_labels


def labels(titles: Mapping[str, str]) -> dict[str, str]:
    """Titles by id for a choice; where two are the same, with the end of the id."""
    times = Counter(titles.values())
    return {
        id: title if times[title] == 1 else f"{title} · {id[-4:].lstrip('-')}"
        for id, title in titles.items()
    }


def current(options: Collection[str], key: str, index: int = 0) -> str:
    """The id that the choice ``key`` is at: that of a new address, the one that was open, or the
    one at ``index`` of ``options``; "" without any. It may not exist (any more).
    """
    linked = [id for id in address.new(key) if id]
    before = [st.session_state[key]] if st.session_state.get(key) else []
    ids = [*linked, *before, *gone.marked(key), *list(options)[index : index + 1]]
    return ids[0] if ids else ""


def one(
    label: str,
    options: dict[str, str],
    key: str,
    *,
    noun: str,
    index: int = 0,
    names_tab: bool = True,
    elsewhere: Collection[str] = (),
    **more,
) -> str | None:
    """One data set, run or study out of ``options`` (id -> title), at first the one at ``index``.

    Where the id in the address, or the one that was open, does not exist (any more), the box is
    empty, the address stays, and the result is None. The page then shows
    :func:`ui.shared.gone.notice`. With ``names_tab`` its title stands in the browser's tab. An id
    in ``elsewhere`` exists, but is no option here: the one at ``index`` takes its place.
    """
    follow_labels(options, key)
    id = current(options, key, index)
    if id in elsewhere and id not in options:
        gone.forget(key)
        id = next(iter(list(options)[index : index + 1]), "")
    if id and id not in options:
        gone.mark(key, id)
        address.accept(key)
    assign(key, id if id in options else None)
    value = st.selectbox(
        label,
        list(options),
        index=None,
        format_func=lambda id: options.get(id, id),
        key=key,
        placeholder=f"Choose a {noun}",
        persist_state="session",
        **more,
    )
    if value is not None:
        gone.forget(key)
        present.note(noun, [value])
        address.write(key, value)
        if names_tab:
            pages.name_tab(options[value])
    return value


def several(key: str, options: Collection[str], first: list[str], *, noun: str, most: int) -> None:
    """Set the multiple choice ``key``, before it is drawn, to at most ``most`` ids that exist; at
    first to ``first``.

    A notice names those of the address, or of the choice so far, that do not exist (any more).
    """
    linked = [id for id in dict.fromkeys(address.new(key)) if id]
    ids = linked or st.session_state.get(key, first)
    back = [id for id in gone.marked(key) if id in options and id not in ids]
    still = [id for id in gone.marked(key) if id not in options] if back else []
    missing = [id for id in [*ids, *still] if id not in options]
    existing = [id for id in [*ids, *back] if id in options][:most]
    if missing:
        gone.mark(key, *missing)
        address.accept(key)
        st.session_state[f"_beside-{key}"] = existing
    elif st.session_state.get(f"_beside-{key}") != existing:
        gone.forget(key)
    assign(key, existing)
    present.note(noun, existing)
    gone.notice(noun, key)
    if existing or not gone.marked(key):
        address.write(key, existing)
