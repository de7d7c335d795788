"""Several echoes of one sample in files that only know rows: consecutive rows of the same
material.
"""

import numpy as np
import pandas as pd

from nmr_core.io.formats._format import Foreign


def grouped(table: pd.DataFrame, fields: tuple[str, ...]) -> tuple[int, list[dict[str, float]]]:
    """(n_settings, settings): if the rows come in groups of equal size that agree in all but
    ``fields`` (pulses), and
    whose pulses are those of every other group, a group is a sample. Else (1, [{}])."""
    material = table.drop(columns=list(fields)).to_numpy()
    pulses = table[list(fields)].to_numpy()
    begins = np.flatnonzero(np.r_[True, (material[1:] != material[:-1]).any(axis=1)])
    n_settings = len(table) // len(begins)
    alike = np.array_equal(begins, np.arange(0, len(table), n_settings)) and len(
        table
    ) == n_settings * len(begins)
    if n_settings == 1 or not alike:
        return 1, [{}]
    first = pulses[:n_settings]
    if (
        not np.array_equal(pulses, np.tile(first, (len(begins), 1)))
        or len(np.unique(first, axis=0)) < n_settings
    ):
        return 1, [{}]
    varying = [k for k in range(len(fields)) if len(set(first[:, k])) > 1]
    return n_settings, [{fields[k]: float(row[k]) for k in varying} for row in first]


def regrouped(table: pd.DataFrame, signals: np.ndarray, fields: tuple[str, ...]):
    """(parameters, signals (n_samples, n_settings, n_times), settings, notes) of curves that came a
    row each.
    """
    n_settings, settings = grouped(table, fields)
    curves = signals.reshape(-1, n_settings, signals.shape[-1])
    if n_settings == 1:
        return table, curves, settings, []
    return (
        table.iloc[::n_settings].drop(columns=list(settings[0])).reset_index(drop=True),
        curves,
        settings,
        [
            f"Every {n_settings} rows share their material: they are read as {n_settings} settings "
            f"({', '.join(settings[0])}) of one sample."
        ],
    )


def flattened(foreign: Foreign, fields: tuple[str, ...]) -> pd.DataFrame:
    """Parameters with one row per curve: each sample once per setting, with that setting's
    ``fields``.
    """
    n = len(foreign.settings)
    table = foreign.parameters.loc[foreign.parameters.index.repeat(n)].reset_index(drop=True)
    for name in fields:
        if name in foreign.settings[0]:
            table[name] = np.tile(
                [float(setting[name]) for setting in foreign.settings], len(foreign)
            )
    return table


def not_held(foreign: Foreign, fields: tuple[str, ...]) -> list[str]:
    """Fields of the settings for which a format has no place, as a note."""
    lost = sorted({name for setting in foreign.settings for name in setting} - set(fields))
    return [f"This format has no place for {', '.join(lost)} of the settings."] if lost else []
