"""Widgets made from Parameter specs: name, symbol, unit, range and help come from one place.

A widget shows what the page uses, and with ``link`` the address names it: under the widget's key,
or under the name that ``link`` is. Deleting the key of a widget that stands on the page would
change the value on the server only; the browser would go on showing the old one. A value is
therefore always assigned, see :func:`assign`.
"""

from collections.abc import Callable
from typing import Any

import streamlit as st

from nmr_core.errors import InputError
from nmr_core.parameters import Parameter
from ui.shared import address
from ui.shared.text import quoted

STEPS = 200
"""Positions of a slider."""
FAR = 2**53 - 1
"""Number fields take what is typed, up to here; the spec decides afterwards, with a sentence."""
_REFUSED = "_refused-{}"
_VALID = "_valid-{}"
_LABELS = "_labels-{}"
"""In the session: labels that a choice had when it was drawn last."""
_SET = "_set-on-this-page"
"""In the session: keys of the widgets that were set since the page was opened."""


def arrive() -> None:
    """Note that a page is opened: its widgets have not been set yet."""
    st.session_state[_SET] = set()


def assign(key: str, value: Any) -> None:
    """Set the widget ``key``, before it is drawn or in a callback, to ``value``.

    On a page that has just been opened also where the session has this value already: of a widget
    with this key on the last page, Streamlit may forget it while the new page is run, if the last
    one was left before it had ended.
    """
    done = st.session_state.setdefault(_SET, set())
    if key not in done or key not in st.session_state or st.session_state[key] != value:
        st.session_state[key] = value
    done.add(key)


def follow_labels(options: dict[str, str], key: str) -> None:
    """Let the choice ``key`` stay at its names where their labels in ``options`` have changed.

    A browser sends and shows labels, not names: after a data set has been renamed, the box would
    go on showing its old title, and the next click would choose something that does not exist.
    """
    before = st.session_state.get(_LABELS.format(key), options)
    st.session_state[_LABELS.format(key)] = options
    value = st.session_state.get(key)
    if before == options or value is None:
        return
    names = {label: name for name, label in before.items()}
    values = value if isinstance(value, list) else [value]
    current = [one if one in options else names.get(one, one) for one in values]
    if any(before.get(name) != options.get(name) for name in current):
        st.session_state[key] = current if isinstance(value, list) else current[0]


def _name(key: str, link: bool | str) -> str:
    """Name of a widget in the address."""
    return link if isinstance(link, str) else key


def _settle(spec: Parameter, key: str, link: bool | str, default: Any) -> None:
    """Give the widget ``key`` the value of a new address; replace a missing value, and one that the
    range refuses (of another preset), by ``default``.
    """
    kind = int if spec.integer else float
    if link:
        for value in address.read(_name(key, link), spec.check)[:1]:
            assign(key, kind(value))
    value = st.session_state.get(key, default)
    if value is None:
        assign(key, default)
        return
    try:
        assign(key, kind(spec.check(value)))
    except InputError:
        assign(key, default)


def _put(key: str, value: float | None, link: bool | str) -> None:
    if link:
        address.write(_name(key, link), [] if value is None else f"{value:.15g}")


def slider(
    spec: Parameter, key: str, *, link: bool | str = False, step: float = 0, **more: Any
) -> float:
    """A slider over the range of ``spec``; with ``link`` its value is part of the address.

    Where the low end of the range has no meaning, the slider begins one step above, and a smaller
    value of a link becomes that step. Steps have a round width, unless ``step`` is given.
    """
    step = step or (1 if spec.integer else float(f"{spec.width / STEPS:.1g}"))
    low = spec.low + step if spec.open_low else spec.low
    kind = int if spec.integer else float
    _settle(spec, key, link, kind(spec.default))
    assign(key, kind(max(st.session_state[key], low)))
    value = st.slider(
        spec.label,
        kind(low),
        kind(spec.high),
        step=kind(step),
        key=key,
        help=quoted(spec.description) or None,
        persist_state="session",
        **({"format": "%d" if spec.integer else "%.4g"} | more),
    )
    _put(key, value, link)
    return value


def number(
    spec: Parameter, key: str, *, link: bool | str = False, empty: bool = False, **more: Any
) -> float:
    """A number field over the range of ``spec``, for values that are typed rather than explored.

    A number out of the range is refused by a sentence below the field, which goes back to the value
    that the page uses. With ``link`` the value is part of the address; with ``empty`` the field may
    be empty (None), and is at first.
    """
    kind = int if spec.integer else float
    _settle(spec, key, link, None if empty else kind(spec.default))
    value = _field(spec, key, **more)
    _put(key, value, link)
    return value


def override(
    spec: Parameter,
    own: float,
    value: float | None,
    key: str,
    typed: Callable[[float | None], None],
) -> float | None:
    """A number field that is empty (None) while a value is unchanged; its placeholder is ``own``,
    the unchanged value.

    ``value`` is what the page uses; ``typed`` must change it.
    """
    kind = int if spec.integer else float
    if value is not None:
        value = kind(min(max(value, spec.low), spec.high))
    assign(key, value)
    return _field(spec, key, typed=typed, placeholder=f"{own:.4g}")


def _field(
    spec: Parameter, key: str, typed: Callable[[float | None], None] | None = None, **more: Any
) -> float:
    """A number field without limits of its own: the browser would mark a number beyond them and
    keep it to itself.
    """
    kind = int if spec.integer else float
    st.session_state[_VALID.format(key)] = st.session_state[key]
    steps = {"step": 1, "format": None} if spec.integer else {"step": None, "format": "%.4g"}
    value = st.number_input(
        spec.label,
        kind(-FAR),
        kind(FAR),
        None if st.session_state[key] is None else "min",
        key=key,
        help=quoted(spec.description) or None,
        persist_state="session",
        on_change=_check,
        args=(spec, key, typed),
        **(steps | more),
    )
    if refusal := st.session_state.get(_REFUSED.format(key)):
        st.caption(f":red[{quoted(refusal)}]")
    return value


def _check(spec: Parameter, key: str, typed: Callable[[float | None], None] | None) -> None:
    """Callback of a number field: refuse what is out of the range."""
    value = st.session_state[key]
    st.session_state[_REFUSED.format(key)] = ""
    if value == -FAR:  # emptied
        assign(key, st.session_state[_VALID.format(key)])
        return
    try:
        if value is not None:
            spec.check(value)
    except InputError as error:
        st.session_state[_REFUSED.format(key)] = str(error)
        assign(key, st.session_state[_VALID.format(key)])
        return
    if typed is not None:
        typed(value)


def default_of(spec: Parameter):
    """The default of a spec; the first of its values where the default is none of them."""
    return spec.values[0] if spec.values and spec.default not in spec.values else spec.default


def option(spec: Parameter, key: str):
    """The option of a model or of features: a choice of its values, a switch where only 0 and 1 are
    possible, or a number.
    """
    help = quoted(spec.description) or None
    if spec.values:
        labels = {value: str(value) for value in spec.values}
        index = spec.values.index(default_of(spec))
        return choice(spec.label, labels, key, index=index, help=help)
    if spec.integer and (spec.low, spec.high) == (0, 1):
        return int(toggle(spec.label, key, bool(spec.default), help=help))
    return number(spec, key)


def toggle(
    label: str, key: str, default: bool = False, *, link: bool | str = False, **more: Any
) -> bool:
    """A switch; with ``link`` it is part of the address, as 1 or 0."""
    if link:
        for text in address.read(_name(key, link), address.one_of("01"))[:1]:
            assign(key, text == "1")
    value = st.session_state.get(key)
    assign(key, value if isinstance(value, bool) else default)
    value = st.toggle(label, key=key, persist_state="session", **more)
    if link:
        address.write(_name(key, link), str(int(value)))
    return value


def text(
    label: str, key: str, *, first: str = "", link: bool | str = False, most: int = 80, **more: Any
) -> str:
    """A line of at most ``most`` signs, ``first`` at first; with ``link`` another one than that is
    part of the address.
    """
    if link:
        for linked in address.read(_name(key, link), str)[:1]:
            assign(key, "".join(sign for sign in linked if sign.isprintable())[:most])
    value = st.session_state.get(key)
    assign(key, value if isinstance(value, str) else first)
    value = st.text_input(label, key=key, max_chars=most, persist_state="session", **more)
    if link:
        address.write(_name(key, link), [] if value == first else value)
    return value


def choice(
    label: str,
    options: dict[str, str],
    key: str,
    *,
    link: bool | str = False,
    index: int | None = 0,
    brief: bool = False,
    **more: Any,
) -> str:
    """One of ``options`` (name -> label); at first, and where the session holds no option, the one
    at ``index``, or none (None). With ``brief`` only another one than that is in the address.

    With ``link`` it is part of the address. For data sets, runs and studies, which can be deleted,
    see :mod:`ui.shared.things`.
    """
    _settle_choice(options, key, link, index)
    value = st.selectbox(
        label,
        list(options),
        index=None if index is None else 0,
        format_func=lambda name: options.get(name, name),
        key=key,
        persist_state="session",
        **more,
    )
    _write_choice(value, list(options)[index or 0] if brief else None, key, link)
    return value


def _write_choice(value: str | None, left_out: str | None, key: str, link: bool | str) -> None:
    """Write the chosen name into the address; none, and the one that is left out, delete it."""
    if link:
        address.write(_name(key, link), [] if value in (None, left_out) else value)


def _settle_choice(
    options: dict[str, str], key: str, link: bool | str, index: int | None = 0
) -> None:
    follow_labels(options, key)
    if link:
        for name in address.read(_name(key, link), address.one_of(options))[:1]:
            assign(key, name)
    value = st.session_state.get(key)
    if value not in options:
        value = None if index is None or not options else list(options)[index]
    assign(key, value)


def steps(
    label: str,
    options: dict[str, str],
    key: str,
    *,
    link: bool | str = False,
    index: int = 0,
    **more: Any,
) -> str:
    """One of ``options`` (name -> label) in their order on a slider, at first the one at ``index``;
    with ``link`` it is part of the address.
    """
    _settle_choice(options, key, link, index)
    value = st.select_slider(
        label,
        list(options),
        format_func=lambda name: options.get(name, name),
        key=key,
        persist_state="session",
        **more,
    )
    _write_choice(value, None, key, link)
    return value


def tabs(
    options: dict[str, str],
    key: str,
    *,
    label: str = "View",
    label_visibility: str = "collapsed",
    link: bool | str = True,
    index: int = 0,
    brief: bool = False,
    **more: Any,
) -> str:
    """One of a few options beside each other, chosen by a click, at first the one at ``index``;
    part of the address, with ``brief`` only another one than that.
    """
    _settle_choice(options, key, link, index)
    value = st.segmented_control(
        label,
        list(options),
        format_func=options.get,
        required=True,
        key=key,
        persist_state="session",
        label_visibility=label_visibility,
        **more,
    )
    _write_choice(value, list(options)[index] if brief else None, key, link)
    return value


def several(
    label: str,
    options: dict[str, str],
    key: str,
    *,
    first: list[str] | None = None,
    link: bool | str = False,
    pills: bool = False,
    **more: Any,
) -> list[str]:
    """Any number of ``options`` (name -> label), ``first`` at first; names that are no options (any
    more) are left out.

    With ``link`` the names are part of the address; with ``pills`` the options stand beside each
    other, instead of in a list.
    """
    follow_labels(options, key)
    if link:
        linked = address.read(_name(key, link), address.one_of(options))
        if linked or address.new(_name(key, link)) == [""]:
            assign(key, linked)
    current = st.session_state.get(key)
    if current is None:
        current = first or []
    assign(key, [name for name in current if name in options])
    draw = st.pills if pills else st.multiselect
    names = draw(
        label,
        list(options),
        format_func=lambda name: options.get(name, name),
        key=key,
        persist_state="session",
        **({"selection_mode": "multi"} if pills else {}),
        **more,
    )
    if link:
        # An empty value differs from a missing one, which stands for the first choice
        address.write(_name(key, link), list(names) or ([""] if first else []))
    return list(names)
