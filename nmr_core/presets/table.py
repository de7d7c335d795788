"""A prior as a table: one row per parameter, over every physical parameter; edited in the app, read from TOML, or made here."""

import tomllib
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path

import numpy as np

from nmr_core.errors import FailedError, InputError
from nmr_core.experiment import DERIVED, FIELDS, PHYSICAL, Experiment, Unreachable, solve_for
from nmr_core.kernels import solvable
from nmr_core.parameters import Parameter, ParameterSpace
from nmr_core.presets._preset import Preset

KINDS = {
    "uniform": "evenly between low and high",
    "log-uniform": "evenly in its logarithm between low and high",
    "normal": "normal with mean and sd, cut at low and high",
    "choice": "one of the values",
    "fixed": "always this value",
    "solved": "found so that the drawn W or omega_p is reached",
}
SAMPLINGS = {
    "random": "independent draws",
    "sobol": "a Sobol sequence: fills the ranges evenly (powers of two are best)",
}
STRENGTHS = ("W", "omega_p")


@dataclass(frozen=True)
class Row:
    """One line of a prior table.

    name         : a parameter of the preset, any field of an Experiment, or a strength to solve for ("W", "omega_p")
    distribution : a name of :data:`KINDS`
    low, high    : the range; of a solved xi or p, where it is looked for (may be left out)
    mean, sd     : of "normal"
    values       : of "choice"; of "fixed" the one value
    """

    name: str
    distribution: str = "uniform"
    low: float | None = None
    high: float | None = None
    mean: float | None = None
    sd: float | None = None
    values: tuple = ()

    @classmethod
    def of(cls, given: dict) -> "Row":
        """A row from a dictionary (of a TOML file or a table); empty cells may be None."""
        unknown = sorted(set(given) - {field.name for field in fields(cls)})
        if unknown or not isinstance(given.get("name"), str):
            raise InputError(
                f"A row of a prior has name, distribution, low, high, mean, sd and values; got {unknown or given}."
            )
        values = given.get("values")
        listed = (
            tuple(values)
            if isinstance(values, list | tuple)
            else ()
            if values is None
            else (values,)
        )
        return cls(
            **{key: value for key, value in given.items() if value is not None} | {"values": listed}
        )

    def to_dict(self) -> dict:
        """The cells that are not empty."""
        return {
            key: list(value) if key == "values" else value
            for key, value in asdict(self).items()
            if value not in (None, ())
        }

    def parameter(self, preset: Preset) -> Parameter:
        """The row as a Parameter with symbol and unit; a bad row is an :class:`InputError` that names it."""
        known = _known(preset, self.name)
        if self.distribution not in KINDS:
            raise InputError(
                f"{self.name}: distribution must be one of {', '.join(KINDS)}; got {str(self.distribution)[:40]!r}."
            )
        if self.distribution == "choice":
            return replace(
                known, distribution="choice", values=self._checked(known), default=self.values[0]
            )
        low, high = (self._number(known, "low"), self._number(known, "high"))
        if low > high or (low == high and self.distribution != "normal"):
            raise InputError(
                f"{self.name}: low must be below high, got low = {low:g} and high = {high:g}. Change them, or make "
                "the parameter fixed."
            )
        if self.distribution == "normal":
            mean, sd = self._number(known, "mean"), self._number(known, "sd")
            if not (sd > 0 and low <= mean <= high):
                raise InputError(
                    f"{self.name}: a normal distribution needs sd > 0 and a mean in [{low:g}, {high:g}], got mean = "
                    f"{mean:g} and sd = {sd:g}."
                )
            return known.within(low, high, mean, distribution="normal", sd=sd, scale="linear")
        scale = "log" if self.distribution == "log-uniform" else "linear"
        if scale == "log" and low <= 0:
            raise InputError(
                f"{self.name}: log-uniform needs low > 0, got {low:g}. Choose a small positive number."
            )
        middle = (low * high) ** 0.5 if scale == "log" else (low + high) / 2
        return known.within(
            low, high, round(middle) if known.integer else middle, scale=scale, open_low=low == 0
        )

    def _number(self, known: Parameter, cell: str) -> float:
        """A cell; a mean must be given, limits of a normal distribution and of a solved parameter may be left out."""
        value = getattr(self, cell)
        if value is None and cell in ("low", "high") and self.distribution == "normal":
            return getattr(known, cell)
        if value is None:
            raise InputError(
                f"{self.name}: a {self.distribution} distribution needs {cell}. Fill it in."
            )
        if cell == "sd":
            return replace(known, name=f"{self.name}: sd", low=0, high=1e12, integer=False).check(
                value
            )
        return float(
            replace(known, name=f"{self.name}: {cell}", integer=False, values=()).check(value)
        )

    def _checked(self, known: Parameter) -> tuple:
        if not self.values:
            raise InputError(f"{self.name}: {self.distribution} needs values. Give at least one.")
        named = known.low == known.high  # a choice such as the kernel: the experiment checks it
        return tuple(
            value if named or isinstance(value, str) else known.check(value)
            for value in self.values
        )


def _known(preset: Preset, name: str) -> Parameter:
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
    """A preset whose prior is the table; parameters that are not in it stay as the preset has them by default."""
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
    solved = [row for row in rows if row.distribution == "solved"]
    strengths = [row.name for row in rows if row.name in STRENGTHS and row.name not in preset.space]
    _check_solved(solved, strengths)
    fixed = {
        row.name: row._checked(_known(preset, row.name))[0]
        for row in rows
        if row.distribution == "fixed"
    }
    drawn = tuple(
        row.parameter(preset) for row in rows if row.distribution not in ("fixed", "solved")
    )
    if not drawn:
        raise InputError(
            "Nothing is drawn: every row is fixed or solved. Give at least one parameter a distribution."
        )
    made = replace(
        preset,
        space=ParameterSpace(drawn),
        translate=_Translate(preset, tuple(solved), tuple(fixed.items())),
        solved=tuple(row.name for row in solved),
        fixed=(),
        table=tuple(rows),
        sampling=sampling,
    )
    try:
        made.experiments()
    except Unreachable:  # in the middle of the ranges; what can be drawn is the better default
        values = made.draw_sample(np.random.default_rng(0)).values
        made = replace(
            made,
            space=ParameterSpace(tuple(replace(spec, default=values[spec.name]) for spec in drawn)),
        )
    return made


def _check_solved(solved: list[Row], strengths: list[str]) -> None:
    if len(solved) > 1 or len(strengths) > 1 or len(solved) != len(strengths):
        raise InputError(
            "A solved parameter needs exactly one strength to solve for: one row W or omega_p with a range, and one "
            f"row xi or p that is solved. Got {len(strengths)} strengths and {len(solved)} solved rows."
        )
    if solved and solved[0].name not in solvable():
        raise InputError(
            f"Only {' and '.join(solvable())} can be solved for, got {solved[0].name!r}."
        )


@dataclass(frozen=True)
class _Translate:
    """Values of a table -> fields of an Experiment: the preset's own translation first, then the solved parameter."""

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
    """(rows, preset's name, sampling) of a TOML file: preset = "...", sampling = "...", and a [[parameter]] a row."""
    try:
        text = Path(path).read_bytes().decode("utf-8-sig")
        given = tomllib.loads(text)
    except OSError as error:
        raise FailedError(
            f"{path} cannot be read ({error.strerror}). Give the path of a TOML file."
        ) from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(
            f"{path} is no TOML file ({error}). Write it as 'python -m nmr_core generate --help' shows."
        ) from None
    unknown = sorted(set(given) - {"preset", "sampling", "parameter"})
    rows = given.get("parameter")
    if unknown or not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        found = ", ".join(unknown or sorted(given)) or "nothing"
        raise InputError(
            f"{path} must hold preset, sampling and [[parameter]] tables; got {found}."
        )
    return (
        [Row.of(row) for row in rows],
        str(given.get("preset", "ml4sci_2020")),
        str(given.get("sampling", "random")),
    )


def written_table(rows: Sequence[Row], preset: str, sampling: str = "random") -> str:
    """The TOML text that :func:`read_table` understands."""

    def cell(value) -> str:
        if isinstance(value, list):
            return "[" + ", ".join(map(cell, value)) + "]"
        return (
            '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
            if isinstance(value, str)
            else repr(value)
        )

    blocks = [
        "\n".join(
            ["[[parameter]]", *(f"{key} = {cell(value)}" for key, value in row.to_dict().items())]
        )
        for row in rows
    ]
    return "\n\n".join([f"preset = {cell(preset)}\nsampling = {cell(sampling)}", *blocks]) + "\n"


def rows_of(preset: Preset) -> list[Row]:
    """A preset's own prior as a table, to start from."""
    if preset.table:
        return list(preset.table)
    kinds = {"log": "log-uniform", "linear": "uniform"}
    return [Row(spec.name, kinds[spec.scale], spec.low, spec.high) for spec in preset.space]
