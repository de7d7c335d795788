"""Widgets made from Parameter specs: name, symbol, unit, range and help come from one place."""

import streamlit as st

from nmr_core.errors import InputError
from nmr_core.parameters import Parameter
from ui.shared import address
from ui.shared.text import quoted

STEPS = 200


def _settle(spec: Parameter, key: str) -> None:
    """A value in the session (from another preset, or an old link) that this range refuses gives way to the default."""
    if key in st.session_state:
        try:
            spec.check(st.session_state[key])
        except InputError:
            del st.session_state[key]


def _kept(spec: Parameter, key: str, link: bool) -> dict:
    """Where a widget's value lives. An address that the range refuses is dropped before Streamlit reads it: an integer
    widget would fail on 1e999."""
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
    """A slider over the range of ``spec``; with ``link`` its value is part of the page's address."""
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
        **_kept(spec, key, link),
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
        **_kept(spec, key, link),
    )


def default_of(spec: Parameter):
    """The default of a spec; the first of its values where the default is none of them."""
    return spec.values[0] if spec.values and spec.default not in spec.values else spec.default


def option(spec: Parameter, key: str):
    """The option of a model or of features: one of its values, or a number; a switch where only 0 and 1 are possible."""
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


def override(spec: Parameter, shown: float, value: float | None, key: str) -> float | None:
    """A number field that is empty (None) as long as a value is not changed; what it is then stands there in grey."""
    kind = int if spec.integer else float
    if value is not None:
        value = kind(min(max(value, spec.low), spec.high))
    return st.number_input(
        spec.label,
        kind(spec.low),
        kind(spec.high),
        value,
        key=key,
        placeholder=f"{shown:.4g}",
        step=1 if spec.integer else None,
        help=quoted(spec.description) or None,
        format=None if spec.integer else "%.4g",
    )


def choice(label: str, options: dict[str, str], key: str, *, link: bool = False, **more) -> str:
    """One name out of name -> label."""
    if link:
        address.read(key, options)
    if st.session_state.get(key) not in options:
        st.session_state.pop(key, None)
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


def tabs(options: dict[str, str], key: str) -> str:
    """One of a few views, chosen by a click; part of the address."""
    address.read(key, options)
    if st.session_state.get(key) not in options:
        st.session_state[key] = next(iter(options))
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
