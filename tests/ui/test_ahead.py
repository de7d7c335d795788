"""The first page is prepared from the start of the server, without what it does not need."""

import asyncio
import subprocess
import sys
import threading

from streamlit import config

from ui.server import ahead
from ui.server.lifespan import lifespan


def test_the_first_page_needs_no_scikit_learn(repository):
    code = (
        "import importlib, sys\n"
        f"for name in {ahead.FIRST}: importlib.import_module(name)\n"
        "print({'sklearn', 'scipy.stats', 'skops'} & set(sys.modules))"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code], cwd=repository, capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == "set()"


def test_the_server_answers_while_it_imports(monkeypatch):
    imported: list[str] = []
    may_end = threading.Event()

    def import_module(name: str) -> None:
        may_end.wait(30)
        if name == "none":
            raise ImportError(name)
        imported.append(name)

    monkeypatch.setattr(ahead, "FIRST", ("none", "one"))
    monkeypatch.setattr(ahead.importlib, "import_module", import_module)
    monkeypatch.setattr(config, "get_option", lambda name: True)

    async def serve() -> None:
        async with lifespan(None):
            assert imported == []
            may_end.set()

    asyncio.run(serve())
    for thread in threading.enumerate():
        if thread.name == "ahead":
            thread.join()
    assert imported == ["one"]
