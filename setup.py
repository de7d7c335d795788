"""Build step: the wheel holds the app as nmr_core/_app (everything else: pyproject.toml)."""

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

ROOT = Path(__file__).parent
APP = (
    "app.py",
    "pages/*.py",
    "ui/**/*.py",
    ".streamlit/config.toml",
    "static/**/*",
)
"""Files of the app; static/docs exists when the documentation has been built."""


class BuildWithApp(build_py):
    """build_py that also copies the app's files; an editable install uses those of the checkout."""

    def run(self) -> None:
        super().run()
        if self.editable_mode:
            return
        target = Path(self.build_lib, "nmr_core", "_app")
        shutil.rmtree(target, ignore_errors=True)
        for file in sorted(file for pattern in APP for file in ROOT.glob(pattern)):
            if file.is_file():
                copy = target / file.relative_to(ROOT)
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(file, copy)


setup(cmdclass={"build_py": BuildWithApp})
