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
        if file.name != "boot.py"
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "st.stop"
    ]
    assert calls == []
