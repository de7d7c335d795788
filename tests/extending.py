"""One throw-away thing of every kind, registered as its file and its one line would do; prints
where it is found.
"""

import io
import json
import sys
import tempfile
from contextlib import redirect_stdout
from dataclasses import replace

import numpy as np

import nmr_core as nmr
from nmr_core.effects._effect import Effect, effect, number
from nmr_core.effects.strengths import Ladder, LogUniform
from nmr_core.io.readers.registry import READERS
from nmr_core.kernels import Kernel
from nmr_core.kernels.lengths import XI, XI_SEARCH
from nmr_core.parameters import Parameter
from nmr_core.pulses import Pulse, Steps
from nmr_core.sequences import Sequence


def dipolar(r, cos_theta, xi, tilt):
    """K(r, theta) = (1 - 3 tilt cos^2 theta) (r/xi)^-3."""
    return (1 - 3 * tilt * cos_theta**2) * (r / xi) ** -3


TILT = Parameter("tilt", "t", "", 0, 2, 1.0, description="Weight of the angle.")
nmr.KERNELS["dipolar"] = Kernel(
    "dipolar", "Dipolar", dipolar, (XI, TILT), "K", searches=(XI_SEARCH,), angular=True
)


@effect
class Turned(Effect):
    """M(t) exp(i angle), the same for every sample. Source: this test."""

    name = "turned"
    label = "Turned"
    keeps_symmetry = False
    ladder = Ladder("angle", (1, 10, 100))
    random_strength = LogUniform("angle", 1, 100)

    angle: float = number("a", "°", 0, 360, 10, "Angle.")

    def change(self, context, signals, draws):
        return signals * np.exp(1j * np.radians(self.angle)).astype(np.complex64)


nmr.EFFECTS["turned"] = Turned


def solid_echo(protocol):
    """angle_1 - tau - angle_1 about y - acquire. Source: this test."""
    first = Pulse(protocol.angle_1, protocol.phase_1, protocol.sense)
    return (
        first,
        Steps(protocol.n_tau),
        replace(first, phase=protocol.phase_1 + 90),
        Steps(protocol.n_acquire),
    )


nmr.SEQUENCES["solid_echo"] = Sequence(
    "solid_echo", "Solid echo", solid_echo, ("tau", "angle_1", "phase_1", "acquire"), "β - τ - β"
)
base = nmr.preset("ml4sci_2020_secular")
fields = {"kernel": "dipolar", "sequence": "solid_echo", "n_x": 8, "n_y": 8, "tau": 5.0}
fields |= {"normalisation": "sum"}
nmr.PRESETS["own_preset"] = replace(
    base, name="own_preset", label="Own preset", base=base.base.replace(**fields)
)
for registry, like in (
    (nmr.FEATURIZERS, "raw"),
    (nmr.MODELS, "ridge"),
    (nmr.FORMATS, "npz"),
    (READERS, next(iter(READERS))),
):
    registry["own_entry"] = replace(registry[like], name="own_entry", label="Own entry")


READERS["own_entry"] = replace(READERS["own_entry"], sniff=lambda files: (1.0, "this test's"))


def unknown_file() -> str:
    """A file that only the throw-away reader takes."""
    with tempfile.NamedTemporaryFile("w", suffix=".own", delete=False) as file:
        file.write("own")
    return file.name


def command(*arguments: str) -> str:
    """What a command prints."""
    from nmr_core.cli import main

    text = io.StringIO()
    with redirect_stdout(text):
        status = main(list(arguments))
    return text.getvalue() if status == 0 else f"exit status {status}"


def has_page() -> dict[str, bool]:
    """Whether a page, a file in pages/ with one line in the table, opens in the navigation."""
    import shutil
    from pathlib import Path

    from streamlit.testing.v1 import AppTest

    from ui.shared import pages

    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        root = Path(__file__).parents[1]
        shutil.copy(root / "app.py", copy)
        shutil.copytree(root / "pages", copy / "pages")
        script = "import streamlit as st\n\nst.title('What is new?')\n"
        (copy / "pages" / "own_page.py").write_text(script)
        sections = dict(pages.PAGES)
        pages.PAGES.clear()
        pages.PAGES["Own"] = {"own_page": ("Own page", ":material/add:")}
        pages.PAGES.update(sections)  # the new page is the first, which opens
        pages.FOLDER = copy / "pages"
        app = AppTest.from_file(str(copy / "app.py"), default_timeout=60).run()
        return {
            "page opens": [title.value for title in app.title] == ["What is new?"],
            "page is in the navigation": app.session_state["_page"] == "Own page",
            "page has the sidebar of the app": bool(app.sidebar.caption),
        }


def found() -> dict[str, bool]:
    """Where each thing is found."""
    from nmr_core.effects import Context
    from nmr_core.inference.intervals.curves import random_effects
    from nmr_core.inference.robustness.bench import default_effects, ladders_of
    from nmr_core.measured.reading import sniff_measurement
    from ui.shared import experiment_form
    from ui.shared.experiment_form import GROUPS, LABELS

    preset = nmr.preset("own_preset")
    one, other = (nmr.simulate(preset.build(tilt=tilt)).signal for tilt in (0.5, 1.0))
    dataset = nmr.generate(preset.fix(tilt=0.3), 24, effects="turned:angle=90")
    solved = nmr.solve_for(preset.build(tilt=0.0, normalisation="none"), "xi", W=20.0)
    with tempfile.TemporaryDirectory() as folder:
        again = nmr.load_dataset(dataset.save(f"{folder}/ds-own"))
        same = again.preset == dataset.preset and again.digest() == dataset.digest()
    echo = command("simulate", "--preset", "own_preset", "--set", "tilt=0.5", "--json")
    helps = {
        name: command(name, "--help")
        for name in ("simulate", "generate", "robustness", "train", "import", "export")
    } | {"measure": command("data", "measure", "--help")}
    words = {name: " ".join(text.split()) for name, text in helps.items()}
    protocol = preset.build().protocol
    return {
        "kernel simulates, with its angle": bool(np.abs(one - other).max() > 1e-3),
        "kernel can be solved for a strength": abs(solved.W - 20) < 1e-8,
        "kernel in simulate --help": "dipolar" in words["simulate"],
        "kernel parameter in simulate --help": "tilt" in words["simulate"],
        "kernel parameter at the command line": json.loads(echo) is not None,
        "kernel in the menu": LABELS["kernel"][1].get("dipolar") == "Dipolar",
        "kernel parameter in the menu": "tilt" in GROUPS["Interaction"],
        "kernel parameter used by its kernel only": experiment_form._used(
            "tilt", {"kernel": "dipolar", "sequence": "fid"}
        )
        and not experiment_form._used("tilt", {"kernel": "rkky", "sequence": "fid"}),
        "effect and preset in a stored data set": same,
        "effect acts": bool(np.abs(dataset.signals.imag).max() > 0),
        "effect in robustness": ladders_of(["turned"])[0].written(10) == "a 10°"
        and "turned" in default_effects(),
        "effect in the error model": "turned" in random_effects(Context.of(protocol)),
        "effect breaks symmetries": nmr.symmetries_of(dataset) == (),
        "effect in generate --help": "turned" in words["generate"],
        "effect in robustness --help": "turned" in words["robustness"],
        "effect in data measure --help": "turned" in words["measure"],
        "sequence in simulate --help": "solid_echo" in words["simulate"],
        "sequence in the menu": LABELS["sequence"][1].get("solid_echo") == "Solid echo",
        "preset is listed": "own_preset" in nmr.PRESETS,
        "featurizer and model in train --help": words["train"].count("own_entry") >= 2,
        "featurizer and model train": nmr.train(
            dataset, featurizer="own_entry", model="own_entry", targets=["alpha"], split=4
        ).manifest.model
        == "own_entry",
        "reader recognises its files": sniff_measurement(unknown_file()).kind == "own_entry",
        "format in import and export --help": "own_entry" in words["import"]
        and "own_entry" in words["export"],
        **has_page(),
    }


if __name__ == "__main__":
    print(json.dumps(found()), file=sys.stderr)
