"""Targets: the numbers or the class that a model predicts, checked before anything is trained."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from pandas.api.types import is_numeric_dtype

from nmr_core.datasets.dataset import EchoDataset
from nmr_core.errors import InputError
from nmr_core.samples import N_REDRAWN
from nmr_core.weights import WEIGHT

Description = dict[str, str | float]
"""label, symbol, unit, low, high of a target."""

NO_TARGETS = {
    N_REDRAWN: "counts the draws that were thrown away",
    WEIGHT: "is the weight of a sample for means over the prior",
}
"""Columns of a data set that no model predicts: name -> what they are."""


@dataclass(frozen=True)
class TargetSpec:
    """The targets of a training.

    Attributes
    ----------
    names : tuple of str
        Columns of the data set.
    task : str
        "regression", or "classification" of a single column.
    y : array
        float64 (n_samples, n_targets), or text (n_samples,).
    classes : tuple of str
        Sorted; empty in a regression.
    """

    names: tuple[str, ...]
    task: str
    y: np.ndarray
    classes: tuple[str, ...] = ()

    def values(self, parameters: pd.DataFrame) -> np.ndarray:
        """The same targets of other samples, with the shape of ``y``."""
        if self.task == "classification":
            return parameters[self.names[0]].to_numpy().astype(str)
        return parameters[list(self.names)].to_numpy(float)


def select_targets(dataset: EchoDataset, names: Sequence[str] | None) -> TargetSpec:
    """The targets of a data set.

    Parameters
    ----------
    dataset : EchoDataset
        Signals with their parameters.
    names : sequence of str or None
        Columns of ``dataset.parameters``: numbers, or one column of text; None: all numbers that
        the preset draws, or, without a preset, that vary.

    Raises
    ------
    InputError
        If a column does not exist, is constant or incomplete, or if a class is combined with other
        targets.
    """
    if len(dataset) < 2:
        raise InputError(
            "The data set has one sample, which cannot be both trained on and tested. Use a larger "
            "data set."
        )
    names = _checked_names(dataset, names)
    text = [name for name in names if not is_numeric_dtype(dataset.parameters[name])]
    if text and len(names) > 1:
        others = ", ".join(name for name in names if name != text[0])
        raise InputError(
            f"{text[0]} is text, so its values are classes, and a class is predicted alone; got "
            f"{others} too. "
            "Train a run for each."
        )
    _refuse_missing(dataset, names)
    _refuse_constant(dataset, names)
    if text:
        y = dataset.parameters[text[0]].to_numpy().astype(str)
        return TargetSpec((text[0],), "classification", y, tuple(sorted(set(y.tolist()))))
    return TargetSpec(tuple(names), "regression", dataset.parameters[names].to_numpy(float))


def target_choices(dataset: EchoDataset) -> tuple[str, ...]:
    """Columns that can be predicted: numbers that vary, then texts (classes) that do."""
    text = dataset.parameters.select_dtypes(exclude="number")
    return dataset.targets + tuple(name for name in text if text[name].nunique() > 1)


def numbers_beside(dataset: EchoDataset, rows: np.ndarray, classes: np.ndarray) -> pd.DataFrame:
    """Numbers of some samples that a model may learn beside the class of each.

    These are the numbers that all of them have and that vary within every class; ``classes`` are
    labels (n_rows,).
    """
    numbers = dataset.parameters[list(dataset.targets)].iloc[rows]
    use = numbers.notna().all() & (numbers.groupby(classes).nunique() > 1).all()
    return numbers.loc[:, use]


def describe_targets(dataset: EchoDataset, targets: TargetSpec) -> dict[str, Description]:
    """Label, symbol, unit and range (none of a class) of each target, as stored in a manifest."""
    return {name: _describe(dataset, name, targets) for name in targets.names}


def _checked_names(dataset: EchoDataset, names: Sequence[str] | None) -> list[str]:
    """Columns without duplicates; the default where ``names`` is None."""
    if names is None:
        numbers = dataset.parameters.select_dtypes("number")
        default = dataset.preset.drawn.names if dataset.preset else dataset.targets
        names = [name for name in default if name in numbers]
    unknown = [name for name in names if name not in dataset.parameters]
    if unknown or not names:
        raise InputError(
            f"The data set has no target {', '.join(map(repr, unknown)) or '(none was given)'}; "
            f"it has {', '.join(target_choices(dataset)) or 'none that varies'}."
        )
    for name, reason in NO_TARGETS.items():
        if name in names:
            raise InputError(
                f"{name} {reason}: no echo depends on it. Choose among "
                f"{', '.join(target_choices(dataset))}."
            )
    return list(dict.fromkeys(names))


def _refuse_missing(dataset: EchoDataset, names: Sequence[str]) -> None:
    for name in names:
        values = dataset.parameters[name]
        if is_numeric_dtype(values):
            bad, what = ~np.isfinite(values.to_numpy(float)), "holds NaN or infinity"
        else:
            bad, what = values.isna() | (values.astype(str).str.strip() == ""), "is missing"
        if bad.any():
            raise InputError(
                f"{name} {what} in {int(bad.sum())} of {len(values)} samples. Remove them, or "
                "choose another target."
            )


def _refuse_constant(dataset: EchoDataset, names: Sequence[str]) -> None:
    choices = target_choices(dataset)
    for name in names:
        if name not in choices:
            others = ", ".join(choices) or "other data sets: nothing varies in this one"
            raise InputError(
                f"{name} is the same in every sample, so there is nothing to learn. Choose among "
                f"{others}."
            )


def _describe(dataset: EchoDataset, name: str, targets: TargetSpec) -> Description:
    spec = dataset.spec(name)
    if targets.task == "classification":
        unit, low, high = "", 0, len(targets.classes) - 1
    elif math.isfinite(spec.low) and spec.width > 0:
        unit, low, high = spec.unit, spec.low, spec.high
    else:
        raise InputError(f"{name} has no range to weigh its error by. Choose another target.")
    return {"label": spec.label, "symbol": spec.symbol, "unit": unit, "low": low, "high": high}
