"""The house: nothing flows back, the core never needs the app, and what is written twice agrees."""

import ast
import importlib.util
import os
import re
import subprocess
import sys
import tomllib
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import nmr_core

ROOT = Path(__file__).parents[1]
PACKAGE_OF = {
    "sklearn": "scikit-learn",
    "argon2": "argon2-cffi",
    "_plotly_utils": "plotly",
}


def _python(code: str) -> str:
    answer = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], cwd=ROOT, capture_output=True, text=True
    )
    assert answer.returncode == 0, answer.stderr
    return answer.stdout.strip()


def test_import_contracts_hold():
    if importlib.util.find_spec("importlinter") is None:
        missing = "import-linter is not installed (pip install -r requirements-dev.txt)"
        pytest.fail(missing) if os.environ.get("CI") else pytest.skip(missing)
    code = (
        "import sys; from importlinter.cli import lint_imports; "
        "sys.exit(lint_imports(no_cache=True))"
    )
    answer = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert answer.returncode == 0, answer.stdout + answer.stderr
    n_contracts = len(_pyproject()["tool"]["importlinter"]["contracts"])
    assert f"{n_contracts} kept, 0 broken" in answer.stdout


def test_no_import_cycle():
    """No import closes a cycle, those inside functions included.

    One pair is exempt: a data set makes one with effects, which is a data set itself.
    """
    grimp = pytest.importorskip("grimp")
    graph = grimp.build_graph("nmr_core", "ui", exclude_type_checking_imports=True, cache_dir=None)
    imports = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    assert "nmr_core.datasets.measured" in imports["nmr_core.datasets.dataset"]
    imports["nmr_core.datasets.dataset"] -= {"nmr_core.datasets.measured"}
    TopologicalSorter(imports).prepare()  # CycleError names the modules


def test_the_core_never_loads_streamlit():
    loaded = _python(
        "import importlib, pkgutil, sys, nmr_core\n"
        "names = [m.name for m in pkgutil.walk_packages(nmr_core.__path__, 'nmr_core.')]\n"
        "[importlib.import_module(name) for name in names if not name.endswith('__main__')]\n"
        "print(len(names), 'streamlit' in sys.modules, 'ui' in sys.modules)"
    )
    n_modules, *unwanted = loaded.split()
    assert int(n_modules) > 30
    assert unwanted == ["False", "False"]


def test_importing_the_core_loads_nothing_heavy():
    heavy = "{'numpy', 'sklearn', 'pandas', 'numba', 'plotly', 'scipy', 'pyarrow', 'streamlit'}"
    assert _python(f"import sys, nmr_core; print(*({heavy} & set(sys.modules)))") == ""


def test_public_names_are_there():
    assert set(nmr_core.__all__) <= set(dir(nmr_core))
    assert not [name for name in nmr_core.__all__ if getattr(nmr_core, name) is None]


def test_a_name_that_is_not_there_is_no_attribute():
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        _ = nmr_core.nothing


def _pyproject() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text())


def _requirements(name: str) -> dict[str, str]:
    """Package -> its whole line, with those of the files that it includes by -r."""
    lines = [line.partition("#")[0].strip() for line in (ROOT / name).read_text().splitlines()]
    included = [_requirements(line[3:].strip()) for line in lines if line.startswith("-r ")]
    return {k: v for part in [*included, _packages(lines)] for k, v in part.items()}


def _packages(lines: list[str]) -> dict[str, str]:
    return {
        re.match(r"[\w.-]+", line)[0].lower(): line
        for line in lines
        if line and not line.startswith("-")
    }


def test_each_dependency_of_the_app_is_listed_once():
    """requirements.txt adds the extra "app" and pytest to the dependencies, and repeats none."""
    core, app = _requirements("requirements-core.txt"), _requirements("requirements.txt")
    extra = _packages(_pyproject()["project"]["optional-dependencies"]["app"])
    assert app.items() - core.items() == {*extra.items(), ("pytest", app["pytest"])}
    assert list(extra) == ["streamlit", "starlette", "reportlab"]
    text = (ROOT / "requirements.txt").read_text()
    assert not [name for name in core if re.search(rf"^{name}\b", text, re.MULTILINE)]


def _optional() -> dict[str, str]:
    """Packages of the optional extras of the library -> their lines."""
    extras = _pyproject()["project"]["optional-dependencies"]
    return _packages([line for name, extra in extras.items() if name != "app" for line in extra])


def _modules(nodes) -> set[str]:
    """Top-level names of the modules that these statements import."""
    modules = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    modules |= {
        node.module
        for node in nodes
        if isinstance(node, ast.ImportFrom) and node.module and not node.level
    }
    return {module.partition(".")[0] for module in modules}


@cache
def _parsed(file: Path) -> tuple[ast.AST, ...]:
    """All nodes of a file, the module first."""
    return tuple(ast.walk(ast.parse(file.read_text(encoding="utf-8"))))


def _imported(*places: str) -> set[str]:
    """Foreign packages that the Python files of these folders import by name."""
    files = [
        file
        for place in places
        for file in ([ROOT / place] if place.endswith(".py") else (ROOT / place).rglob("*.py"))
    ]
    nodes = [node for file in files for node in _parsed(file)]
    tops = _modules(nodes) - set(sys.stdlib_module_names) - {"nmr_core", "ui"}
    return {PACKAGE_OF.get(top, top) for top in tops}


def test_what_is_imported_is_required_and_what_is_required_is_imported():
    core, optional = set(_requirements("requirements-core.txt")), set(_optional())
    # PDF files: of the extra "app", drawn by the library where it is installed
    assert _imported("nmr_core") - optional == core | {"reportlab"}
    assert _imported("nmr_core", "ui", "pages", "app.py") - optional == set(
        _requirements("requirements.txt")
    ) - {"pytest"}


def test_extras_are_tested_but_never_required_and_loaded_only_where_they_are_used():
    optional, required = _optional(), _requirements("requirements.txt")
    # It holds NumPy and numba back; its tests run where somebody installs the extra "minirocket"
    untested = {"aeon"}
    # By name: torch is pinned there
    assert optional.keys() - untested <= _requirements("requirements-dev.txt").keys()
    assert not optional.keys() & required.keys()
    assert _imported("nmr_core") & optional.keys()
    at_the_top = {
        name
        for file in (ROOT / "nmr_core").rglob("*.py")
        for node in _parsed(file)[0].body
        for name in _modules([node])
    }
    assert "joblib" in at_the_top
    assert not at_the_top & (optional.keys() | {"reportlab"})


def test_the_package_says_the_same_everywhere():
    pyproject = _pyproject()
    assert "version" not in pyproject["project"]
    assert pyproject["tool"]["setuptools"]["dynamic"] == {
        "version": {"attr": "nmr_core.__version__"},
        "dependencies": {"file": ["requirements-core.txt"]},
    }
    citation = (ROOT / "CITATION.cff").read_text()
    assert f"\nversion: {nmr_core.__version__}\n" in citation
    module, _, function = pyproject["project"]["scripts"]["spin-echo-lab"].partition(":")
    assert callable(getattr(importlib.import_module(module), function))


def test_what_ships_beside_the_code_is_packaged():
    patterns = _pyproject()["tool"]["setuptools"]["package-data"]["nmr_core"]
    package = ROOT / "nmr_core"
    packaged = {file for pattern in patterns for file in package.glob(pattern)}
    files = {
        file for file in package.rglob("*") if file.is_file() and file.parent.name != "__pycache__"
    }
    beside = {file for file in files if file.suffix != ".py"}
    assert len(beside) > 10
    assert beside <= packaged
    assert {"examples/**/*", "pretrained/**/*"} <= set(patterns)


def test_no_page_text_is_html():
    """Only three constants are: a script that spares entries of the history, one that gives the
    navigation roles, and a style sheet.
    """
    files = [ROOT / "app.py", *(ROOT / "ui").rglob("*.py"), *(ROOT / "pages").rglob("*.py")]
    assert len(files) > 50
    unsafe = re.compile(r"unsafe_allow_html|st\.html|unsafe_allow_javascript")
    lines = {
        (file.name, line.strip())
        for file in files
        for line in file.read_text().splitlines()
        if unsafe.search(line)
    }
    assert lines == {
        ("boot.py", "st.html(address.REPLACE, unsafe_allow_javascript=True)"),
        ("look.py", "st.html(STYLE)"),
        ("look.py", "st.html(ROLES, unsafe_allow_javascript=True)"),
    }


def test_nothing_is_unpickled_or_evaluated():
    files = [
        file for folder in ("nmr_core", "ui", "pages") for file in (ROOT / folder).rglob("*.py")
    ]
    calls = [
        f"{file.name}: {ast.unparse(node.func)}"
        for file in files
        for node in _parsed(file)
        if isinstance(node, ast.Call)
    ]
    wrong = re.compile(r": (eval|exec|pickle\.loads?|joblib\.load|torch\.load|.*\.read_pickle)$")
    assert not [call for call in calls if wrong.search(call)]


def test_files_of_tests_have_names_of_their_own():
    """They lie in no packages: pytest refuses the second of two files with one name."""
    names = [file.name for file in (ROOT / "tests").rglob("test_*.py")]
    assert sorted(names) == sorted(set(names))
