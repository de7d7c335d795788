"""The choice of a challenge, by its id in the address."""

from typing import TYPE_CHECKING

from ui.challenge import cached
from ui.shared import address, gone, inputs, pages, things

if TYPE_CHECKING:
    from nmr_core.challenge import Challenge

KEY = "challenge"


def challenge() -> "Challenge | None":
    """The chosen challenge, at first the newest; None without any."""
    present = _present()
    missing = [id for id in address.new(KEY)[:1] if id and id not in present]
    if missing:  # it may be younger than the list
        cached.refresh()
        present = _present()
    if missing and missing[0] not in present:
        gone.absent(f"There is no challenge {missing[0][:60]} here.")
        address.accept(KEY)
    if not present:
        return None
    options = things.labels({id: one.title for id, one in present.items()})
    if len(options) == 1:
        id = next(iter(options))
        address.write(KEY, id)
    else:
        id = inputs.choice("Challenge", options, KEY, link=True)
    pages.name_tab(present[id].title)
    return present[id]


def _present() -> "dict[str, Challenge]":
    return {one.id: one for one in cached.challenges()}
