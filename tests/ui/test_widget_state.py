"""One helper sets widgets: nothing else deletes or assigns the key of one."""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]


def _names(tree: ast.Module) -> dict[str, ast.expr]:
    """Name -> what is assigned to it, anywhere in the module."""
    names: dict[str, ast.expr] = {}
    for node in ast.walk(tree):
        for target in node.targets if isinstance(node, ast.Assign) else []:
            if isinstance(target, ast.Name):
                names[target.id] = node.value
            elif isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                pairs = zip(target.elts, node.value.elts, strict=True)
                names |= {one.id: value for one, value in pairs if isinstance(one, ast.Name)}
    return names


def _start(node: ast.expr | None, names: dict[str, ast.expr]) -> str:
    """How a key begins, as far as the source says so."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return _start(node.values[0], names)
    if isinstance(node, ast.Name):
        return _start(names.get(node.id), names)
    if isinstance(node, ast.Attribute):  # module.KEY
        return _start(names.get(node.attr), names)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):  # KEY.format(...)
        return _start(node.func.value, names)
    return ""


def _is_state(node: ast.expr) -> bool:
    return ast.unparse(node) == "st.session_state"


def _keys(tree: ast.Module) -> list[ast.expr | None]:
    """Keys of the session that are assigned or deleted."""
    keys: list[ast.expr | None] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store | ast.Del):
            keys += [node.slice] if _is_state(node.value) else []
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            method = node.func.attr if _is_state(node.func.value) else ""
            if method in ("pop", "setdefault"):
                keys.append(node.args[0])
            if method == "update":
                keys += node.args[0].keys if isinstance(node.args[0], ast.Dict) else [None]
    return keys


def _wrong(text: str, constants: dict[str, ast.expr]) -> list[str]:
    tree = ast.parse(text)
    names = constants | _names(tree)
    return [
        ast.unparse(key) if key else "update"
        for key in _keys(tree)
        if not _start(key, names).startswith("_")
    ]


def test_only_the_helper_sets_or_deletes_the_key_of_a_widget():
    """Keys that begin with "_" belong to no widget. Deleting the key of a widget changes its value
    on the server only; :func:`ui.shared.inputs.assign` changes it in the browser, too.
    """
    files = [*(ROOT / "ui").rglob("*.py"), *(ROOT / "pages").glob("*.py")]
    texts = {str(file.relative_to(ROOT)): file.read_text() for file in files}
    assert len(texts) > 50
    constants: dict[str, ast.expr] = {}
    for text in texts.values():
        constants |= {
            name: node for name, node in _names(ast.parse(text)).items() if name.isupper()
        }
    del texts["ui/shared/inputs.py"]
    del texts["ui/shared/spaces.py"]  # another workspace: the whole session begins again
    wrong = {file: keys for file, text in texts.items() if (keys := _wrong(text, constants))}
    assert wrong == {}


def test_the_contract_finds_what_it_is_for():
    assert _wrong('KEY = "a"\nst.session_state[KEY] = 1', {}) == ["KEY"]
    assert _wrong('st.session_state.pop(f"field-{name}")', {}) == ["f'field-{name}'"]
    allowed = 'KEY = "_a-{}"\nst.session_state[KEY.format(1)] = 1\ndel st.session_state["_b"]'
    assert _wrong(allowed, {}) == []


def test_no_page_ends_by_st_stop():
    """It ends the address and the sidebar too; :func:`ui.shared.boot.stop` does not."""
    files = [*(ROOT / "ui").rglob("*.py"), *(ROOT / "pages").glob("*.py")]
    calls = [
        f"{file.name}:{node.lineno}"
        for file in files
        if file.name not in ("boot.py", "identity.py", "spaces.py")  # no login, or no home
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "st.stop"
    ]
    assert calls == []


WIDGETS = {
    "checkbox",
    "data_editor",
    "date_input",
    "file_uploader",
    "multiselect",
    "number_input",
    "pills",
    "radio",
    "segmented_control",
    "select_slider",
    "selectbox",
    "slider",
    "text_area",
    "text_input",
    "toggle",
}
JOB = "a number of a job, kept for the session; what is shown does not follow from it"
NEW = "text or settings of something that is about to be made or written; no view follows from it"
WINDOW = "in a window that closes with its action"
PERSON = "a person's own, in the sidebar; never in an address that others get"
SERVER = ("ui/administration/", "ui/people/", "ui/workspace/", "ui/workshop/")
"""Folders of pages about people and machines, whose forms stand in no address."""
DIRECT = {
    "ui/shared/account.py": (2, PERSON),
    "ui/shared/reasons.py": (1, WINDOW),
    "ui/shared/space_chooser.py": (1, PERSON),
    "ui/shared/deletion.py": (1, WINDOW),
    "ui/shared/experiment_form.py": (2, "callbacks write them into the changes of the experiment"),
    "ui/shared/figure_files.py": (2, WINDOW),
    "ui/shared/things.py": (1, "the helper for stored things"),
    "ui/shared/uploads.py": (1, "the helper for uploads"),
    "ui/calibration/robustness_form.py": (2, JOB),
    "ui/calibration/run_checks.py": (1, JOB),
    "ui/challenge/mine.py": (1, "which submission counts is stored"),
    "ui/challenge/new_challenge.py": (1, NEW),
    "ui/challenge/organise.py": (2, "carried out at once"),
    "ui/challenge/submit.py": (2, NEW),
    "ui/challenge/teams.py": (2, NEW),
    "ui/compare/downloads.py": (1, "of which run a file is downloaded"),
    "ui/compare/notes.py": (4, NEW),
    "ui/compare/run_filters.py": (1, "columns, remembered for the visitor"),
    "ui/compare/runs_table.py": (1, "what is ticked there is carried out at once"),
    "ui/data_sets/actions.py": (3, WINDOW),
    "ui/data_sets/catalogue.py": (1, "search, kept for the session"),
    "ui/data_sets/export_form.py": (1, "whether a file is made"),
    "ui/data_sets/import_form.py": (1, NEW),
    "ui/data_sets/new_dataset.py": (2, NEW),
    "ui/data_sets/prior_table.py": (2, NEW),
    "ui/data_sets/settings_form.py": (2, NEW),
    "ui/explain/form.py": (1, JOB),
    "ui/identify/scans.py": (1, JOB),
    "ui/measurement/series_values.py": (1, "values of files, kept for the session"),
    "ui/studies/views.py": (1, "drawn where things.several has set it"),
    "ui/train/begin.py": (1, "whether another job is begun, too"),
    "ui/train/data.py": (1, WINDOW),
    "ui/train/how.py": (1, "a range, kept for the session; there is no helper for one"),
}
"""File -> how many widgets of it are drawn without a helper, and why they need none."""


def _direct(text: str) -> list[str]:
    """Widgets that are drawn without :mod:`ui.shared.inputs`."""
    return [
        f"{node.func.attr} in line {node.lineno}"
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in WIDGETS
        and ast.unparse(node.func.value) == "st"
    ]


def test_widgets_are_drawn_by_the_helpers():
    """Those of :mod:`ui.shared.inputs` stand in the address and follow what is deleted or renamed;
    a widget that cannot use them needs a reason above.
    """
    files = [*(ROOT / "ui").rglob("*.py"), *(ROOT / "pages").glob("*.py")]
    calls = {
        str(file.relative_to(ROOT)): direct
        for file in files
        if file.name != "inputs.py" and (direct := _direct(file.read_text()))
    }
    calls = {file: direct for file, direct in calls.items() if not file.startswith(SERVER)}
    listed = {file: number for file, (number, _) in DIRECT.items()}
    assert {file: len(direct) for file, direct in calls.items()} == listed, calls
    sample = 'st.slider("a")\ninputs.slider(1, "b")'
    assert _direct(sample) == ["slider in line 1"]
