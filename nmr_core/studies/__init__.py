"""Many fits with one question: how much data, which options, how sure?

kinds.py      the registry: learning_curve, validation_curve, search, cross_validation, seeds, sanity (a file each)
make.py       study(): estimate the time, make the fits, say what they say
subject.py    data set, targets, recipe, split; fit these samples, predict those (_fit.py)
outcome.py    what a fit predicted, its error and its baseline
record.py     a finished study on disk; catalogue.py: which there are
"""

from nmr_core.studies.kinds import STUDIES, StudyKind
from nmr_core.studies.make import estimate, of_run, study
from nmr_core.studies.record import (
    Study,
    StudyEntry,
    delete_study,
    list_studies,
    load_study,
)

__all__ = [
    "STUDIES",
    "Study",
    "StudyEntry",
    "StudyKind",
    "delete_study",
    "estimate",
    "list_studies",
    "load_study",
    "of_run",
    "study",
]
