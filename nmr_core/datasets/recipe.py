"""The lines that make a data set again."""

import shlex
from typing import Any

from nmr_core.datasets.dataset import EchoDataset
from nmr_core.effects import effects_from, effects_text
from nmr_core.presets import PRESETS

READ = "import nmr_core as nmr\n\n"


IMPORTED = """import nmr_core as nmr
from nmr_core.io.formats import accept

# Imported from {source}: give the path of that file or folder
dataset = accept(nmr.read_foreign("PATH"), source="PATH")"""


def recipe(opened: EchoDataset) -> tuple[str, str]:
    """Return the lines that make a data set again on any machine.

    Parameters
    ----------
    opened : EchoDataset
        A generated or imported data set.

    Returns
    -------
    python, command : str
        The preset with its options and the seed; of imported signals the lines that import the
        file again, with PATH for its place.
    """
    m = opened.manifest
    if m.source:
        source = " ".join(m.source.split())
        return IMPORTED.format(source=source), f"python -m nmr_core import PATH --out {m.id}"
    own = [dict(setting) for setting in PRESETS[m.preset_name].settings]
    columns = (
        {name: [setting[name] for setting in m.settings] for name in m.settings[0]}
        if m.settings != own
        else {}
    )
    effects = effects_text(effects_from(m.effects))
    return _python(m, columns, effects), _command(m, columns, effects)


def _python(m: Any, columns: dict, effects: str) -> str:
    measure = f".measure(**{columns})" if columns else ""
    hold = f".fix(**{m.preset['fixed']})" if m.preset["fixed"] else ""
    densities = m.preset.get("density")
    focus = f".focus(**{densities})" if densities else ""
    source = f"nmr.preset({m.preset_name!r}){measure}{focus}"
    lines = READ
    if m.preset["table"]:
        listed = "".join(f"    {row},\n" for row in m.preset["table"])
        lines += (
            f"from nmr_core.presets import Row, table_preset\n\nrows = [\n{listed}]\n"
            f"preset = table_preset([Row.of(row) for row in rows], {source}, "
            f"{m.preset['sampling']!r}){hold}\n"
        )
    else:
        lines += f"preset = {source}{hold}\n"
    noisy = f", effects={effects!r}, effects_seed={m.effects_seed}" if effects else ""
    return f"{lines}dataset = nmr.generate(preset, {m.n_samples}, seed={m.seed}, n_jobs=-1{noisy})"


def _command(m: Any, columns: dict, effects: str) -> str:
    space = f" --space {m.id}.toml" if m.preset["table"] else f" --preset {m.preset_name}"
    measured = "".join(
        f" --settings {name}={','.join(map(str, values))}" for name, values in columns.items()
    )
    fixed = "".join(
        f" --set {shlex.quote(f'{name}={value}')}" for name, value in m.preset["fixed"].items()
    )
    focus = "".join(
        f" --density {name}={density}" for name, density in m.preset.get("density", {}).items()
    )
    noisy = f" --effects {effects} --effects-seed {m.effects_seed}" if effects else ""
    return (
        f"python -m nmr_core generate{space} -n {m.n_samples} --seed {m.seed}"
        f"{measured}{focus}{fixed}{noisy} --out {m.id}"
    )
