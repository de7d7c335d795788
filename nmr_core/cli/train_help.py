"""Epilog of ``train --help``: examples, and the registries of recipes, models and featurizers."""

from typing import Any

from nmr_core.cli.output import columns_explained
from nmr_core.extras import install_command

EXAMPLE = """example:
  python -m nmr_core train ds-20261121-031502-5f3a --targets alpha,p,d \\
      --featurizer polynomial --model ridge
  python -m nmr_core train example-ml4sci-2020 --model mlp \\
      --option width_1=64 --option width_2=32 --window 0:300
  python -m nmr_core train example-ml4sci-2020 --recipe giesting_512_256
  python -m nmr_core train ds-20261121-031502-5f3a --model mlp --fresh 100000
  python -m nmr_core train ds-20261121-031502-5f3a --targets kernel --model extra_trees

The run is saved in the data folder. A wrong name of a target, featurizer, model or option lists
the right ones. A target that is text, such as the kernel of a joined data set, is a class."""


def epilog() -> str:
    """Examples, recipes, models by family, and featurizers, with the extras that they need."""
    from nmr_core.features import FEATURIZERS
    from nmr_core.models import MODELS
    from nmr_core.models.recipes import RECIPES

    families: dict[str, dict[str, Any]] = {}
    for entry in MODELS.values():
        families.setdefault(entry.family, {})[entry.name] = entry
    return "\n\n".join(
        [
            EXAMPLE,
            columns_explained("r2_interval", "rmse", "rmse_percent", "mse_w2", "skill"),
            _listed("recipes (--recipe)", RECIPES),
            *(
                _listed(f"models (--model), {family}", entries)
                for family, entries in families.items()
            ),
            _listed(
                "featurizers (--featurizer), or a stack of them: polynomial+echo_shape", FEATURIZERS
            ),
        ]
    )


def _listed(title: str, entries: dict) -> str:
    width = max(map(len, entries), default=0)
    return "\n".join(
        [
            f"{title}:",
            *(
                f"  {name:<{width}}  {entry.label}{_extra(entry)}"
                for name, entry in entries.items()
            ),
        ]
    )


def _extra(entry: Any) -> str:
    extra = getattr(entry, "requires", "")
    return f" (needs {install_command(extra)})" if extra else ""
