"""Several settings of one sample in formats that only hold rows."""

import numpy as np
import pandas as pd

from nmr_core.io.formats._format import Foreign


def grouped(table: pd.DataFrame, fields: tuple[str, ...]) -> tuple[int, list[dict[str, float]]]:
    """Return the settings if consecutive rows are echoes of one sample.

    Parameters
    ----------
    table : DataFrame
        Parameters, one row per curve.
    fields : tuple of str
        Fields of the protocol that may differ from setting to setting.

    Returns
    -------
    n_settings : int
        Rows per sample: groups of equal size with the same material and the same fields in each
        group; else 1.
    settings : list of dict of str to float
        Values of the fields that differ; [{}] for one setting.
    """
    single: tuple[int, list[dict[str, float]]] = 1, [{}]
    material = table.drop(columns=list(fields)).to_numpy()
    pulses = table[list(fields)].to_numpy()

    # A group begins where the material changes
    begins = np.flatnonzero(np.r_[True, (material[1:] != material[:-1]).any(axis=1)])
    n_groups = len(begins)
    n_settings = len(table) // n_groups
    equal_sizes = len(table) == n_settings * n_groups and np.array_equal(
        begins, np.arange(0, len(table), n_settings)
    )
    if n_settings == 1 or not equal_sizes:
        return single

    # Each group has the same, different settings
    first = pulses[:n_settings]
    same_in_each = np.array_equal(pulses, np.tile(first, (n_groups, 1)))
    if not same_in_each or len(np.unique(first, axis=0)) < n_settings:
        return single
    varying = [k for k in range(len(fields)) if len(set(first[:, k])) > 1]
    return n_settings, [{fields[k]: float(row[k]) for k in varying} for row in first]


def regrouped(
    table: pd.DataFrame, signals: np.ndarray, fields: tuple[str, ...]
) -> tuple[pd.DataFrame, np.ndarray, list[dict[str, float]], list[str]]:
    """Return the samples of a file with one row per curve.

    Returns
    -------
    parameters : DataFrame
        One row per sample.
    signals : complex array (n_samples, n_settings, n_times)
    settings : list of dict of str to float
    notes : list of str
    """
    n_settings, settings = grouped(table, fields)
    signals = signals.reshape(-1, n_settings, signals.shape[-1])
    if n_settings == 1:
        return table, signals, settings, []
    names = list(settings[0])
    parameters = table.iloc[::n_settings].drop(columns=names).reset_index(drop=True)
    note = (
        f"Every {n_settings} rows share their material: they are read as {n_settings} settings "
        f"({', '.join(names)}) of one sample."
    )
    return parameters, signals, settings, [note]


def flattened(foreign: Foreign, fields: tuple[str, ...]) -> pd.DataFrame:
    """Return parameters with one row per curve, and the ``fields`` of its setting."""
    n_settings = len(foreign.settings)
    index = foreign.parameters.index.repeat(n_settings)
    table = foreign.parameters.loc[index].reset_index(drop=True)
    for name in fields:
        if name in foreign.settings[0]:
            values = [float(setting[name]) for setting in foreign.settings]
            table[name] = np.tile(values, len(foreign))
    return table


def note_on_lost_fields(foreign: Foreign, fields: tuple[str, ...]) -> list[str]:
    """Return a note on fields of the settings for which a format has no place."""
    lost = sorted({name for setting in foreign.settings for name in setting} - set(fields))
    return [f"This format has no place for {', '.join(lost)} of the settings."] if lost else []
