"""Pinned echoes: up to six that stay in the plot, as part of the page's address."""

from contextlib import suppress

import streamlit as st

from nmr_core.errors import InputError
from ui.shared import address, picture_cost
from ui.shared.query import EchoQuery
from ui.shared.text import quoted

MOST = 6
KEY = "pin"


def pinned() -> list[EchoQuery]:
    """Return the pinned echoes, oldest first; unreadable lines of the address are dropped."""
    pins: list[EchoQuery] = []
    for text in address.remembered(KEY)[:MOST]:
        with suppress(InputError):
            pins.append(EchoQuery.read(text))
    return pins


def affordable(pins: list[EchoQuery], current: EchoQuery) -> list[EchoQuery]:
    """Return the first pins that can be drawn beside the current echo; name the others.

    A link can pin echoes that take minutes.
    """
    for n in range(len(pins), 0, -1):
        cost = picture_cost.of_echoes(pin.experiment for pin in (current, *pins[:n]))
        if cost.fits:
            break
        st.info(
            f"Pinned echo {n} is not drawn: with it, the plot takes {cost.text}, too much for a "
            f"page. Simulate it on the command line: `{pins[n - 1].command}`"
        )
    else:
        return []
    return pins[:n]


def labelled(pins: list[EchoQuery], current: EchoQuery) -> dict[str, EchoQuery]:
    """Return pinned echoes by label, such as "1 · α = 0.1": how they differ from the current."""
    return {f"{k} · {pin.differences(current)}": pin for k, pin in enumerate(pins, 1)}


def buttons(pins: dict[str, EchoQuery], current: EchoQuery) -> None:
    """Show the buttons that pin the current echo and remove pins, one or all."""
    several = list(pins.values())
    st.button(
        "Pin",
        icon=":material/keep:",
        key="pin-this",
        on_click=_write,
        args=([*several, current],),
        disabled=len(several) >= MOST or current in several,
        help=f"Keep this echo in the plot to compare with (up to {MOST}). The small differences "
        "under the numbers refer to the last pinned echo.",
    )
    if not pins:
        return
    with st.popover("Remove pins", icon=":material/keep_off:"):
        for k, label in enumerate(pins):
            rest = several[:k] + several[k + 1 :]
            st.button(
                quoted(label),
                key=f"pin-remove-{k}",
                icon=":material/close:",
                type="tertiary",
                on_click=_write,
                args=(rest,),
            )
        st.button("Remove all", key="pin-clear", on_click=_write, args=([],))


def _write(pins: list[EchoQuery]) -> None:
    address.remember(KEY, [pin.text for pin in pins])
