"""The kinds of things that are stored, and where each of them lies in the data folder.

<kind.folder>/<id>/<kind.document>      e.g. runs/run-20261121-031502-5f3a/manifest.json
"""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Kind:
    """One kind of stored thing.

    Parameters
    ----------
    name : str
        Key, also of the trash and of the command line.
    label : str
        Noun in sentences.
    folder : str
        Folder that holds one folder per thing.
    document : str
        JSON file that is written last: a folder without it holds nothing yet.
    attached : tuple of str
        Paths of what belongs to a thing and goes with it, ``{id}`` standing for its id.
    of_run : bool
        Whether it is a result of a run and has the run's id; a new one replaces it.
    """

    name: str
    label: str
    folder: str
    document: str
    attached: tuple[str, ...] = ()
    of_run: bool = False

    def place(self, id: str) -> Path:
        """Path of a thing, relative to the data folder."""
        return Path(self.folder) / id

    def places(self, id: str) -> list[Path]:
        """The same, followed by the paths of what is attached to it."""
        return [self.place(id), *(Path(path.format(id=id)) for path in self.attached)]


DATASET = Kind("dataset", "data set", "datasets", "manifest.json")
CALIBRATION = Kind("calibration", "calibration", "calibrations", "calibration.json", of_run=True)
ROBUSTNESS = Kind("robustness", "robustness result", "robustness", "robustness.json", of_run=True)
EXPLANATION = Kind("explanation", "explanation", "explanations", "explanation.json", of_run=True)
POSTERIOR = Kind("posterior", "joint posterior", "posteriors", "posterior.json", of_run=True)
RUN = Kind(
    "run",
    "run",
    "runs",
    "manifest.json",
    attached=(
        "calibrations/{id}",
        "robustness/{id}",
        "explanations/{id}",
        "posteriors/{id}",
        "marks/{id}.json",
    ),
)
STUDY = Kind("study", "study", "studies", "study.json")
IDENTIFICATION = Kind("identification", "identification", "identifications", "result.json")
REFINEMENT = Kind("refinement", "refinement", "refinements", "result.json")
REFINED_POSTERIOR = Kind(
    "refined_posterior", "refined posterior", "refined-posteriors", "result.json"
)
SERIES = Kind("series", "series", "series", "series.json")
SERIES_REQUEST = Kind("series_request", "echoes of a series", "series-requests", "request.json")
LAB_BOOK = Kind("lab_book", "lab book", "lab-books", "book.json")
DESIGN = Kind("design", "design", "designs", "design.json")
MAKING = Kind("making", "request for a model", "makings", "result.json")
TRAINING = Kind("training", "unfinished training", "trainings", "training.json")
FEATURES = Kind("features", "stored features", "features", "features.json")

KINDS = {
    kind.name: kind
    for kind in (
        DATASET,
        RUN,
        STUDY,
        CALIBRATION,
        ROBUSTNESS,
        EXPLANATION,
        POSTERIOR,
        TRAINING,
        FEATURES,
        SERIES,
        LAB_BOOK,
    )
}
"""Those that can be deleted, replaced and restored, by name.

Identifications, designs, refinements and refined posteriors are computed again.
"""


def label_of(name: str, otherwise: str = "") -> str:
    """Noun of a kind by its name; ``otherwise`` for what is none."""
    return KINDS[name].label if name in KINDS else otherwise
