"""The job "make_model": from stored measurements to a kept model and its estimate of them.

NMR_DATA/makings/<id>/measurements.npz    the request: the measurements
                      result.json, .npz   estimate, re-simulation, verdict; written last
NMR_DATA/runs/<run>/                      the model, see make.py

A job that is run again after the model was kept goes on from there.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd

from nmr_core.errors import FailedError, InputError
from nmr_core.evaluation.compare import load_run
from nmr_core.io.measurement import Measurement
from nmr_core.learning.run import Run
from nmr_core.measured.acquired import stated
from nmr_core.measured.answering import Answer, answer, ready
from nmr_core.measured.making.make import Stages, make_model
from nmr_core.measured.making.plan import ModelPlan
from nmr_core.measured.refine_job import DAYS, remove_old
from nmr_core.measured.resimulation import Resimulation
from nmr_core.progress import Progress, part_of, silent
from nmr_core.storage.arrays import read_arrays, reading, write_arrays
from nmr_core.storage.catalogue import own_folder
from nmr_core.storage.kinds import MAKING
from nmr_core.storage.results import read_result, write_result
from nmr_core.storage.room import check_room
from nmr_core.storage.workspace import checked_id, new_id

FILE = "measurements.npz"
MADE = 90
"""Progress at which the model is made, %."""
DESCRIBED = ("name", "kind", "unit", "real_only", "magnitude", "about", "notes")
"""Fields of a measurement beside its arrays."""


@dataclass(frozen=True, eq=False)
class MadeResult:
    """What the job "make_model" made.

    Attributes
    ----------
    run : str
        Id of the model.
    estimates : DataFrame
        One row per sample that the model was made for, as of
        :func:`nmr_core.measured.estimating.estimate`, with its name.
    verdicts : tuple of dict
        One per row: quotable, sentence, out_of_range.
    resimulation : Resimulation, optional
        Of the first one.
    seconds : dict of str to float
        Of each stage.
    """

    run: str
    estimates: pd.DataFrame
    verdicts: tuple[dict, ...]
    resimulation: Resimulation | None
    seconds: dict[str, float]


def store_request(measurements: Sequence[Measurement], plan: ModelPlan) -> dict[str, Any]:
    """Store a request and return the parameters of its job.

    Parameters
    ----------
    measurements : sequence of Measurement
        Those that the plan was made for.
    plan : ModelPlan
        Of :func:`~.plan.plan_model`.

    Returns
    -------
    dict
        id of the request, run (id of the new model), plan, and sha256 of the measurements.
    """
    root = own_folder(MAKING)
    remove_old(root)
    check_room(root, 48.0 * sum(map(len, measurements)))
    name = new_id("mk")
    arrays: dict[str, Any] = {}
    described = []
    for number, one in enumerate(_with_protocol(measurements, plan)):
        arrays[f"time_{number}"] = one.time
        arrays[f"signal_{number}"] = one.signal
        described.append({field: getattr(one, field) for field in DESCRIBED})
    arrays["about"] = np.frombuffer(json.dumps(described, default=str).encode(), np.uint8)
    sha256 = write_arrays(root / name / FILE, arrays)
    return {"id": name, "run": new_id("run"), "plan": plan.to_dict(), "sha256": sha256}


def _with_protocol(measurements: Sequence[Measurement], plan: ModelPlan) -> list[Measurement]:
    """The measurements with the protocol that they were planned for, where their files lack it."""
    made_for = plan.made_for
    angles = made_for.angles
    if len(angles) == 1:
        angles *= len(measurements)
    completed = []
    for one, (angle_1, angle_2) in zip(measurements, angles, strict=True):
        about = one.about
        known = "tau_us" in about or "start_us" in about
        completed.append(
            stated(
                one,
                tau=None if known else made_for.tau,
                angle_1=None if "angle_1_deg" in about else angle_1,
                angle_2=None if "angle_2_deg" in about else angle_2,
            )
        )
    return completed


def load_request(name: str, sha256: str) -> list[Measurement]:
    """Return the measurements of a request.

    Raises
    ------
    InputError
        If they are not there any more.
    FailedError
        If they are damaged.
    """
    path = own_folder(MAKING) / checked_id(name) / FILE
    if not path.is_file():
        raise InputError(
            f"The measurements {name} are not here any more; they are kept for {DAYS} days. Give "
            "them again."
        )
    with reading("measurements", path.parent, "Give them again."):
        arrays = read_arrays(path, sha256)
        described = json.loads(arrays["about"].tobytes())
        return [
            Measurement(arrays[f"time_{number}"], arrays[f"signal_{number}"], **one)
            for number, one in enumerate(described)
        ]


def make_model_job(params: dict[str, Any], progress: Progress = silent) -> dict[str, str]:
    """Run the job "make_model" with parameters of :func:`store_request`.

    Returns
    -------
    dict
        run, id of the request, and the verdict in one line.
    """
    name, id = checked_id(params["id"]), checked_id(params["run"])
    plan = ModelPlan.from_dict(params["plan"])
    measurements = load_request(name, params["sha256"])
    stages = Stages()
    run = _kept(id)
    if run is None:
        run = make_model(
            plan,
            n_jobs=-1,
            id=id,
            owner=params.get("owner", ""),
            stages=stages,
            progress=part_of(progress, 0, MADE),
        )
    progress(MADE, 100, "estimating")
    answers = answers_of(run, measurements, stages=stages, progress=part_of(progress, MADE, 100))
    result = made_result(run, answers, stages)
    write_result(result, own_folder(MAKING) / name / MAKING.document)
    progress(100, 100, "done")
    return {"run": run.id, "id": name, "summary": summary_of(answers)}


def _kept(id: str) -> Run | None:
    """The run, if it was made before."""
    try:
        return load_run(id)
    except (InputError, FailedError):
        return None


def answers_of(
    run: Run,
    measurements: Sequence[Measurement],
    *,
    stages: Stages | None = None,
    progress: Progress = silent,
    **options: Any,
) -> list[Answer | str]:
    """Return the answer for every sample among measurements.

    Parameters
    ----------
    run : Run
        With as many settings as a sample has measurements.
    measurements : sequence of Measurement
        Of one sample, or each of a sample of its own for a run of one setting.
    stages : Stages, optional
        Filled with the seconds.
    progress : callable
        Called with (done, total, message).
    **options
        Of :func:`nmr_core.measured.answering.answer`.

    Returns
    -------
    list of Answer or str
        A sentence where a measurement is refused.
    """
    stages = Stages() if stages is None else stages
    one = stages.timed("target", lambda: ready(run))
    n_settings = one.target.n_settings
    samples = [measurements] if n_settings > 1 else [[each] for each in measurements]
    answers: list[Answer | str] = []
    for number, sample in enumerate(samples):
        progress(number, len(samples), f"estimating {sample[0].name}")
        try:
            answers.append(stages.timed("answer", lambda s=sample: answer(one, s, **options)))
        except InputError as error:
            if len(samples) == 1:
                raise
            answers.append(str(error))
    progress(len(samples), len(samples), "estimated")
    return answers


def made_result(run: Run, answers: Sequence[Answer | str], stages: Stages) -> MadeResult:
    """Return what is stored of the answers."""
    done = [one for one in answers if isinstance(one, Answer)]
    rows = [
        {"name": one.prepared[0].measurement.name}
        | {key: value for key, value in one.row.items() if key != "sample"}
        for one in done
    ]
    verdicts = tuple(
        {
            "quotable": one.verdict.quotable,
            "sentence": one.verdict.sentence,
            "out_of_range": " ".join(one.verdict.out_of_range),
        }
        for one in done
    )
    first = done[0].resimulation if done else None
    return MadeResult(run.id, pd.DataFrame(rows), verdicts, first, dict(stages.seconds))


def summary_of(answers: Sequence[Answer | str]) -> str:
    """Return the answers in one line."""
    if len(answers) != 1:
        n = sum(isinstance(one, Answer) and one.quotable != "no" for one in answers)
        return f"{n} of {len(answers)} measurements may be quoted"
    only = answers[0]
    return only if isinstance(only, str) else only.verdict.sentence


def load_made(name: str) -> MadeResult:
    """Return the result of a job.

    Raises
    ------
    FailedError
        If there is none, or it is damaged.
    """
    document = own_folder(MAKING) / checked_id(name) / MAKING.document
    return read_result(document, MadeResult, what="result", again="Make the model again.")


def verdict_fields(result: Answer) -> dict[str, Any]:
    """Return the verdict of an answer as JSON-ready values."""
    return asdict(result.verdict)
