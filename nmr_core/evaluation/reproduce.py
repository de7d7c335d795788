"""Python and command line that train a run again."""

import shlex
from typing import Any

from nmr_core.learning.run import Run


def python_of(run: Run) -> str:
    """Call of :func:`nmr_core.train` that trains a run again."""
    m = run.manifest
    entries = {
        "targets": list(m.targets),
        "featurizer": m.featurizer,
        "featurizer_options": m.featurizer_options,
        "model": m.model,
        "model_options": m.model_options,
        "split": m.split,
        "seed": m.seed,
        "symmetries": bool(m.symmetries),
    }
    entries |= {"stream": True} if m.stream else {}
    entries |= {"fresh": m.fresh} if m.fresh else {}
    arguments = [f"{name}={value!r}" for name, value in entries.items() if value != {}]
    lines = ",\n          ".join(arguments)
    return f"nmr.train(nmr.load_dataset({m.dataset!r}), {lines})"


def recipe_words(
    featurizer: str, featurizer_options: dict, model: str, model_options: dict
) -> list[str]:
    """Featurizer and model as arguments of a command; "" leaves one out."""
    options = dict(featurizer_options)
    words = ["--featurizer", featurizer] if featurizer else []
    if channels := options.pop("channels", None):
        words += ["--channels", ",".join(channels)]
    if window := options.pop("window", None):
        words += ["--window", "{}:{}".format(*window)]
    for name, value in options.items():
        words += ["--feature-option", f"{name}={_text(value)}"]
    words += ["--model", model] if model else []
    for name, value in model_options.items():
        words += ["--option", f"{name}={_text(value)}"]
    return words


def _text(value: Any) -> str:
    return ",".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def command_of(run: Run) -> str:
    """Command that trains a run again."""
    m = run.manifest
    words = [
        "train",
        m.dataset,
        "--targets",
        ",".join(m.targets),
        *recipe_words(m.featurizer, m.featurizer_options, m.model, m.model_options),
    ]
    words += ["--stream"] if m.stream else []
    words += ["--fresh", str(m.fresh)] if m.fresh else []
    words += ["--symmetries" if m.symmetries else "--no-symmetries"]
    return "python -m nmr_core " + shlex.join(
        [*words, "--split", f"{m.split:g}", "--seed", str(m.seed)]
    )
