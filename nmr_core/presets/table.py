"""A prior as a table with one row per parameter, edited in the app or read from TOML."""

import tomllib
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

import numpy as np

from nmr_core.density import density_of
from nmr_core.errors import FailedError, InputError, first_line
from nmr_core.experiment import DERIVED, FIELDS, PHYSICAL, Experiment, Unreachable, solve_for
from nmr_core.kernels import solvable
from nmr_core.parameters import Parameter, ParameterSpace
from nmr_core.plain_files import read_plain
from nmr_core.presets._preset import Preset
from nmr_core.presets.registry import DEFAULT
from nmr_core.presets.versions import VERSION, WITH_DENSITIES, current_recipe

KINDS = {
    "uniform": "evenly between low and high",
    "log-uniform": "evenly in its logarithm between low and high",
    "normal": "normal with mean and sd, cut at low and high",
    "choice": "one of the values",
    "fixed": "always this value",
    "solved": "chosen so that the drawn W or omega_p is reached",
}
"""Distributions of a row: name -> text for menus."""
NEEDS = {
    "uniform": ("low", "high"),
    "log-uniform": ("low", "high"),
    "normal": ("mean", "sd"),
    "choice": ("values",),
    "fixed": ("values",),
    "solved": (),
}
"""Distribution -> columns that its row must fill; of others low and high may be filled."""
SAMPLINGS = {
    "random": "independent draws",
    "sobol": "a Sobol sequence: fills the ranges evenly (powers of two are best)",
}
"""How samples are drawn: name -> text for menus."""
MAX_BYTES = 100_000
"""Size of a TOML file."""
STRENGTHS = ("W", "omega_p")
UNDRAWN = ("fixed", "solved")
"""Distributions of rows that are not drawn."""


@dataclass(frozen=True)
class Row:
    """One row of a prior table.

    Parameters
    ----------
    name : str
        A parameter of the preset, any field of an Experiment, or a strength to solve for ("W" or
        "omega_p").
    distribution : str
        A name in :data:`KINDS`.
    low, high : float, optional
        Range; of a solved parameter the search range.
    mean, sd : float, optional
        Mean and standard deviation of "normal".
    values : tuple of float or str
        Values of "choice"; the one value of "fixed".
    density : str
        Sampling density of a drawn parameter, see :mod:`nmr_core.density`; "" for the prior.
    """

    name: str
    distribution: str = "uniform"
    low: float | None = None
    high: float | None = None
    mean: float | None = None
    sd: float | None = None
    values: tuple = ()
    density: str = ""

    def __post_init__(self):
        density = density_of(self.density, self.name)
        object.__setattr__(self, "density", "" if density is None else str(density))

    @classmethod
    def of(cls, cells: dict[str, Any]) -> "Row":
        """Make a row from the cells of a table or a TOML file; empty cells may be None.

        Raises
        ------
        InputError
            For an unknown column, or a row without a name.
        """
        unknown = sorted(set(cells) - {field.name for field in fields(cls)})
        if unknown or not isinstance(cells.get("name"), str):
            raise InputError(
                "A row of a prior has name, distribution, low, high, mean, sd, values and "
                f"density; got {unknown or cells}."
            )
        filled = {key: value for key, value in cells.items() if value is not None}
        values = filled.get("values", ())
        filled["values"] = tuple(values) if isinstance(values, list | tuple) else (values,)
        return cls(**filled)

    def to_dict(self) -> dict[str, Any]:
        """Convert to a dictionary of the cells that are not empty."""
        return {
            key: list(value) if key == "values" else value
            for key, value in asdict(self).items()
            if value not in (None, (), "")
        }

    def parameter(self, preset: Preset) -> Parameter:
        """Convert a drawn row to a Parameter with symbol and unit.

        Raises
        ------
        InputError
            For an unknown name or distribution, cells that are missing or out of range, or a
            distribution without a sampling density that has one.
        """
        return self._prior(preset).sampled(self.density)

    def _prior(self, preset: Preset) -> Parameter:
        """The parameter without its sampling density."""
        spec = _widest(preset, self.name)
        if self.distribution not in KINDS:
            raise InputError(
                f"{self.name}: distribution must be one of {', '.join(KINDS)}; "
                f"got {str(self.distribution)[:40]!r}."
            )
        if self.distribution == "choice":
            values = self._checked(spec)
            return replace(spec, distribution="choice", values=values, default=self.values[0])
        low, high = self._number(spec, "low"), self._number(spec, "high")
        if low > high or (low == high and self.distribution != "normal"):
            raise InputError(
                f"{self.name}: low must be below high, got low = {low:g} and high = {high:g}. "
                "Change them, or make the parameter fixed."
            )
        if self.distribution == "normal":
            mean, sd = self._number(spec, "mean"), self._number(spec, "sd")
            if not (sd > 0 and low <= mean <= high):
                raise InputError(
                    f"{self.name}: a normal distribution needs sd > 0 and a mean in "
                    f"[{low:g}, {high:g}], got mean = {mean:g} and sd = {sd:g}."
                )
            return spec.within(low, high, mean, distribution="normal", sd=sd, scale="linear")
        scale = "log" if self.distribution == "log-uniform" else "linear"
        if scale == "log" and low <= 0:
            raise InputError(
                f"{self.name}: log-uniform needs low > 0, got {low:g}. Choose a small positive "
                "number."
            )
        middle = (low * high) ** 0.5 if scale == "log" else (low + high) / 2
        middle = round(middle) if spec.integer else middle
        return spec.within(low, high, middle, scale=scale, open_low=low == 0)

    def _number(self, spec: Parameter, cell: str) -> float:
        """The number of a cell; the limits of a normal distribution may be empty."""
        value = getattr(self, cell)
        if value is None and cell in ("low", "high") and self.distribution == "normal":
            return getattr(spec, cell)
        if value is None:
            raise InputError(
                f"{self.name}: a {self.distribution} distribution needs {cell}. Fill it in."
            )
        if cell == "sd":
            width = replace(spec, name=f"{self.name}: sd", low=0, high=1e12, integer=False)
            return width.check(value)
        limit = replace(spec, name=f"{self.name}: {cell}", integer=False, values=())
        return float(limit.check(value))

    def _checked(self, spec: Parameter) -> tuple[float | str, ...]:
        """The values of a choice, or the value of a fixed row."""
        if not self.values:
            raise InputError(f"{self.name}: {self.distribution} needs values. Give at least one.")
        is_name = spec.low == spec.high  # such as the kernel: the experiment checks it
        return tuple(
            value if is_name or isinstance(value, str) else spec.check(value)
            for value in self.values
        )


def _widest(preset: Preset, name: str) -> Parameter:
    """Symbol, unit and widest range of a name."""
    if name in preset.space:
        own = preset.space[name]
        return own.within(-1e6 if own.low < 0 else 0.0, 1e6, own.default, hint="")
    for space in (PHYSICAL, DERIVED):
        if name in space and (space is PHYSICAL or name in STRENGTHS):
            return space[name]
    if name in FIELDS:
        return Parameter(name, name, "", 0, 0, 0)
    raise InputError(
        f"There is no parameter {str(name)[:40]!r}. A row can be {', '.join(preset.space.names)}, "
        f"{', '.join(STRENGTHS)}, or {', '.join(FIELDS)}."
    )


def table_preset(rows: Sequence[Row], preset: Preset, sampling: str = "random") -> Preset:
    """Make a preset whose prior is a table.

    Parameters
    ----------
    rows : sequence of Row
        Parameters that are not among them have the defaults of the preset.
    preset : Preset
        The preset with base experiment and translation; what it fixes stays fixed.
    sampling : str
        A name in :data:`SAMPLINGS`.

    Returns
    -------
    Preset

    Raises
    ------
    InputError
        For a bad row, a name with two rows, no drawn row, or a solved row without a strength.
    """
    if sampling not in SAMPLINGS:
        raise InputError(
            f"sampling must be one of {', '.join(SAMPLINGS)}; got {str(sampling)[:40]!r}."
        )
    names = [row.name for row in rows]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice or not rows:
        raise InputError(
            f"A prior has one row per parameter, got {f'{twice[0]} twice' if twice else 'no row'}."
        )
    _check_filled(rows)
    _check_densities(rows)
    solved = [row for row in rows if row.distribution == "solved"]
    strengths = [row.name for row in rows if row.name in STRENGTHS and row.name not in preset.space]
    _check_solved(solved, strengths)
    fixed = {
        row.name: row._checked(_widest(preset, row.name))[0]
        for row in rows
        if row.distribution == "fixed"
    }
    drawn = tuple(row.parameter(preset) for row in rows if row.distribution not in UNDRAWN)
    if not drawn:
        raise InputError(
            "Nothing is drawn: every row is fixed or solved. Give at least one parameter a "
            "distribution."
        )
    described = replace(
        preset,
        space=ParameterSpace(drawn),
        translate=_Translate(preset, tuple(solved), tuple(fixed.items())),
        solved=tuple(row.name for row in solved),
        fixed=tuple((name, value) for name, value in preset.fixed if name not in names),
        table=tuple(rows),
        sampling=sampling,
    )
    try:
        described.experiments()
    except Unreachable:
        # No solution in the middle of the ranges: the first draw with one gives the defaults
        values = described.of_prior().draw_sample(np.random.default_rng(0)).values
        drawn = tuple(replace(spec, default=values[spec.name]) for spec in drawn)
        described = replace(described, space=ParameterSpace(drawn))
    return described


def _check_filled(rows: Sequence[Row]) -> None:
    """Name all columns that are missing, of all rows, in one error."""
    problems = []
    for row in rows:
        needed = NEEDS.get(row.distribution, ())
        missing = [name for name in needed if getattr(row, name) in (None, ())]
        if missing:
            problems.append(f"{row.name} ({row.distribution}): {' and '.join(missing)}")
    if problems:
        raise InputError(f"The prior needs more numbers. Fill in {'; '.join(problems)}.")


def _check_densities(rows: Sequence[Row]) -> None:
    row = next((row for row in rows if row.density and row.distribution in UNDRAWN), None)
    if row is not None:
        raise InputError(
            f"{row.name} is {row.distribution}, so it has no sampling density, got "
            f"{row.density!r}. Leave that cell empty."
        )


def _check_solved(solved: list[Row], strengths: list[str]) -> None:
    """Check that there is one strength per solved parameter, and at most one of them."""
    if len(solved) > 1 or len(strengths) > 1 or len(solved) != len(strengths):
        raise InputError(
            "A solved parameter needs exactly one strength to solve for: one row W or omega_p with "
            f"a range, and one row xi or p that is solved. Got {len(strengths)} strengths and "
            f"{len(solved)} solved rows."
        )
    if solved and solved[0].name not in solvable():
        raise InputError(
            f"Only {' and '.join(solvable())} can be solved for, got {solved[0].name!r}."
        )


@dataclass(frozen=True)
class _Translate:
    """Values of a table -> fields of an Experiment: by the preset, then the solved parameter."""

    preset: Preset
    solved: tuple[Row, ...]
    fixed: tuple[tuple[str, float | str], ...]

    def __call__(self, base: Experiment, own: dict) -> dict:
        values = dict(self.fixed) | own
        strengths = {
            name: values.pop(name)
            for name in STRENGTHS
            if name in values and name not in self.preset.space
        }
        experiment = replace(self.preset, base=base).build(**values)
        for row in self.solved:
            if row.name in own:
                continue
            W = strengths.get("W") or strengths["omega_p"] * experiment.line_width / (
                2 * experiment.alpha
            )
            experiment = solve_for(experiment, row.name, W=W, low=row.low, high=row.high)
        return {name: getattr(experiment, name) for name in FIELDS}


def read_table(path: str | Path) -> tuple[list[Row], str, str]:
    """Read a prior from a TOML file.

    Parameters
    ----------
    path : str or Path
        A file with ``preset = "..."``, ``sampling = "..."`` and one ``[[parameter]]`` per row.

    Returns
    -------
    rows : list of Row
    preset : str
        Name of the preset, ``DEFAULT`` if the file has none. A file without ``version = 2`` has
        those of versions up to 0.7, with their name of today.
    sampling : str

    Raises
    ------
    FailedError
        If the file cannot be read.
    InputError
        If it is not such a TOML file.
    """
    try:
        start = read_plain(path, MAX_BYTES)
        if len(start) > MAX_BYTES:
            raise InputError(
                f"{path} must have at most {MAX_BYTES:,} bytes, as every table of a prior has. "
                "Give the TOML file of a prior."
            )
        content = tomllib.loads(start.decode("utf-8-sig"))
    except RecursionError:
        raise InputError(
            f"{path} is nested too deeply for a table of a prior. Write it as 'python -m nmr_core "
            "generate --help' shows."
        ) from None
    except OSError as error:
        raise FailedError(
            f"{path} cannot be read ({error.strerror}). Give the path of a TOML file."
        ) from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(
            f"{path} is no TOML file ({first_line(error)}). Write it as 'python -m nmr_core "
            "generate --help' shows."
        ) from None
    unknown = sorted(set(content) - {"preset", "version", "sampling", "parameter"})
    rows = content.get("parameter")
    if unknown or not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        names = ", ".join(unknown or sorted(content)) or "nothing"
        raise InputError(
            f"{path} must hold preset, version, sampling and [[parameter]] tables; got {names}."
        )
    name = str(content.get("preset", DEFAULT))
    recipe = current_recipe({"name": name, "table": rows, "version": content.get("version", 1)})
    return (
        [Row.of(row) for row in [*rows, *_fixed_then(recipe)]],
        recipe["name"],
        str(content.get("sampling", "random")),
    )


def _fixed_then(recipe: dict) -> list[dict]:
    """Rows that fix what has changed in a preset since the version of a recipe."""
    return [
        {"name": name, "distribution": "fixed", "values": [value]}
        for name, value in recipe.get("fixed", {}).items()
    ]


def written_table(rows: Sequence[Row], preset: str, sampling: str = "random") -> str:
    """Convert a prior to TOML text, the inverse of :func:`read_table`."""

    def cell(value: list | str | float) -> str:
        if isinstance(value, list):
            return "[" + ", ".join(map(cell, value)) + "]"
        if isinstance(value, str):
            return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
        return repr(value)

    blocks = [
        "\n".join(
            ["[[parameter]]", *(f"{key} = {cell(value)}" for key, value in row.to_dict().items())]
        )
        for row in rows
    ]
    version = WITH_DENSITIES if any(row.density for row in rows) else VERSION
    head = f"preset = {cell(preset)}\nversion = {version}\nsampling = {cell(sampling)}"
    return "\n\n".join([head, *blocks]) + "\n"


def rows_of(preset: Preset) -> list[Row]:
    """The prior of a preset as a table, to be edited."""
    if preset.table:
        return list(preset.table)
    kinds = {"log": "log-uniform", "linear": "uniform"}
    return [
        Row(spec.name, kinds[spec.scale], spec.low, spec.high, density=spec.density_text)
        for spec in preset.space
    ]
