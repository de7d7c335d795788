"""The kinds of study.

A new one is a file with SETTINGS, ``sizes`` and ``run``, and an entry here.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import ModuleType

from nmr_core.errors import InputError
from nmr_core.parameters import ParameterSpace
from nmr_core.studies import (
    cross_validation,
    learning_curve,
    sanity,
    search,
    seeds,
    validation_curve,
)
from nmr_core.studies.steps import Steps
from nmr_core.studies.subject import Subject


@dataclass(frozen=True)
class StudyKind:
    """A registered kind.

    Parameters
    ----------
    name, label, description : str
    module : module
        With SETTINGS, ``sizes`` and ``run``.
    reduce : str
        What makes a study of this kind shorter, in words.
    more : tuple of (str, object)
        Settings that are texts or lists, with their defaults.
    """

    name: str
    label: str
    description: str
    module: ModuleType
    reduce: str
    more: tuple[tuple[str, object], ...] = ()

    @property
    def settings(self) -> ParameterSpace:
        """Its numbers and choices."""
        return self.module.SETTINGS

    @property
    def sizes(self) -> Callable[[Subject, dict], Sequence[int]]:
        """(subject, settings) -> curves of each fit."""
        return self.module.sizes

    @property
    def run(self) -> Callable[[Steps, dict], dict]:
        """(steps, settings) -> summary; rows go to the steps."""
        return self.module.run

    def checked(self, given: dict) -> dict:
        """All settings; the default of one that is not given.

        Raises
        ------
        InputError
            An unknown name or a wrong value.
        """
        extra = dict(self.more)
        for name in given:
            if name not in self.settings and name not in extra:
                raise InputError(
                    f"The study {self.name} has no setting {str(name)[:60]!r}; it has "
                    f"{', '.join([*self.settings.names, *extra])}."
                )
        plain = {
            spec.name: spec.check(given[spec.name])
            if given.get(spec.name) is not None
            else (spec.values[0] if spec.values else spec.default)
            for spec in self.settings
        }
        return plain | {
            name: _like(name, default, given.get(name)) for name, default in extra.items()
        }


def _like(name: str, default: object, value: object):
    """``value`` as a text or as a list, as its default is."""
    if value is None:
        return default
    if isinstance(default, str):
        return str(value)
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise InputError(f"{name} takes a list, got {str(value)[:60]!r}.")
    return list(value)


STUDIES: dict[str, StudyKind] = {
    kind.name: kind
    for kind in (
        StudyKind(
            "learning_curve",
            "Learning curve",
            "How much data? Error against number of curves, and how many curves an error takes.",
            learning_curve,
            "points or repeats",
        ),
        StudyKind(
            "validation_curve",
            "Validation curve",
            "One option over several values: training and validation error.",
            validation_curve,
            "values or repeats",
            (("option", ""), ("values", [])),
        ),
        StudyKind(
            "search",
            "Search",
            "Which options? Random candidates, compared inside the training part; the winner is "
            "tested once.",
            search,
            "candidates, or take halving",
            (("options", []),),
        ),
        StudyKind(
            "cross_validation",
            "Cross-validation",
            "How certain? Every sample is tested once, by a model that did not see it.",
            cross_validation,
            "folds",
        ),
        StudyKind(
            "seeds",
            "Repeated seeds",
            "How much is luck? The same recipe with other splits and starting weights.",
            seeds,
            "repeats",
        ),
        StudyKind(
            "sanity",
            "Sanity checks",
            "Can it memorise 8 curves, and do permuted labels fall back to the baseline?",
            sanity,
            "permutations",
        ),
    )
}


def kind_of(name: str) -> StudyKind:
    """The kind of this name."""
    if name not in STUDIES:
        raise InputError(f"There is no study {str(name)[:60]!r}; there are {', '.join(STUDIES)}.")
    return STUDIES[name]
