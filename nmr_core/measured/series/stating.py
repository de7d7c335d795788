"""A series whose echoes know what was given of their protocol."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from nmr_core.measured.acquired import stated
from nmr_core.measured.series.series import Item, Series

Given = Mapping[str, float | str | None]


def stated_series(series: Series, given: Callable[[Item], Given] | None = None) -> Series:
    """Return a series whose echoes hold given numbers, and their own tau where it is swept.

    Parameters
    ----------
    series : Series
        With or without a swept quantity.
    given : callable, optional
        Item -> fields of :class:`nmr_core.measured.acquired.Acquired`; None counts as not given.
    """
    is_tau = series.quantity is not None and series.quantity.name == "tau"

    def one(item: Item) -> Item:
        if item.measurement is None:
            return item
        values = {} if given is None else dict(given(item))
        if is_tau and item.value is not None and item.value > 0:
            values["tau"] = item.value
        return replace(item, measurement=stated(item.measurement, **values))

    return replace(series, items=tuple(one(item) for item in series.items))
