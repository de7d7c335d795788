"""The summary of ``simulate``: what all echoes have in common, then one line per echo."""

from typing import Any

from nmr_core.cli.output import quantity, show_facts, show_table
from nmr_core.errors import InputError
from nmr_core.experiment import DERIVED, FIELDS, PHYSICAL
from nmr_core.presets import Preset
from nmr_core.sequences import SEQUENCES


def summarise(preset: Preset, values: dict, result: Any) -> dict:
    """Return what all echoes have in common; derived values are a list where the echoes differ."""
    first = result.experiments[0]
    own = {
        name: getattr(first, name) if name in FIELDS else values.get(name, default)
        for name, default in preset.space.defaults.items()
        if name in FIELDS or _matters(preset, values, name)
    }
    parameters = own | {
        name: getattr(first, name, value)
        for name, value in values.items()
        if name not in preset.space
    }
    parameters |= {
        name: _common([getattr(e, name) for e in result.experiments]) for name in preset.solved
    }
    parameters = {
        name: value
        for name, value in parameters.items()
        if name not in (*result.fields, *DERIVED.names)
    }
    units = {spec.name: spec.unit for space in (PHYSICAL, preset.space) for spec in space}
    derived, p = [e.derived for e in result.experiments], first.protocol
    return {
        "preset": preset.name,
        "parameters": parameters,
        "units": {name: units.get(name, "") for name in parameters},
        **{name: _common([d[name] for d in derived]) for name in DERIVED.names},
        "sequence": p.sequence,
        "scheme": SEQUENCES[p.sequence].scheme if p.sequence in SEQUENCES else p.sequence,
        "n_times": len(result.time),
        "echo_time_us": _common([e.protocol.echo_time for e in result.experiments]),
        "n_echoes": _common([len(e.protocol.echo_times) for e in result.experiments]),
    }


def _common(values: list):
    """The value that all share, or the list of values."""
    return values[0] if all(value == values[0] for value in values) else values


def _matters(preset: Preset, values: dict, name: str) -> bool:
    """Whether a parameter of the preset has an effect: a field that is set may overrule it."""
    spec = preset.space[name]
    other = spec.low if values.get(name, spec.default) != spec.low else spec.high
    try:
        return preset.build(**values | {name: other}) != preset.build(**values)
    except InputError:
        return True


def show(preset: Preset, summary: dict, result: Any) -> None:
    """Print the summary, and one line per echo."""
    units = summary["units"] | {spec.name: spec.unit for spec in DERIVED}
    sequence, scheme = summary["sequence"], summary["scheme"]
    show_facts(
        {"preset": f"{preset.name} ({preset.label})"}
        | {name: _quantity(value, units[name]) for name, value in summary["parameters"].items()}
        | {name: _quantity(summary[name], units[name]) for name in DERIVED.names}
        | {
            "sequence": sequence if scheme == sequence else f"{sequence} ({scheme})",
            "points": str(summary["n_times"]),
            "echo time": _echo_time(summary["echo_time_us"], summary["n_echoes"]),
        }
        | result.facts()
        | {
            title: summary[key]
            for key, title in (("out", "written"), ("figure", "drawn"))
            if summary[key]
        }
    )
    if result.fields:
        print()
        show_table(*result.table(), {spec.name: spec for spec in preset.space}, "shape")


def _quantity(value: Any, unit: str) -> str:
    ends = (
        [f"{end:.6g}" for end in (min(value), max(value))] if isinstance(value, list) else [value]
    )
    return quantity(" to ".join(dict.fromkeys(ends)) if len(ends) == 2 else value, unit)


def _echo_time(time: float, n_echoes: int) -> str:
    if n_echoes == 0:
        return "none"
    return _quantity(time, "µs") + (
        "" if n_echoes == 1 else ", the first of " + _quantity(n_echoes, "")
    )
