"""A link to what is gone: every page says what, when and by whom, and puts nothing there."""

from dataclasses import replace

import pytest

from nmr_core.storage import catalogue, trash
from nmr_core.storage.kinds import KINDS
from nmr_core.studies import load_study

TITLES = {"dataset": r"Own \*small\* set", "run": "Own ridge", "study": "Own curve"}
IDS = {"dataset": "ds-own", "run": "run-ridge", "study": "st-own"}
BOTH = {"runs": ["run-ridge", "example-ridge"]}
LINKS = [
    ("data_sets", "dataset", "dataset", {}),
    ("train", "dataset", "dataset", {}),
    ("studies", "dataset", "dataset", {}),
    ("identify", "of", "dataset", {}),
    ("predict", "dataset", "dataset", {"source": "dataset", "run": "example-ridge"}),
    ("predict", "run", "run", {}),
    ("explain", "run", "run", {}),
    ("calibration", "run", "run", {}),
    ("compare", "runs", "run", {}),
    ("compare", "runs", "run", BOTH),
    ("compare", "reference", "run", {"runs": ["example-ridge"]}),
    ("studies", "study-recipe", "run", {"kind": "sanity", "dataset": "ds-own"}),
    ("studies", "study", "study", {"kind": "learning_curve"}),
]
"""Page, key of the address, kind, and the rest of the address."""


@pytest.fixture
def study(own):
    replace(load_study("example-learning-ridge"), id="st-own", title="Own curve").save()
    return own


@pytest.mark.parametrize(("page", "key", "kind", "more"), LINKS)
def test_what_was_deleted_is_named_and_can_be_restored(study, open_page, page, key, kind, more):
    catalogue.delete(KINDS[kind], IDS[kind], by="somebody-else")
    app = open_page(page, **{key: IDS[kind]} | more)
    assert not app.exception
    said = [text.value for text in app.markdown if f"**{TITLES[kind]}** was deleted" in text.value]
    assert len(said) == 1
    assert " by another visitor on " in said[0]
    assert IDS[kind] not in _shown(app, key)
    app.button(key=f"restore-{IDS[kind]}").click().run()
    assert not app.exception
    assert trash.entries() == []
    assert IDS[kind] in _shown(app, key)


@pytest.mark.parametrize(("page", "key", "kind", "more"), LINKS)
def test_what_never_was_is_named(study, open_page, page, key, kind, more):
    names = {**more, key: ["gone-1", *BOTH["runs"]] if more is BOTH else "gone-1"}
    app = open_page(page, **names)
    assert not app.exception
    label = KINDS[kind].label
    missing = [text.value for text in app.warning if text.value.startswith("There is no")]
    assert [f"There is no {label} gone\\-1 here" in text for text in missing] == [True]
    assert set(_shown(app, key)) <= set(BOTH["runs"] if more is BOTH else ())


def _shown(app, key: str) -> list[str]:
    """What the choice of the page holds."""
    value = app.session_state[key] if key in app.session_state else ""  # noqa: SIM401
    return value if isinstance(value, list) else [value] if value else []


@pytest.mark.parametrize(
    "echo", ["example-ridge:999999", "example-ridge:x", "run-gone:1", "nonsense"]
)
def test_an_echo_that_no_run_was_tested_on_is_named(open_page, words, echo):
    app = open_page("compare", runs=["example-ridge"], echo=echo)
    assert not app.exception
    assert "is not among the test echoes" in words(app)
