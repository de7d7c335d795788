"""The code of tutorials and README runs, commands parse, public names are documented."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

import nmr_core
from nmr_core import challenge
from nmr_core.cli import parser
from nmr_core.measured import making

ROOT = Path(__file__).parents[2]
PAGES = sorted((ROOT / "docs").rglob("*.md"))
GENERATED = {"glossary.md"}
"""Made by docs/hooks.py when the site is built."""
TUTORIALS = [ROOT / "README.md", *sorted((ROOT / "docs" / "tutorials").glob("*.md"))]


def _blocks(page: Path, language: str) -> list[str]:
    pattern = rf"^```{language}\n(.*?)^```"
    return re.findall(pattern, page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("page", TUTORIALS, ids=lambda page: page.stem)
def test_the_code_of_a_tutorial_runs(page, data_folder, tmp_path):
    """All blocks of a page, one after another, in one folder (the README with 60 curves)."""
    code = "\n".join(_blocks(page, "python")).replace("1000", "60")
    assert "import nmr_core as nmr" in code
    script = tmp_path / "tutorial.py"
    script.write_text(
        f'if __name__ == "__main__":\n    exec(compile({code!r}, "{page.name}", "exec"))'
    )
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    answer = subprocess.run(
        [sys.executable, str(script)],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert answer.returncode == 0, answer.stderr


def _commands() -> list[str]:
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *PAGES]
    lines = [
        line for page in pages for block in _blocks(page, "bash") for line in block.splitlines()
    ]
    pattern = r"\s*(?:\w+=\S+ )*(?:spin-echo-lab|python -m nmr_core) (.+?)\s*(?:  #.*)?$"
    found = [re.match(pattern, line) for line in lines]
    return sorted({match[1] for match in found if match and match[1] != "--help"})


@pytest.mark.parametrize("command", _commands())
def test_a_command_of_the_documentation_parses(command):
    assert callable(parser.parser().parse_args(shlex.split(command)).run)


def test_there_are_commands_in_the_documentation():
    assert len(_commands()) > 20


def test_every_public_name_has_a_place_in_the_reference():
    text = "\n".join(page.read_text() for page in (ROOT / "docs" / "reference").glob("*.md"))
    named = re.findall(r"^::: nmr_core\.((?:\w+\.)*)(\w+)$", text, re.MULTILINE)
    of_challenges = {name for module, name in named if _is_of_challenges(module)}
    assert of_challenges <= set(challenge.__all__)
    of_making = {name for module, name in named if module == "measured.making."}
    assert of_making <= set(making.__all__)
    public = [
        name
        for module, name in named
        if not _is_of_challenges(module) and module != "measured.making."
    ]
    assert sorted(public) == nmr_core.__all__


def _is_of_challenges(module: str) -> bool:
    """Whether a module holds names of ``nmr_core.challenge``."""
    return module.startswith("challenge.") and module != "challenge.client."


def test_links_to_files_of_the_repository_lead_somewhere():
    for page in (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *PAGES):
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
            is_there = (page.parent / target).exists() or target in GENERATED
            assert is_there, f"{page.name}: {target}"


def test_the_navigation_lists_every_page():
    navigation = (ROOT / "mkdocs.yml").read_text().partition("\nnav:")[2]
    pages = {page.relative_to(ROOT / "docs").as_posix() for page in PAGES}
    assert pages | GENERATED == set(re.findall(r"[\w/]+\.md", navigation))
