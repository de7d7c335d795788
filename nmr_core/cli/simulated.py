"""What ``simulate`` made: one echo, several of one material, or a sweep, each as numbers, a table, columns and a figure."""

from dataclasses import asdict, dataclass

import numpy as np

from nmr_core.experiment import PHYSICAL, Experiment
from nmr_core.presets import Preset
from nmr_core.simulator.echo import Echo
from nmr_core.simulator.shape import EchoShape
from nmr_core.simulator.sweep import Sweep

MAX_LINES = 6
"""More curves than this are drawn as a map."""
SHAPE = {"height": "|M|", "time": "time (µs)", "width": "width (µs)", "asymmetry": "asymmetry"}


@dataclass(frozen=True)
class One:
    """One echo. first : what its preset sets for it; fields : none in which it would differ from others"""

    echo: Echo
    first: dict[str, float]
    fields: tuple[str, ...] = ()

    @property
    def experiments(self) -> tuple[Experiment, ...]:
        """What was simulated."""
        return (self.echo.experiment,)

    @property
    def time(self) -> np.ndarray:
        """µs, (n_times,)."""
        return self.echo.time

    def numbers(self) -> dict:
        """For JSON."""
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
        """For CSV: name -> column."""
        echo = self.echo
        return {"time_us": echo.time, "re": echo.signal.real, "im": echo.signal.imag, "mz": echo.mz}

    def arrays(self) -> dict[str, np.ndarray]:
        """For NPZ."""
        return {"time": self.echo.time, "signal": self.echo.signal, "mz": self.echo.mz}

    def facts(self) -> dict[str, str]:
        """For the summary."""
        shape = self.echo.shape
        return {
            "peak": f"|M| = {shape.height:.6g} at {shape.time:.6g} µs",
            "width": _cell(shape.width, "µs"),
            "asymmetry": _cell(shape.asymmetry),
        }

    def figure(self):
        """M(t)."""
        from nmr_core.plots import LIGHT, echo_figure

        return echo_figure(self.echo, LIGHT)


@dataclass(frozen=True)
class Several:
    """Echoes of one material, on one time grid. settings : field -> its values, (n_settings,)"""

    echoes: tuple[Echo, ...]
    settings: dict[str, np.ndarray]

    @property
    def fields(self) -> tuple[str, ...]:
        """In what they differ."""
        return tuple(self.settings)

    @property
    def first(self) -> dict[str, float]:
        """These fields of the first echo."""
        return {name: values[0].item() for name, values in self.settings.items()}

    @property
    def experiments(self) -> tuple[Experiment, ...]:
        """What was simulated."""
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
        """For JSON."""
        signals = self.signals
        return {
            "settings": self.settings,
            "echoes": _listed(self._shapes()),
            "experiments": [e.to_dict() for e in self.experiments],
            "time_us": self.time,
            "re": signals.real,
            "im": signals.imag,
            "mz": [echo.mz for echo in self.echoes],
        }

    def columns(self) -> dict[str, np.ndarray]:
        """For CSV: name -> column, one row per point."""
        return _long(self.settings, self.time, self.signals)

    def arrays(self) -> dict[str, np.ndarray]:
        """For NPZ."""
        return {
            "time": self.time,
            "signals": self.signals,
            "mz": np.stack([echo.mz for echo in self.echoes]),
            **self.settings,
        }

    def facts(self) -> dict[str, str]:
        """For the summary."""
        return {"echoes": str(len(self.echoes))}

    def table(self) -> tuple[list[str], list[list[str]]]:
        """Header and rows, one an echo."""
        return _table(
            {_label(name): values for name, values in self.settings.items()}, self._shapes()
        )

    def figure(self):
        """Up to six curves as lines, more as a map over the first field that differs, in its order."""
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
class Swept:
    """Echoes along one parameter."""

    sweep: Sweep

    @property
    def fields(self) -> tuple[str, ...]:
        """In what they differ."""
        return (self.sweep.parameter.name,)

    @property
    def first(self) -> dict[str, float]:
        """The first value."""
        return {self.sweep.parameter.name: self.sweep.values[0].item()}

    @property
    def experiments(self) -> tuple[Experiment, ...]:
        """What was simulated."""
        return self.sweep.experiments

    @property
    def time(self) -> np.ndarray:
        """µs, (n_times,), of the longest record."""
        return self.sweep.time

    def numbers(self) -> dict:
        """For JSON."""
        s = self.sweep
        return {
            "sweep": {
                "parameter": s.parameter.name,
                "symbol": s.parameter.symbol,
                "unit": s.parameter.unit,
                "values": s.values,
            },
            "echoes": _listed(s.shapes),
            "experiments": [e.to_dict() for e in s.experiments],
            "time_us": s.time,
            "re": s.signals.real,
            "im": s.signals.imag,
        }

    def columns(self) -> dict[str, np.ndarray]:
        """For CSV: name -> column, one row per point; a shorter record has fewer."""
        return _long({"value": self.sweep.values}, self.sweep.time, self.sweep.signals)

    def arrays(self) -> dict[str, np.ndarray]:
        """For NPZ."""
        s = self.sweep
        return {
            "time": s.time,
            "values": s.values,
            "signals": s.signals,
            "parameter": np.array(s.parameter.name),
        }

    def facts(self) -> dict[str, str]:
        """For the summary."""
        return {"echoes": str(len(self.sweep.values))}

    def table(self) -> tuple[list[str], list[list[str]]]:
        """Header and rows, one a value."""
        spec = self.sweep.parameter
        unit = f" ({spec.unit})" if spec.unit else ""
        return _table({f"{spec.name}{unit}": self.sweep.values}, self.sweep.shapes)

    def figure(self):
        """A map over time and the parameter."""
        from nmr_core.plots import LIGHT, sweep_figure

        s = self.sweep
        order = np.argsort(s.values, kind="stable")
        return sweep_figure(
            s.time, s.values[order], np.abs(s.signals[order]), s.parameter.label, LIGHT
        )


def one(preset: Preset, given: dict, *, seed: int) -> One:
    """The echo of a preset with one setting."""
    from nmr_core.simulator import simulate

    return One(simulate(preset.experiments(**given)[0], seed=seed), dict(preset.settings[0]))


def several(preset: Preset, given: dict, *, seed: int) -> Several:
    """An echo for each setting, with the noise that it has in a data set."""
    from nmr_core.simulator import simulate

    experiments = preset.experiments(**given)
    columns = {
        name: np.array([dict(setting)[name] for setting in preset.settings])
        for name, _ in preset.settings[0]
    }
    return Several(
        tuple(simulate(e, seed=seed, setting=k) for k, e in enumerate(experiments)), columns
    )


def swept(
    preset: Preset, given: dict, name: str, low: float, high: float, n_values: int, *, seed: int
) -> Swept:
    """The echoes of ``preset.build`` along one parameter."""
    from nmr_core.simulator.sweep import sweep, swept_parameter, values_between

    spec = swept_parameter(preset, name)
    for end in (low, high):
        preset.build(
            **given, **{name: end}
        )  # refused before anything is simulated, and before values in between
    return Swept(sweep(preset, name, values_between(spec, low, high, n_values), seed=seed, **given))


def _long(
    fields: dict[str, np.ndarray], time: np.ndarray, signals: np.ndarray
) -> dict[str, np.ndarray]:
    """Curves below each other; signals (n_curves, n_times), NaN = not recorded."""
    there = np.isfinite(signals).ravel()
    columns = {name: np.repeat(values, len(time)) for name, values in fields.items()}
    columns |= {
        "time_us": np.tile(time, len(signals)),
        "re": signals.real.ravel(),
        "im": signals.imag.ravel(),
    }
    return {name: column[there] for name, column in columns.items()}


def _listed(shapes: EchoShape) -> dict[str, np.ndarray]:
    return {
        "magnitude": shapes.height,
        "time_us": shapes.time,
        "width_us": shapes.width,
        "asymmetry": shapes.asymmetry,
    }


def _table(first: dict[str, np.ndarray], shapes: EchoShape) -> tuple[list[str], list[list[str]]]:
    columns = [*first.values(), *(getattr(shapes, name) for name in SHAPE)]
    return [*first, *SHAPE.values()], [
        [_cell(value) for value in row] for row in zip(*columns, strict=True)
    ]


def _cell(value: float, unit: str = "") -> str:
    """A number; "-" where the echo has no width at half height."""
    return f"{value:.6g} {unit}".rstrip() if np.isfinite(value) else "-"


def _label(name: str) -> str:
    unit = PHYSICAL[name].unit if name in PHYSICAL else ""
    return f"{name} ({unit})" if unit else name


def _symbol(name: str) -> str:
    return PHYSICAL[name].symbol if name in PHYSICAL else name
