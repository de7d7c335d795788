"""What is to be predicted: numbers or a class, checked before anything else is done."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from pandas.api.types import is_numeric_dtype

from nmr_core.datasets.dataset import EchoDataset
from nmr_core.errors import InputError
from nmr_core.samples import N_REDRAWN


@dataclass(frozen=True)
class TargetSpec:
    """Targets of a training.

    names   : columns of the data set
    task    : "regression" or "classification" (then there is one name)
    y       : float64 (n_samples, n_targets), or text (n_samples,)
    classes : sorted, () of a regression
    """

    names: tuple[str, ...]
    task: str
    y: np.ndarray
    classes: tuple[str, ...] = ()

    def of(self, parameters: pd.DataFrame) -> np.ndarray:
        """The same targets of other samples, shaped as ``y``."""
        if self.task == "classification":
            return parameters[self.names[0]].to_numpy().astype(str)
        return parameters[list(self.names)].to_numpy(float)


def select_targets(dataset: EchoDataset, names: Sequence[str] | None) -> TargetSpec:
    """The targets ``names`` (None: all numbers that the preset draws, or that vary); :class:`InputError` says why one cannot be
    learned."""
    if len(dataset) < 2:
        raise InputError(
            "The data set has one sample, which cannot be both trained on and tested. Use a larger data set."
        )
    names = _named(dataset, names)
    text = [name for name in names if not is_numeric_dtype(dataset.parameters[name])]
    if text and len(names) > 1:
        others = ", ".join(name for name in names if name != text[0])
        raise InputError(
            f"{text[0]} is text, so its values are classes, and a class is predicted alone; got {others} too. "
            "Train a run for each."
        )
    _refuse_missing(dataset, names)
    _refuse_constant(dataset, names)
    if text:
        y = dataset.parameters[text[0]].to_numpy().astype(str)
        return TargetSpec((text[0],), "classification", y, tuple(sorted(set(y.tolist()))))
    return TargetSpec(tuple(names), "regression", dataset.parameters[names].to_numpy(float))


def _named(dataset: EchoDataset, names: Sequence[str] | None) -> list[str]:
    numbers = dataset.parameters.select_dtypes("number")
    if names is None:
        names = [
            name
            for name in (dataset.preset.drawn.names if dataset.preset else dataset.targets)
            if name in numbers
        ]
    unknown = [name for name in names if name not in dataset.parameters]
    if unknown or not names:
        raise InputError(
            f"The data set has no target {', '.join(map(repr, unknown)) or '(none was given)'}; "
            f"it has {', '.join(target_choices(dataset)) or 'none that varies'}."
        )
    if N_REDRAWN in names:
        raise InputError(
            f"{N_REDRAWN} counts the draws that were thrown away: no echo depends on it. "
            f"Choose among {', '.join(target_choices(dataset))}."
        )
    return list(dict.fromkeys(names))


def target_choices(dataset: EchoDataset) -> tuple[str, ...]:
    """What can be learned: numbers that vary, then texts (classes) that do."""
    text = dataset.parameters.select_dtypes(exclude="number")
    return dataset.targets + tuple(name for name in text if text[name].nunique() > 1)


def _refuse_missing(dataset: EchoDataset, names: Sequence[str]) -> None:
    for name in names:
        values = dataset.parameters[name]
        if not is_numeric_dtype(values):
            bad, what = values.isna() | (values.astype(str).str.strip() == ""), "is missing"
        else:
            bad, what = ~np.isfinite(values.to_numpy(float)), "holds NaN or infinity"
        if bad.any():
            raise InputError(
                f"{name} {what} in {int(bad.sum())} of {len(values)} samples. Remove them, or choose "
                "another target."
            )


def _refuse_constant(dataset: EchoDataset, names: Sequence[str]) -> None:
    for name in names:
        if name not in target_choices(dataset):
            raise InputError(
                f"{name} is the same in every sample, so there is nothing to learn. "
                f"Choose among {', '.join(target_choices(dataset)) or 'other data sets: nothing varies in this one'}."
            )


def describe_targets(dataset: EchoDataset, found: TargetSpec) -> dict[str, dict]:
    """Name -> label, symbol, unit, low, high of each target, as a run's manifest keeps them; a class has no range."""
    return {name: _describe(dataset, name, found) for name in found.names}


def _describe(dataset: EchoDataset, name: str, found: TargetSpec) -> dict:
    spec = dataset.spec(name)
    if found.task == "classification":
        return {
            "label": spec.label,
            "symbol": spec.symbol,
            "unit": "",
            "low": 0,
            "high": len(found.classes) - 1,
        }
    if not (math.isfinite(spec.low) and spec.width > 0):
        raise InputError(f"{name} has no range to weigh its error by. Choose another target.")
    return {
        "label": spec.label,
        "symbol": spec.symbol,
        "unit": spec.unit,
        "low": spec.low,
        "high": spec.high,
    }
