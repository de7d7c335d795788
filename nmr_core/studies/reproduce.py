"""The lines that make a study again."""

import shlex

from nmr_core.evaluation.reproduce import recipe_words
from nmr_core.studies.kinds import STUDIES
from nmr_core.studies.record import Study


def _said(study: Study) -> dict:
    """Settings that are not the kind's own."""
    usual = STUDIES[study.kind].checked({}) if study.kind in STUDIES else {}
    return {name: value for name, value in study.settings.items() if value != usual.get(name)}


def python_of(study: Study) -> str:
    """A call of :func:`nmr_core.study`."""
    recipe = study.recipe
    entries = {
        "targets": list(study.targets),
        "featurizer": recipe["featurizer"],
        "featurizer_options": recipe["featurizer_options"],
        "model": recipe["model"],
        "model_options": recipe["model_options"],
        "symmetries": bool(recipe.get("symmetries")),
        "split": study.split,
        "seed": study.seed,
    } | _said(study)
    entries |= {"weighted": True} if recipe.get("weighted") else {}
    words = ",\n                  ".join(
        f"{name}={value!r}" for name, value in entries.items() if value != {}
    )
    return (
        "import nmr_core as nmr\n\n"
        f"study = nmr.study({study.kind!r}, nmr.load_dataset({study.dataset!r}),\n"
        f"                  {words})\n"
        "print(study.sentence)\n"
        "print(study.table())"
    )


def command_of(study: Study) -> str:
    """The same on the command line."""
    recipe = study.recipe
    words = [
        "study",
        study.kind,
        study.dataset,
        "--targets",
        ",".join(study.targets),
        *recipe_words(
            recipe["featurizer"],
            recipe["featurizer_options"],
            recipe["model"],
            recipe["model_options"],
        ),
    ]
    words += [] if recipe.get("symmetries") else ["--no-symmetries"]
    words += ["--weighted"] if recipe.get("weighted") else []
    for name, value in _said(study).items():
        flag = {"option": "vary", "options": "search"}.get(name, name)
        words += [f"--{flag}", ",".join(map(str, value)) if isinstance(value, list) else str(value)]
    return "python -m nmr_core " + shlex.join(
        [*words, "--split", f"{study.split:g}", "--seed", str(study.seed)]
    )
