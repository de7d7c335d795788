"""Fixed values of a prior: its parameters, or any other quantity of the experiment, chosen by name
and kept in the address as ``fix=tau=100``.
"""

from collections.abc import Collection
from contextlib import suppress

from nmr_core.errors import InputError
from nmr_core.experiment import FIELDS, PHYSICAL
from nmr_core.parameters import Parameter
from nmr_core.presets import Preset
from ui.shared import address, inputs
from ui.shared.experiment_form import LABELS, LIST
from ui.shared.query import read_setting

KEY = "fix"
OLD_KEY = "hold"
"""The same in links of version 0.5."""
MOST = 20
LABEL = "Fix parameters, change settings"


def read(
    source: str, preset: Preset, *, prefix: str = "fixed", without: Collection[str] = ()
) -> dict[str, float | str]:
    """Draw the widgets; return name -> value of what is fixed or changed.

    Parameters
    ----------
    source : str
        Name of a preset, or id of a data set; each has fixed values of its own.
    preset : Preset
        Its prior, and the values that are shown at first.
    prefix : str
        Beginning of the keys of the widgets.
    without : collection of str
        Fields that have widgets of their own on the page.
    """
    specs, key = _specs(preset, without), f"{prefix}-{source}"
    if linked := address.new(KEY) or address.new(OLD_KEY):
        values = _parse(linked, specs)
        inputs.assign(key, list(values))
        for name, value in values.items():
            shown = str(value) if specs[name] is None else value
            inputs.assign(f"{key}-{name}", shown)
    names = inputs.several(
        LABEL,
        {name: _label(specs, name) for name in specs},
        key,
        label_visibility="collapsed",
        placeholder="Choose τ, ξ, the kernel …",
    )
    values = {name: _value(f"{key}-{name}", name, specs[name], preset) for name in names}
    address.write(KEY, [f"{name}={as_text(value)}" for name, value in values.items()])
    address.write(OLD_KEY, [])
    return values


def as_text(value: float | str) -> str:
    """Return a value as it stands in an address or a command."""
    return value if isinstance(value, str) else format(value, ".15g")


def sentence(values: dict[str, float | str], preset: Preset) -> str:
    """Return the values as text, "τ = 100 µs, Kernel = gaussian"."""
    specs = _specs(preset, ())
    texts = []
    for name, value in values.items():
        spec = specs.get(name)
        symbol = spec.symbol if spec else LABELS[name][0]
        unit = f" {spec.unit}" if spec and spec.unit else ""
        shown = value if isinstance(value, str) else format(value, ".4g")
        texts.append(f"{symbol} = {shown}{unit}")
    return ", ".join(texts)


def _specs(preset: Preset, without: Collection[str]) -> dict[str, Parameter | None]:
    """What can be fixed: parameters of the prior, then fields that no setting decides.

    None stands for a choice instead of a number.
    """
    decided, experiment = {name for name, _ in preset.settings[0]}, preset.build()
    fields = [
        name
        for name in FIELDS
        if name not in preset.space
        and name not in decided
        and name not in without
        and (name in PHYSICAL or name in LABELS)
    ]
    choices = dict.fromkeys(name for name in fields if name in LABELS)
    numbers = {
        name: PHYSICAL[name].within(
            PHYSICAL[name].low, PHYSICAL[name].high, getattr(experiment, name)
        )
        for name in fields
        if name not in LABELS
    }
    return {spec.name: spec for spec in preset.drawn if not spec.values} | numbers | choices


def _label(specs: dict[str, Parameter | None], name: str) -> str:
    spec = specs[name]
    return spec.label if spec else LABELS[name][0]


def _parse(texts: list[str], specs: dict[str, Parameter | None]) -> dict[str, float | str]:
    """Values of the address; unknown names and impossible values are left out."""
    values: dict[str, float | str] = {}
    for text in texts[:MOST]:
        with suppress(InputError):
            name, value = read_setting(text)
            if name not in specs:
                continue
            spec = specs[name]
            if spec:
                number = int if spec.integer else float
                values[name] = number(spec.check(value))
            else:
                values[name] = _checked_choice(name, value)
    return values


def _checked_choice(name: str, value: float | str) -> str:
    options = LABELS[name][1]
    if str(value) not in options:
        raise InputError(
            f"{name} must be one of {', '.join(options)}; got {str(value)[:40]!r}. Choose another."
        )
    return str(value)


def _value(key: str, name: str, spec: Parameter | None, preset: Preset) -> float | str:
    """The widget of one fixed value, which first shows that of the preset."""
    if spec:
        return inputs.number(spec, key)
    label, options = LABELS[name]
    own = getattr(preset.build(), name)
    options = {option: text for option, text in options.items() if option != LIST}
    index = list(options).index(str(own)) if str(own) in options else 0
    value = inputs.choice(label, options, key, index=index)
    return int(value) if name == "sense" else value
