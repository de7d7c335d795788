"""The text ``about`` of our own files: preset, settings and units, as JSON."""

import json
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from nmr_core.errors import InputError
from nmr_core.experiment import DERIVED, FIELDS, PHYSICAL
from nmr_core.io.formats._format import Foreign
from nmr_core.presets import PRESETS, read_name, written_name
from nmr_core.presets.versions import fixed_then

MAX_TEXT = 10_000_000


@dataclass(frozen=True)
class About:
    """Preset and settings of a file.

    Attributes
    ----------
    preset : str
        "" if unknown.
    settings : list of dict of str to float
        Fields of the protocol of each setting.
    notes : list of str
        Parts that could not be understood.
    fixed : dict
        Fields that the preset had at other values when the file was written.
    """

    preset: str = ""
    settings: list[dict[str, float]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    fixed: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def read(cls, text: str | bytes | None, n_settings: int) -> "About":
        """Return preset and settings from JSON; without a text, neither preset nor fields."""
        if not text:
            return cls.checked("", [], n_settings)
        try:
            stored = json.loads(text) if len(text) < MAX_TEXT else None
        except (ValueError, RecursionError):
            stored = None
        if not isinstance(stored, dict):
            raise InputError(
                "The text about of the file must be a JSON object. Write the file again, "
                "or leave it out."
            )
        return cls.checked(stored.get("preset", ""), stored.get("settings", []), n_settings)

    @classmethod
    def checked(cls, preset: object, settings: object, n_settings: int) -> "About":
        """Return preset and settings from unchecked values."""
        notes = []
        fixed = {}
        if isinstance(preset, str):
            fixed = fixed_then(preset)
            preset = read_name(preset)
        if not isinstance(preset, str) or (preset and preset not in PRESETS):
            notes.append(
                f"There is no preset {str(preset)[:60]!r} here, so that none is known for these "
                "curves."
            )
            preset = ""
        if settings in ([], [{}]):
            settings = [{}] * n_settings
        if (
            not isinstance(settings, list)
            or len(settings) != n_settings
            or not all(map(_is_setting, settings))
        ):
            raise InputError(
                f"The file's settings must be {n_settings} objects of protocol fields and numbers, "
                f"got {str(settings)[:60]!r}. Write them again."
            )
        if any(setting.keys() != settings[0].keys() for setting in settings):
            raise InputError(
                "Every setting must have the same fields. Give each of them a value for every "
                "field."
            )
        return cls(preset, [dict(setting) for setting in settings], notes, fixed)

    def with_fixed(self, parameters: pd.DataFrame) -> pd.DataFrame:
        """Parameters with a column per fixed field that has none."""
        missing = {name: value for name, value in self.fixed.items() if name not in parameters}
        return parameters.assign(**missing)

    def foreign(
        self,
        parameters: pd.DataFrame,
        signals: np.ndarray,
        time: np.ndarray,
        mz: np.ndarray | None,
        notes: list[str],
    ) -> Foreign:
        """The content of a file; mz of one acquisition may lack its axis."""
        mz = mz if mz is None or mz.ndim == 3 else mz[:, None]
        return Foreign(
            self.with_fixed(parameters),
            signals,
            time,
            self.preset,
            self.settings,
            mz,
            self.notes + notes,
        )


def _is_setting(setting: object) -> bool:
    return isinstance(setting, dict) and all(
        FIELDS.get(name) == "protocol"
        and isinstance(value, int | float)
        and not isinstance(value, bool)
        and abs(value) < 1e9
        for name, value in setting.items()
    )


def unit_of_column(name: str) -> str:
    """Return the unit of a column, "" if it has none or is not known."""
    return next((space[name].unit for space in (PHYSICAL, DERIVED) if name in space), "")


def written(foreign: Foreign) -> str:
    """Return the JSON text of a data set."""
    units = {name: unit_of_column(name) for name in foreign.parameters if unit_of_column(name)}
    return json.dumps(
        {
            "preset": written_name(foreign.preset),
            "settings": foreign.settings,
            "units": {"time": "µs", **units},
            "written_by": "Spin Echo Lab",
        },
        ensure_ascii=False,
    )
