"""Widgets made from Parameter specs (name, symbol, unit, range and help come from one place), and
choices by id.

A widget shows what the page uses. Deleting the key of a widget that stands on the page would change
the value on the server only; the browser would go on showing the old one. A value is therefore
always assigned, see :func:`assign`.
"""

from collections.abc import Collection
from typing import Any

import streamlit as st

from nmr_core.errors import InputError
from nmr_core.parameters import Parameter
from ui.shared import address, gone, pages
from ui.shared.text import quoted

STEPS = 200
"""Positions of a slider."""


def assign(key: str, value: Any) -> None:
    """Set the widget ``key``, before it is drawn or in a callback, to ``value``."""
    if key not in st.session_state or st.session_state[key] != value:
        st.session_state[key] = value


def _settle(spec: Parameter, key: str) -> None:
    """Replace a value in the session (from another preset, or an old link) that this range refuses
    by the default.
    """
    if key in st.session_state:
        try:
            spec.check(st.session_state[key])
        except InputError:
            assign(key, (int if spec.integer else float)(spec.default))


def _storage(spec: Parameter, key: str, link: bool) -> dict[str, Any]:
    """Where a widget's value is stored: in the address (``link``) or in the session.

    An address that the range refuses is dropped before Streamlit reads it: an integer widget would
    fail on 1e999.
    """
    if not link:
        return {"persist_state": "session"}
    try:
        for text in st.query_params.get_all(key):
            spec.check(text)
    except InputError:
        del st.query_params[key]
        return {"persist_state": "session"}
    return {"bind": "query-params"}


def slider(spec: Parameter, key: str, *, link: bool = False) -> float:
    """A slider over the range of ``spec``; with ``link`` its value is part of the address."""
    step = 1 if spec.integer else float(f"{spec.width / STEPS:.1g}")
    low = spec.low + step if spec.open_low else spec.low
    kind = int if spec.integer else float
    _settle(spec, key)
    return st.slider(
        spec.label,
        kind(low),
        kind(spec.high),
        kind(spec.default),
        kind(step),
        key=key,
        help=quoted(spec.description) or None,
        format="%d" if spec.integer else "%.4g",
        **_storage(spec, key, link),
    )


def number(spec: Parameter, key: str, *, link: bool = False) -> float:
    """A number field over the range of ``spec``, for values that are typed rather than explored."""
    kind = int if spec.integer else float
    _settle(spec, key)
    return st.number_input(
        spec.label,
        kind(spec.low),
        kind(spec.high),
        kind(spec.default),
        key=key,
        step=1 if spec.integer else None,
        help=quoted(spec.description) or None,
        format=None if spec.integer else "%.4g",
        **_storage(spec, key, link),
    )


def default_of(spec: Parameter):
    """The default of a spec; the first of its values where the default is none of them."""
    return spec.values[0] if spec.values and spec.default not in spec.values else spec.default


def option(spec: Parameter, key: str):
    """The option of a model or of features: a choice of its values, a switch where only 0 and 1 are
    possible, or a number.
    """
    if spec.values:
        untouched = st.session_state.get(key) not in spec.values
        return choice(
            spec.label,
            {value: str(value) for value in spec.values},
            key,
            help=quoted(spec.description) or None,
            **({"index": spec.values.index(default_of(spec))} if untouched else {}),
        )
    if spec.integer and (spec.low, spec.high) == (0, 1):
        return int(
            st.toggle(
                spec.label,
                bool(spec.default),
                key=key,
                persist_state="session",
                help=quoted(spec.description) or None,
            )
        )
    return number(spec, key)


def override(
    spec: Parameter, own: float, value: float | None, key: str, **callback
) -> float | None:
    """A number field that is empty (None) while a value is unchanged; its placeholder is ``own``,
    the unchanged value.

    ``value`` is what the page uses; ``on_change`` and ``args`` must change it.
    """
    kind = int if spec.integer else float
    if value is not None:
        value = kind(min(max(value, spec.low), spec.high))
    assign(key, value)
    return st.number_input(
        spec.label,
        kind(spec.low),
        kind(spec.high),
        key=key,
        placeholder=f"{own:.4g}",
        step=1 if spec.integer else None,
        help=quoted(spec.description) or None,
        format=None if spec.integer else "%.4g",
        **callback,
    )


def choice(
    label: str, options: dict[str, str], key: str, *, link: bool = False, index: int = 0, **more
) -> str:
    """One of ``options`` (name -> label); at first, and where the session holds no option, the one
    at ``index``.

    With ``link`` it is part of the address. For data sets, runs and studies, which can be deleted,
    see :func:`pick`.
    """
    if link:
        address.read(key, options)
    if st.session_state.get(key) not in options:
        assign(key, list(options)[index] if options else None)
    value = st.selectbox(
        label,
        list(options),
        format_func=lambda name: options.get(name, name),
        key=key,
        persist_state="session",
        **more,
    )
    if link:
        address.write(key, value)
    return value


def pick(
    label: str, options: dict[str, str], key: str, *, noun: str, index: int = 0, **more
) -> str | None:
    """One data set, run or study out of ``options`` (id -> title), by its id in the address.

    Where the id in the address, or the one that was open, does not exist (any more), nothing takes
    its place: the box is empty, the address stays, and the result is None. The page then shows
    :func:`ui.shared.gone.notice`.
    """
    address.read(key, options)
    missing = [value for value in address.new(key) if value and value not in options]
    current = st.session_state.get(key)
    if missing:
        gone.mark(key, missing[0])
        address.accept(key)
        assign(key, None)
    elif current is not None and current not in options:
        gone.mark(key, current)
        assign(key, None)
    elif current is None and not gone.marked(key):
        assign(key, list(options)[index] if options else None)
    value = st.selectbox(
        label,
        list(options),
        index=None,
        format_func=lambda name: options.get(name, name),
        key=key,
        placeholder=f"Choose a {noun}",
        persist_state="session",
        **more,
    )
    if value is not None:
        gone.forget(key)
        address.write(key, value)
        pages.name_tab(options[value].removesuffix(f" · {value}"))
    return value


def existing(key: str, options: Collection[str], first: list[str], *, noun: str, most: int) -> None:
    """Set the multiple choice ``key``, before it is drawn, to at most ``most`` ids that exist; at
    first to ``first``.

    A notice names those of the address, or of the choice so far, that do not exist (any more).
    """
    address.read(key, options, several=True)
    linked = [value for value in address.new(key) if value]
    current = st.session_state.get(key, first)
    missing = [id for id in linked or current if id not in options]
    present = [id for id in current if id in options][:most]
    if linked and len(missing) == len(linked):
        present = []
    if missing:
        gone.mark(key, *missing)
        address.accept(key)
        st.session_state[f"_beside-{key}"] = present
    elif st.session_state.get(f"_beside-{key}") != present:
        gone.forget(key)
    assign(key, present)
    gone.notice(noun, key)
    if present or not gone.marked(key):
        address.write(key, present)


def tabs(options: dict[str, str], key: str) -> str:
    """One of a few views, chosen by a click; part of the address."""
    address.read(key, options)
    if st.session_state.get(key) not in options:
        assign(key, next(iter(options)))
    value = st.segmented_control(
        "View",
        list(options),
        format_func=options.get,
        required=True,
        key=key,
        persist_state="session",
        label_visibility="collapsed",
    )
    address.write(key, value)
    return value
