"""The choices behind a run in words: data set, features, model and all their options.

Features and models are imported when a choice needs their words: with them comes scikit-learn, and
whoever only reads runs does without.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nmr_core.errors import InputError
from nmr_core.experiment import PHYSICAL
from nmr_core.learning.manifest import RunManifest
from nmr_core.parameters import Parameter
from nmr_core.sequences import SEQUENCES
from nmr_core.symmetries import SYMMETRIES

LABELS = {
    "dataset": "data set",
    "preset": "preset",
    "featurizer": "features",
    "model": "model",
    "recipe": "recipe",
    "targets": "parameters",
    "classes": "classes",
    "symmetries": "symmetries",
    "n_train": "training echoes",
    "n_test": "test echoes",
    "fresh": "echoes simulated for the training",
    "weighted": "fitted by weights, to the stated prior",
    "split": "test part",
    "seed": "seed",
    "stream": "trained from batches",
}
"""Entry of a manifest -> words, in the order of the list."""
NUMBERS = ("n_train", "n_test", "fresh", "split", "seed")
YES_NO = {0: "no", 1: "yes"}


@dataclass(frozen=True)
class Choice:
    """One choice behind a run.

    Attributes
    ----------
    label : str
        In words, such as "features: whiten".
    value : float or str
        A number, or words.
    log : bool
        Whether a number is best drawn on a logarithmic axis.
    """

    label: str
    value: float | str
    log: bool = False


def choices(manifest: RunManifest, defaults: bool = True) -> dict[str, Choice]:
    """Return all choices behind a run.

    Parameters
    ----------
    manifest : RunManifest
        Of the run.
    defaults : bool
        Whether options that the manifest does not name are listed, with their default.

    Returns
    -------
    dict of str to Choice
        By entry, such as "featurizer_options.whiten" or "settings.0.tau".
    """
    words = {
        "dataset": manifest.dataset_title,
        "featurizer": features_name(manifest.featurizer),
        "model": model_name(manifest.model),
        "targets": ", ".join(spec["symbol"] for spec in manifest.targets.values()),
        "classes": ", ".join(manifest.classes),
        "symmetries": ", ".join(map(_symmetry, manifest.symmetries)),
        "stream": YES_NO[bool(manifest.stream)],
        "weighted": YES_NO[bool(manifest.weighted)],
    }
    entries = {
        name: Choice(label, words.get(name, getattr(manifest, name)), name == "n_train")
        for name, label in LABELS.items()
    }
    features = _options(
        manifest.featurizer_options, _specs_of_features(manifest.featurizer), defaults
    )
    model = _options(manifest.model_options, _specs_of_model(manifest.model), defaults)
    entries |= {
        f"featurizer_options.{name}": _option("features", *own) for name, own in features.items()
    }
    entries |= {f"model_options.{name}": _option("model", *own) for name, own in model.items()}
    for number, setting in enumerate(manifest.settings):
        several = f" {number + 1}" if len(manifest.settings) > 1 else ""
        for name, value in setting.items():
            label = f"acquisition{several}: {_field(name)}"
            text = _sequence(value) if name == "sequence" else _plain(value)
            entries[f"settings.{number}.{name}"] = Choice(label, text)
    for package, version in manifest.versions.items():
        entries[f"versions.{package}"] = Choice(f"version of {package}", str(version))
    return entries


def model_name(name: str) -> str:
    """Return the label of a model, its name where it is not registered."""
    from nmr_core.models import MODELS

    return MODELS[name].label if name in MODELS else name


def features_name(name: str) -> str:
    """Return the label of features or of a stack, the name where one is not registered."""
    from nmr_core import features

    is_registered = all(part in features.FEATURIZERS for part in name.split("+"))
    return features.label(name) if is_registered else name


def _specs_of_model(name: str) -> list[Parameter]:
    from nmr_core.models import MODELS

    return list(MODELS[name].parameters) if name in MODELS else []


def _symmetry(name: str) -> str:
    return SYMMETRIES[name].label if name in SYMMETRIES else name


def _sequence(name: str) -> str:
    return SEQUENCES[name].label if name in SEQUENCES else name


def _specs_of_features(name: str) -> list[Parameter]:
    from nmr_core.features.registry import space

    try:
        return list(space(name))
    except InputError:
        return []


def _options(
    stored: Mapping[str, Any], specs: Sequence[Parameter], defaults: bool
) -> dict[str, tuple[str, Any, Parameter | None]]:
    """Name, value and specification of each option."""
    by_name = {spec.name: spec for spec in specs}
    values = {name: spec.default for name, spec in by_name.items()} if defaults else {}
    return {
        name: (name, value, by_name.get(name)) for name, value in (values | _flat(stored)).items()
    }


def _flat(options: Mapping[str, Any]) -> dict[str, Any]:
    """{"polynomial": {"order": 3}} -> {"polynomial.order": 3}."""
    flat: dict[str, Any] = {}
    for name, value in options.items():
        if isinstance(value, Mapping):
            flat |= {f"{name}.{inner}": entry for inner, entry in value.items()}
        else:
            flat[name] = value
    return flat


def _option(noun: str, name: str, value: Any, spec: Parameter | None) -> Choice:
    part, _, own = name.rpartition(".")
    place = f"{noun}, {part.replace('_', ' ')}" if part else noun
    if spec is None:
        return Choice(f"{place}: {own.replace('_', ' ')}", _plain(value))
    if spec.integer and (spec.low, spec.high) == (0, 1):
        return Choice(f"{place}: {spec.label}", YES_NO[bool(value)])
    return Choice(f"{place}: {spec.label}", _plain(value), spec.scale == "log")


def _field(name: str) -> str:
    return PHYSICAL[name].label if name in PHYSICAL else name.replace("_", " ")


def _plain(value: Any) -> float | str:
    if isinstance(value, bool):
        return YES_NO[value]
    if isinstance(value, int | float):
        return value
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def value_text(value: float | str) -> str:
    """Return a value for a table: at most 6 digits."""
    return value if isinstance(value, str) else f"{value:.6g}"
