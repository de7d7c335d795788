"""A disk that takes nothing more: pages open, say so, and free space."""

import os
import subprocess
import sys
import textwrap

import pytest

from nmr_core.jobs.store import JobStore

PAGES = ("start", "simulate", "data_sets", "train", "compare", "explain", "predict", "studies")
ENVIRONMENT = {"NMR_WORKERS": "0", "PYTHONDONTWRITEBYTECODE": "1"}
PROGRAM = """
    import resource, sys
    from pathlib import Path
    from streamlit.testing.v1 import AppTest
    from ui.shared import warm_up

    warm_up.begin = lambda: None

    def opened(page):
        app = AppTest.from_file("app.py", default_timeout=120)
        return app.switch_page(f"pages/{page}.py").run()

    opened("data_sets")  # imports and compiles while there is room
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    for page in PAGES:
        app = opened(page)
        assert not app.exception, (page, app.exception)
    app = opened("data_sets")
    app.session_state["delete-ds-own-open"] = True
    app.run()
    app.button(key="delete-ds-own").click().run()
    assert not app.exception
    left = [path.name for path in Path(sys.argv[1], "datasets").iterdir() if path.name[0] != "."]
    print("left", left, [error.value for error in app.error])
"""


@pytest.mark.skipif(sys.platform == "win32", reason="RLIMIT_FSIZE is POSIX")
def test_pages_open_on_a_full_disk_and_delete(own, repository):
    """The system refuses every byte that is written to a file (EFBIG), as a full disk does."""
    JobStore(own).running()  # the table is there
    program = f"PAGES = {PAGES!r}\n{textwrap.dedent(PROGRAM)}"
    done = subprocess.run(
        [sys.executable, "-c", program, str(own)],
        cwd=repository,
        env=os.environ | ENVIRONMENT | {"NMR_DATA": str(own)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert "left [] []" in done.stdout, done.stdout
