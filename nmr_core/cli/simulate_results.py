"""Results of ``simulate``: one echo, one per setting, or a sweep; as JSON, CSV, NPZ and figure."""

from dataclasses import asdict, dataclass

import numpy as np

from nmr_core.experiment import PHYSICAL, Experiment
from nmr_core.presets import Preset
from nmr_core.simulator.echo import Echo
from nmr_core.simulator.shape import EchoShape
from nmr_core.simulator.sweep import Sweep

MAX_LINES = 6
"""More curves than this are drawn as a map."""
SHAPE = ("height", "time", "width", "asymmetry")


@dataclass(frozen=True)
class EchoResult:
    """One echo.

    Attributes
    ----------
    first : dict
        Fields of the preset's only setting.
    fields : tuple of str
        Fields in which several echoes differ: none.
    """

    echo: Echo
    first: dict[str, float]
    fields: tuple[str, ...] = ()

    @property
    def experiments(self) -> tuple[Experiment, ...]:
        """The simulated experiments."""
        return (self.echo.experiment,)

    @property
    def time(self) -> np.ndarray:
        """µs, (n_times,)."""
        return self.echo.time

    def numbers(self) -> dict:
        """Return the fields as JSON-ready values."""
        shape, echo = self.echo.shape, self.echo
        return {
            "peak": {
                "time_us": shape.time,
                "magnitude": shape.height,
                "width_us": shape.width,
                "asymmetry": shape.asymmetry,
            },
            "experiment": echo.experiment.to_dict(),
            "time_us": echo.time,
            "re": echo.signal.real,
            "im": echo.signal.imag,
            "mz": echo.mz,
        }

    def columns(self) -> dict[str, np.ndarray]:
        """Return the columns of a CSV file."""
        echo = self.echo
        return {"time_us": echo.time, "re": echo.signal.real, "im": echo.signal.imag, "mz": echo.mz}

    def arrays(self) -> dict[str, np.ndarray]:
        """Return the arrays of an NPZ file."""
        return {"time": self.echo.time, "signal": self.echo.signal, "mz": self.echo.mz}

    def facts(self) -> dict[str, str]:
        """Return lines of the printed summary."""
        shape = self.echo.shape
        return {
            "peak": f"|M| = {shape.height:.6g} at {shape.time:.6g} µs",
            "width": _cell(shape.width, "µs"),
            "asymmetry": _cell(shape.asymmetry),
        }

    def figure(self):
        """Return the figure of M(t)."""
        from nmr_core.plots import LIGHT, echo_figure

        return echo_figure(self.echo, LIGHT)


@dataclass(frozen=True)
class SettingsResult:
    """Echoes of one material, one per setting, on one time grid.

    Attributes
    ----------
    echoes : tuple of Echo
    settings : dict of str to array, (n_settings,)
        Fields in which they differ.
    """

    echoes: tuple[Echo, ...]
    settings: dict[str, np.ndarray]

    @property
    def fields(self) -> tuple[str, ...]:
        """Fields in which the echoes differ."""
        return tuple(self.settings)

    @property
    def first(self) -> dict[str, float]:
        """These fields, of the first echo."""
        return {name: values[0].item() for name, values in self.settings.items()}

    @property
    def experiments(self) -> tuple[Experiment, ...]:
        """The simulated experiments."""
        return tuple(echo.experiment for echo in self.echoes)

    @property
    def time(self) -> np.ndarray:
        """µs, (n_times,)."""
        return self.echoes[0].time

    @property
    def signals(self) -> np.ndarray:
        """M, complex (n_settings, n_times)."""
        return np.stack([echo.signal for echo in self.echoes])

    def numbers(self) -> dict:
        """Return the fields as JSON-ready values."""
        signals = self.signals
        return {
            "settings": self.settings,
            "echoes": _shape_columns(self._shapes()),
            "experiments": [e.to_dict() for e in self.experiments],
            "time_us": self.time,
            "re": signals.real,
            "im": signals.imag,
            "mz": [echo.mz for echo in self.echoes],
        }

    def columns(self) -> dict[str, np.ndarray]:
        """Return the columns of a CSV file, one row per point."""
        return _long(self.settings, self.time, self.signals)

    def arrays(self) -> dict[str, np.ndarray]:
        """Return the arrays of an NPZ file."""
        return {
            "time": self.time,
            "signals": self.signals,
            "mz": np.stack([echo.mz for echo in self.echoes]),
            **self.settings,
        }

    def facts(self) -> dict[str, str]:
        """Return lines of the printed summary."""
        return {"echoes": str(len(self.echoes))}

    def table(self) -> tuple[list[str], list[list[str]]]:
        """Return names of columns and rows, one per echo."""
        return _table(self.settings, self._shapes())

    def figure(self):
        """Return a figure: up to six echoes as lines, more as a map over a field that differs."""
        from nmr_core.plots import LIGHT, overlay_figure, sweep_figure

        if len(self.echoes) <= MAX_LINES:
            labels = [
                ", ".join(
                    f"{_symbol(name)} = {values[k]:g}" for name, values in self.settings.items()
                )
                for k in range(len(self.echoes))
            ]
            return overlay_figure(dict(zip(labels, self.echoes, strict=True)), LIGHT)
        name = next(
            (name for name, values in self.settings.items() if len(set(values)) > 1), self.fields[0]
        )
        values = self.settings[name]
        order = np.argsort(values, kind="stable")
        label = PHYSICAL[name].label if name in PHYSICAL else name
        return sweep_figure(self.time, values[order], np.abs(self.signals[order]), label, LIGHT)

    def _shapes(self) -> EchoShape:
        shapes = [asdict(echo.shape) for echo in self.echoes]
        return EchoShape(**{name: np.array([shape[name] for shape in shapes]) for name in SHAPE})


@dataclass(frozen=True)
class SweepResult:
    """Echoes along one parameter."""

    sweep: Sweep

    @property
    def fields(self) -> tuple[str, ...]:
        """Fields in which the echoes differ."""
        return (self.sweep.parameter.name,)

    @property
    def first(self) -> dict[str, float]:
        """The first value."""
        return {self.sweep.parameter.name: self.sweep.values[0].item()}

    @property
    def experiments(self) -> tuple[Experiment, ...]:
        """The simulated experiments."""
        return self.sweep.experiments

    @property
    def time(self) -> np.ndarray:
        """µs, (n_times,), of the longest record."""
        return self.sweep.time

    def numbers(self) -> dict:
        """Return the fields as JSON-ready values."""
        s = self.sweep
        return {
            "sweep": {
                "parameter": s.parameter.name,
                "symbol": s.parameter.symbol,
                "unit": s.parameter.unit,
                "values": s.values,
            },
            "echoes": _shape_columns(s.shapes),
            "experiments": [e.to_dict() for e in s.experiments],
            "time_us": s.time,
            "re": s.signals.real,
            "im": s.signals.imag,
        }

    def columns(self) -> dict[str, np.ndarray]:
        """Return the columns of a CSV file, one row per point; a shorter echo has fewer."""
        return _long(
            {self.sweep.parameter.name: self.sweep.values}, self.sweep.time, self.sweep.signals
        )

    def arrays(self) -> dict[str, np.ndarray]:
        """Return the arrays of an NPZ file."""
        s = self.sweep
        return {
            "time": s.time,
            "values": s.values,
            "signals": s.signals,
            "parameter": np.array(s.parameter.name),
        }

    def facts(self) -> dict[str, str]:
        """Return lines of the printed summary."""
        return {"echoes": str(len(self.sweep.values))}

    def table(self) -> tuple[list[str], list[list[str]]]:
        """Return names of columns and rows, one per value."""
        return _table({self.sweep.parameter.name: self.sweep.values}, self.sweep.shapes)

    def figure(self):
        """Return a map of |M| over time and the parameter."""
        from nmr_core.plots import LIGHT, sweep_figure

        s = self.sweep
        order = np.argsort(s.values, kind="stable")
        return sweep_figure(
            s.time, s.values[order], np.abs(s.signals[order]), s.parameter.label, LIGHT
        )


def simulate_one(preset: Preset, values: dict, *, seed: int) -> EchoResult:
    """Return the echo of a preset with one setting."""
    from nmr_core.simulator import simulate

    return EchoResult(
        simulate(preset.experiments(**values)[0], seed=seed), dict(preset.settings[0])
    )


def simulate_settings(preset: Preset, values: dict, *, seed: int) -> SettingsResult:
    """Return an echo per setting, with the noise that it has in a data set."""
    from nmr_core.simulator import simulate

    experiments = preset.experiments(**values)
    columns = {
        name: np.array([dict(setting)[name] for setting in preset.settings])
        for name, _ in preset.settings[0]
    }
    return SettingsResult(
        tuple(simulate(e, seed=seed, setting=k) for k, e in enumerate(experiments)), columns
    )


def simulate_sweep(
    preset: Preset, values: dict, name: str, low: float, high: float, n_values: int, *, seed: int
) -> SweepResult:
    """Return the echoes of ``preset.build`` along one parameter, from ``low`` to ``high``.

    Raises
    ------
    InputError
        For an end of the range that cannot be simulated.
    """
    from nmr_core.simulator.sweep import sweep, swept_parameter, values_between

    spec = swept_parameter(preset, name)
    # A range that is refused is refused before anything is simulated
    for end in (low, high):
        preset.build(**values, **{name: end})
    return SweepResult(
        sweep(preset, name, values_between(spec, low, high, n_values), seed=seed, **values)
    )


def _long(
    fields: dict[str, np.ndarray], time: np.ndarray, signals: np.ndarray
) -> dict[str, np.ndarray]:
    """Columns of echoes below each other; signals (n_echoes, n_times), NaN = not recorded."""
    recorded = np.isfinite(signals).ravel()
    columns = {name: np.repeat(values, len(time)) for name, values in fields.items()}
    columns |= {
        "time_us": np.tile(time, len(signals)),
        "re": signals.real.ravel(),
        "im": signals.imag.ravel(),
    }
    return {name: column[recorded] for name, column in columns.items()}


def _shape_columns(shapes: EchoShape) -> dict[str, np.ndarray]:
    return {
        "magnitude": shapes.height,
        "time_us": shapes.time,
        "width_us": shapes.width,
        "asymmetry": shapes.asymmetry,
    }


def _table(first: dict[str, np.ndarray], shapes: EchoShape) -> tuple[list[str], list[list[str]]]:
    columns = [*first.values(), *(getattr(shapes, name) for name in SHAPE)]
    return [*first, *SHAPE], [[_cell(value) for value in row] for row in zip(*columns, strict=True)]


def _cell(value: float, unit: str = "") -> str:
    """A number; "-" where the echo has no width at half height."""
    return f"{value:.6g} {unit}".rstrip() if np.isfinite(value) else "-"


def _symbol(name: str) -> str:
    return PHYSICAL[name].symbol if name in PHYSICAL else name
