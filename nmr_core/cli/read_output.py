"""What ``read`` prints and writes."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nmr_core.cli.output import show_facts
from nmr_core.cli.predict_measured import show_estimates

if TYPE_CHECKING:
    from nmr_core.measured import Measurement
    from nmr_core.measured.acquired import Acquired
    from nmr_core.measured.answering import Answer
    from nmr_core.measured.found import FoundEcho
    from nmr_core.measured.making import Knowledge, ModelPlan


@dataclass(frozen=True)
class Shown:
    """What was read: measurements with their echoes and protocols."""

    measurements: list[Measurement]
    echoes: list[FoundEcho]
    protocols: list[Acquired]


def show_measured(shown: Shown) -> None:
    """Print the echo of each measurement, and the protocol of the first."""
    for one, echo, protocol in zip(shown.measurements, shown.echoes, shown.protocols, strict=True):
        print(f"{one.name}: {echo.sentence}")
        for note in protocol.notes:
            print(note)
    print()
    first = shown.protocols[0]
    show_facts({row["quantity"]: f"{row['value']}  ({row['origin']})" for row in first.facts})
    print()


def show_answers(
    plan: ModelPlan | None,
    knowledge: Knowledge | None,
    answers: list[Answer | str],
    args: Namespace,
) -> None:
    """Print what the records determine, and the estimate and the verdict of every sample."""
    if knowledge is not None:
        for sentence in knowledge.sentences:
            print(sentence)
        print()
    if plan is not None and not args.make:
        for sentence in plan.sentences:
            print(sentence)
        print("Make this model: the same command with --make quick.")
    for one in answers:
        if isinstance(one, str):
            print(one)
            print()
            continue
        if len(answers) > 1:
            print(one.prepared[0].measurement.name)
        show_estimates(one.run, one.row, one.level)
        print()
        for sentence in (one.verdict.sentence, *one.verdict.out_of_range, *one.verdict.comments):
            print(sentence)
        for action in one.verdict.actions:
            print(f"{action.label}: {action.sentence}")


def as_json(
    shown: Shown,
    sentences: list[str],
    plan: ModelPlan | None,
    knowledge: Knowledge | None,
    answers: list[Answer | str],
    names: list[str],
) -> dict[str, Any]:
    """Return everything, JSON-ready."""
    measured = [
        {
            "name": one.name,
            "points": len(one),
            "echo": asdict(echo) | {"sentence": echo.sentence},
            "acquired": protocol.to_dict(),
        }
        for one, echo, protocol in zip(
            shown.measurements, shown.echoes, shown.protocols, strict=True
        )
    ]
    result: dict[str, Any] = {"measurements": measured, "model": sentences}
    if plan is not None:
        result["plan"] = plan.to_dict() | {"sentences": list(plan.sentences)}
    if knowledge is not None:
        result["known"] = asdict(knowledge)
    result["answers"] = [_answer(*pair) for pair in zip(answers, names, strict=True)]
    return result


def _answer(one: Answer | str, name: str) -> dict[str, Any]:
    if isinstance(one, str):
        return {"name": name, "refused": one}
    units = {name: spec.get("unit", "") for name, spec in one.run.manifest.targets.items()}
    return {
        "run": one.run.id,
        "name": name,
        "level": one.level,
        "estimate": {key: value for key, value in one.row.items() if key != "sample"},
        "units": units,
        "p_value": None if one.resimulation is None else one.resimulation.p_value,
        "stages": [asdict(stage) for stage in one.prepared[0].stages],
        "verdict": asdict(one.verdict),
    }


def write_csv(path: Path, answers: list[Answer | str], names: list[str]) -> None:
    """Write one row per sample; of a refused one the reason."""
    import pandas as pd

    from nmr_core.glossary import csv_text
    from nmr_core.measured.answering import Answer
    from nmr_core.measured.estimating import for_people

    rows_of = {k: one for k, one in enumerate(answers) if isinstance(one, Answer)}
    done = list(rows_of.values())
    rows = pd.DataFrame([one.row for one in done]).reset_index(drop=True)
    rows["sample"] = range(len(rows))
    table = for_people(done[0].run, rows)
    table = table.set_axis(pd.Index(rows_of)).reindex(range(len(answers)))
    table.insert(0, "file", names)
    table["quotable"] = ["no" if isinstance(one, str) else one.quotable for one in answers]
    table["verdict"] = [one if isinstance(one, str) else one.verdict.sentence for one in answers]
    _write(path, csv_text(table, done[0].run.manifest.targets, "series").encode("utf-8"))


def _write(path: Path, content: bytes) -> None:
    from nmr_core.storage.files import write_file

    write_file(path, lambda temporary: temporary.write_bytes(content))
