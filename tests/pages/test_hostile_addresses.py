"""Every key of the address that any page reads, with hostile values: no traceback, and nothing of
them is shown as Markdown or HTML.
"""

import random

import pytest

KEYS = {
    "start": ("dataset", "runs"),
    "simulate": (
        "preset",
        "alpha",
        "xi",
        "p",
        "d",
        "seed",
        "view",
        "show",
        "uncoupled",
        "set",
        "window",
        "component",
        "n_values",
        "ml4sci_2020_secular-swept",
        "ml4sci_2020_secular-tau-from",
    ),
    "challenge": ("challenge", "view", "way", "run"),
    "path": ("agenda", "begins", "notes"),
    "labs": ("lab", "points", "noise", "draw", "seed", "pin", "hide"),
    "data_sets": ("dataset", "look", "channel", "curve", "thin", "across", "up", "import"),
    "identify": ("of", "point", "view", "side", "along-values"),
    "design": (
        "of",
        "fix",
        "snr",
        "shot",
        "budget",
        "vary",
        "values-angle_2",
        "change-angle_2",
        "weight-d",
        "known",
        "errors",
        "by",
        "most",
        "seed",
        "sequences",
        "side",
        "target",
        "least-gain",
        "book",
        "shape",
        "design",
    ),
    "train": ("dataset", "targets", "effort", "share", "train-seed", "symmetries", "fresh"),
    "studies": (
        "kind",
        "study",
        "dataset",
        "study-recipe",
        "study-share",
        "study-seed",
        "study-targets",
        "study-values",
        "study-goal-regression",
    ),
    "compare": (
        "smoothing",
        "log-epochs",
        "training-part",
        "runs",
        "view",
        "reference",
        "residual-of",
        "columns",
        "echo",
        "run-words",
        "run-whose",
        "run-order",
        "run-tags",
    ),
    "explain": ("run", "view", "channel-polynomial"),
    "calibration": ("run", "view", "robust-other"),
    "measurement": (
        "measurement",
        "measurement-format",
        "level",
        "tau",
        "start",
        "angle-1",
        "scans",
        "first",
        "last",
        "which",
        "model",
        "make",
        "make-size",
        "make-kernel",
        "make-width",
    ),
    "predict": (
        "run",
        "source",
        "dataset",
        "curves",
        "measurement",
        "insist",
        "step-phase",
        "step-phase-value",
        "step-baseline",
    ),
}
"""Page -> keys of its address; a page gets keys of other pages too."""
MARK = "markme"
HOSTILE = (
    "",
    "9" * 40,
    "-1",
    "nan",
    "-inf",
    f"[{MARK}](https://example.org)",
    f"<script>{MARK}()</script>",
    f":red[{MARK}]",
    f"{MARK}\0",
    f"{MARK}\n\n# {MARK}",
    f"{MARK}" * 1700,
    "../../etc/passwd",
    "example-ridge",
    "example-ml4sci-2020",
    ["example-mlp", "example-mlp", MARK],
)
ROUNDS = 3
"""Addresses per page; in each, every key has another value."""


def _addresses(name: str) -> list[dict]:
    draw = random.Random(name)  # the same ones every time
    others = [key for keys in KEYS.values() for key in keys]
    keys = [*KEYS[name], *draw.sample(others, 5)]
    return [{key: draw.choice(HOSTILE) for key in keys} for _ in range(ROUNDS)]


def _texts(app) -> list[str]:
    """What is drawn as Markdown."""
    kinds = (app.title, app.error, app.warning, app.info, app.caption, app.markdown, app.success)
    return [element.value for elements in kinds for element in elements]


@pytest.mark.parametrize("name", KEYS)
def test_hostile_values_are_quoted_and_break_nothing(open_page, name):
    for address in _addresses(name):
        app = open_page(name, **address)
        assert not app.exception, address
        assert not app.error, address
        drawn = "\n".join(_texts(app))
        for sign in (f"[{MARK}]", f"<script>{MARK}", f":red[{MARK}", f"\n# {MARK}", "\0"):
            assert sign not in drawn, address
        assert len(max(_texts(app), key=len)) < 9_000, address
