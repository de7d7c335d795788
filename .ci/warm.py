"""Import what the tests import and compile the simulator, once for all processes that follow.

A fresh environment has no compiled modules: each process that imports one at the same time would
compile it for itself.
"""

import sys
from importlib import import_module
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

MODULES = (
    "distributed",
    "hypothesis",
    "nmrglue",
    "playwright.sync_api",
    "skorch",
    "streamlit.testing.v1",
    "streamlit.web.cli",
    "zuko",
)
"""Large packages that the jobs below do not import."""


def main() -> None:
    """Import and compile."""
    from nmr_core.jobs.warm import load

    load()
    for name in MODULES:
        import_module(name)


if __name__ == "__main__":
    main()
