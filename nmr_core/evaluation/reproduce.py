"""Python and command line that make data sets and runs again on any machine."""

import shlex
from collections.abc import Callable, Sequence
from typing import Any

from nmr_core.datasets import EchoDataset, load_dataset
from nmr_core.datasets.recipe import recipe
from nmr_core.errors import FailedError, InputError
from nmr_core.learning.run import Run

GONE = """import nmr_core as nmr

# This data set has been deleted; its recipe is not known any more
dataset = nmr.load_dataset({id!r})"""


def dataset_of(run: Run) -> EchoDataset | None:
    """Return the data set of a run, None if it is gone or another one has its id."""
    try:
        dataset = load_dataset(run.manifest.dataset)
    except (InputError, FailedError):
        return None
    return dataset if len(dataset) > int(run.predictions["sample"].max()) else None


def reproduction(
    runs: Sequence[Run], opened: Callable[[Run], EchoDataset | None] = dataset_of
) -> tuple[str, str]:
    """Return the lines that make the data sets and train the runs again.

    A generated data set is made again from its preset, options and seed, so that the lines run on
    any machine; an imported one from its file.

    Parameters
    ----------
    runs : sequence of Run
        In any order.
    opened : callable
        Returns the data set of a run, None if it is gone.

    Returns
    -------
    python, command : str
    """
    by_dataset: dict[str, list[Run]] = {}
    for run in runs:
        by_dataset.setdefault(run.manifest.dataset, []).append(run)
    parts, commands = [], []
    for id, group in by_dataset.items():
        dataset = opened(group[0])
        if dataset is None:
            parts.append(GONE.format(id=id))
        else:
            python, command = recipe(dataset)
            parts.append(python)
            commands.append(command)
        for run in group:
            title = " ".join(run.manifest.title.split())
            call = python_of(run).replace(f"nmr.load_dataset({id!r})", "dataset")
            parts.append(f"# {title}\nrun = {call}\nprint(run.scores)")
            commands.append(command_of(run))
    return "\n\n".join(parts), "\n".join(commands)


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
    entries |= {"weighted": True} if m.weighted else {}
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
    words += ["--weighted"] if m.weighted else []
    words += ["--symmetries" if m.symmetries else "--no-symmetries"]
    return "python -m nmr_core " + shlex.join(
        [*words, "--split", f"{m.split:g}", "--seed", str(m.seed)]
    )
