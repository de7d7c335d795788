"""Many fits of one recipe: how much data, which options, how certain?

kinds.py       the registry: learning_curve, validation_curve, search, cross_validation, seeds,
               sanity
make.py        study(): estimate the time, make the fits, draw the conclusion
subject.py     data set, targets, recipe and split; fits and their predictions
outcome.py     the predictions of a fit, its error and that of the baseline
steps.py       how long fits take; progress and rows while they are made
options.py     options of a recipe that can be varied
record.py      a finished study on disk; reproduce.py: the commands that make it again
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
