"""The result of a series: its table, stored in the workspace.

NMR_DATA/series/<id>/series.json, series.npz
"""

import re
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from nmr_core.glossary import csv_text, terms
from nmr_core.measured.series.quantity import Quantity
from nmr_core.storage import catalogue
from nmr_core.storage.catalogue import Entry
from nmr_core.storage.files import write_folder
from nmr_core.storage.kinds import SERIES
from nmr_core.storage.results import read_result, write_result
from nmr_core.storage.spaces import rights
from nmr_core.storage.workspace import checked_id

ESTIMATED, HIDDEN = "estimated", "hidden"
NOT_PREPARED, UNREADABLE, OTHER_PROTOCOL = "not prepared", "unreadable", "other protocol"
"""State of a row; of :data:`HIDDEN` ones the estimate is out of domain."""


@dataclass(frozen=True, eq=False)
class SeriesResult:
    """Estimates over a swept quantity.

    Attributes
    ----------
    id : str
    title : str
        Name of the folder or file.
    run : str
        Id of the run.
    model : str
        SHA-256 of its model.
    level : float
        Of the intervals.
    n_seeds, seed : int
        Simulations of an estimate, and their seed.
    steps : str
        Fixed steps of the preparation.
    quantity : Quantity
        What is swept.
    source, reason : str
        Where its values come from, and why this quantity.
    notes : tuple of str
        Sentences on missing and repeated values, protocols, bad files and shared simulations.
    protocol : str
        Of the group that was read, in words.
    table : DataFrame
        One row per echo in the order of the swept quantity: file, number, value, state,
        applicability, reason, outlier, per target x predicted_x, low_x, high_x, joint_low_x and
        joint_high_x, then snr, p_value, n_seeds, quotable, not_quoted (names of parameters that
        may not be quoted though others may), verdict, and key, a checksum of the echo.
        Estimates out of domain are NaN.
    targets : dict
        Name -> symbol, unit, low and high of the prior.
    unidentifiable : dict
        Name -> reason.
    created : str
        Date and time, UTC.
    versions : dict
        Of Python and of the packages.
    owner : str
        Who made it; "" if unknown.
    """

    id: str
    title: str
    run: str
    model: str
    level: float
    n_seeds: int
    seed: int
    steps: str
    quantity: Quantity
    source: str
    reason: str
    notes: tuple[str, ...]
    protocol: str
    table: pd.DataFrame
    targets: dict[str, dict[str, Any]]
    unidentifiable: dict[str, str] = field(default_factory=dict)
    created: str = ""
    versions: dict[str, str] = field(default_factory=dict)
    owner: str = ""

    @property
    def summary(self) -> str:
        """How many echoes were estimated, hidden and left out."""
        counts = self.table["state"].value_counts()
        parts = [f"{counts.get(ESTIMATED, 0)} of {len(self.table)} echoes estimated"]
        words = {
            HIDDEN: "out of domain",
            NOT_PREPARED: "not fit for the model",
            OTHER_PROTOCOL: "of another protocol",
            UNREADABLE: "unreadable",
        }
        parts += [f"{counts[state]} {text}" for state, text in words.items() if state in counts]
        return ", ".join(parts)

    @property
    def column(self) -> str:
        """Name of the column of the swept quantity in files."""
        name = re.sub(r"[^a-z0-9]+", "_", self.quantity.name.casefold()).strip("_") or "value"
        taken = name in self.targets or name in terms() or f"series.{name}" in terms()
        return f"{name}_value" if taken else name

    def shown(self) -> tuple[pd.DataFrame, dict[str, Any]]:
        """Return (table, targets) for people and for CSV files.

        The swept quantity has its name; parameters that cannot be identified have words.
        """
        from nmr_core.measured.estimating import NOT_IDENTIFIABLE

        table = self.table.drop(columns="key").rename(columns={"value": self.column})
        for name in self.unidentifiable:
            ends = [f"{end}_{name}" for end in ("low", "high", "joint_low", "joint_high")]
            table = table.drop(columns=ends, errors="ignore")
            table[f"predicted_{name}"] = NOT_IDENTIFIABLE
        if "not_quoted" in table:
            symbols = {name: str(spec["symbol"]) for name, spec in self.targets.items()}
            table["not_quoted"] = [
                ", ".join(symbols.get(name, name) for name in str(names).split(", "))
                for names in table["not_quoted"]
            ]
        table["outlier"] = np.where(table["outlier"].astype(bool), "yes", "no")
        spec = {"symbol": self.quantity.symbol or self.quantity.name, "unit": self.quantity.unit}
        return table, self.targets | {self.column: spec}

    def csv(self) -> str:
        """Return the table as CSV."""
        table, targets = self.shown()
        return csv_text(table, targets, "series")

    def save(self) -> Path:
        """Store the result in the workspace, in place of an earlier one of the same id.

        A series that grows is written again with every echo; its earlier states are not kept.

        Raises
        ------
        RefusedError
            An earlier one is another person's.
        """
        folder = catalogue.own_folder(SERIES) / checked_id(self.id)
        before = catalogue.owner_of(SERIES, self.id)
        thing = f'the series "{self.title}"'
        if before:
            rights.check("delete", before, thing, kind=SERIES.name, id=self.id)
        else:
            rights.check("create", None, thing, kind=SERIES.name, id=self.id)

        def written(temporary: Path) -> None:
            write_series(self, temporary)
            if folder.exists():
                shutil.rmtree(folder)

        write_folder(folder, written)
        return folder


@dataclass(frozen=True)
class SeriesEntry(Entry):
    """A stored series in a list."""

    title: str = ""
    run: str = ""
    created: str = ""
    summary: str = ""


def write_series(result: SeriesResult, folder: Path) -> None:
    """Write a result into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    write_result(result, folder / SERIES.document)


def load_series(id: str | Path) -> SeriesResult:
    """Return a stored series.

    Raises
    ------
    InputError
        There is none.
    FailedError
        It is damaged.
    """
    folder = catalogue.located(SERIES, id)
    return read_result(
        folder / SERIES.document, SeriesResult, what="series", again="Read the files again."
    )


def list_series() -> list[SeriesEntry]:
    """Return the stored series, newest first."""

    def content(folder: Path) -> dict[str, Any]:
        result = load_series(folder)
        return {
            "title": result.title,
            "run": result.run,
            "created": result.created,
            "summary": result.summary,
        }

    return catalogue.entries(SERIES, SeriesEntry, content)
