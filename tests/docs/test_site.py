"""The documentation builds without warnings, and its pages fetch nothing from the internet."""

import os
import re
import subprocess
import sys
from importlib.util import find_spec

import pytest


@pytest.fixture(scope="module")
def site(repository, tmp_path_factory):
    """The built site; .ci/run has built it already."""
    built = repository / "static" / "docs"
    if os.environ.get("CI") and (built / "index.html").is_file():
        return built
    if not find_spec("mkdocs"):
        missing = "MkDocs is not installed (pip install -r requirements-dev.txt)"
        pytest.fail(missing) if os.environ.get("CI") else pytest.skip(missing)
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)]
    environment = os.environ | {"NO_MKDOCS_2_WARNING": "1"}
    answer = subprocess.run(
        command, cwd=repository, env=environment, capture_output=True, text=True
    )
    assert answer.returncode == 0, answer.stdout + answer.stderr
    assert "WARNING" not in answer.stdout + answer.stderr
    return folder


def test_pages_load_nothing_from_another_host(site):
    pages = list(site.rglob("*.html"))
    assert len(pages) > 30
    loaded = re.compile(r"<(?:script|link|img|iframe)\b[^>]*\b(?:src|href)=\"?(?:https?:)?//[^>]*")
    assert not [match[0] for page in pages for match in loaded.finditer(page.read_text())]


def test_the_reference_shows_functions_not_their_modules(site):
    text = (site / "reference" / "simulation.html").read_text()
    assert 'id="nmr_core.simulator.sweep.sweep"' in text
    assert 'id="nmr_core.simulate"' in text
