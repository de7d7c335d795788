"""Compiled functions are stored where that is possible, and never believed when damaged."""

import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

TOY = """
from nmr_core.compilation import compiled
from part import SHIFT

@compiled(progress="compiling")
def shifted(x):
    return x + SHIFT
"""
PROGRAM = """
import sys
sys.path.insert(0, "{room}")
from nmr_core.progress import reporting
from toy import shifted
messages = []
with reporting(lambda done, total, message: messages.append(message)):
    value = shifted(1)
folder = getattr(shifted._cache, "cache_path", None)
print(value, len(messages), folder)
"""
MANY = """
import sys
from importlib import import_module
sys.path.insert(0, "{room}")
from nmr_core.progress import reporting
values, counts = [], []
for k in range({n}):
    messages = []
    with reporting(lambda done, total, message: messages.append(message)):
        values.append(import_module(f"toy_{{k}}").shifted(1))
    counts.append(len(messages))
print(*values, " ", *counts, sep="")
"""


@pytest.fixture
def room(tmp_path):
    folder = tmp_path / "room"
    folder.mkdir()
    (folder / "toy.py").write_text(TOY)
    (folder / "part.py").write_text("SHIFT = 1\n")
    return folder


def run(room: Path, program: str = PROGRAM, **environment: str) -> list[str]:
    """Value, number of messages and cache folder of a fresh process."""
    kept = {k: v for k, v in os.environ.items() if k not in ("NUMBA_CACHE_DIR", "XDG_CACHE_HOME")}
    done = subprocess.run(
        [sys.executable, "-c", program.format(room=room)],
        env=kept | {"PYTHONDONTWRITEBYTECODE": "1"} | environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split(maxsplit=2)


def test_second_process_loads_what_the_first_compiled(room):
    assert run(room)[:2] == ["2", "1"]
    assert run(room)[:2] == ["2", "0"]


def test_change_of_another_file_of_the_room_makes_the_code_stale(room):
    run(room)
    (room / "part.py").write_text("SHIFT = 10\n")
    assert run(room)[:2] == ["11", "1"]


def test_damaged_cache_is_compiled_anew(tmp_path):
    """Each damage to the file of a function of its own, in one process for all of them."""
    damages = (lambda _: b"", lambda _: b"\x80\x04garbage", _half, _flipped)
    kinds = [(suffix, damage) for suffix in (".nbi", ".nbc") for damage in damages]
    (tmp_path / "part.py").write_text("SHIFT = 1\n")
    for k in range(len(kinds)):
        (tmp_path / f"toy_{k}.py").write_text(TOY)

    def messages() -> list[int]:
        numbers = run(tmp_path, MANY.replace("{n}", str(len(kinds))))
        assert numbers[0] == "2" * len(kinds)
        return [int(number) for number in numbers[1]]

    assert messages() == [1] * len(kinds)
    for k, (suffix, damage) in enumerate(kinds):
        (path,) = (tmp_path / "__pycache__").glob(f"toy_{k}.*{suffix}")
        path.write_bytes(damage(path.read_bytes()))
    assert messages() == [1] * len(kinds)
    assert messages() == [0] * len(kinds)


def _half(content: bytes) -> bytes:
    return content[: len(content) // 2]


def _flipped(content: bytes) -> bytes:
    changed = bytearray(content)
    changed[len(content) // 2] ^= 0xFF
    return bytes(changed)


def test_code_for_other_types_is_not_used(room):
    """As after two processes that stored code at once, under one name."""
    other = PROGRAM.replace("shifted(1)", "shifted(0.5)")
    assert run(room, program=other)[:2] == ["1.5", "1"]
    (code,) = (room / "__pycache__").glob("*.nbc")
    content = {path: path.read_bytes() for path in (code, Path(f"{code}.sha256"))}
    code.unlink()
    for path in (room / "__pycache__").glob("*.nbi*"):
        path.unlink()
    run(room)
    for path, old in content.items():
        path.write_bytes(old)
    assert run(room)[:2] == ["2", "1"]


def test_read_only_places_fall_back_to_a_private_temporary_folder(room, tmp_path):
    blocked, temporary = tmp_path / "file", tmp_path / "tmp"
    blocked.write_text("")
    temporary.mkdir()
    (room / "__pycache__").write_text("a file, so nothing can be stored here")
    places = {"HOME": str(blocked), "TMPDIR": str(temporary)}
    _, messages, folder = run(room, **places)
    assert messages == "1"
    assert Path(folder.strip()).is_relative_to(temporary)
    private = next(temporary.glob("spin-echo-lab-*"))
    assert private.stat().st_mode & 0o077 == 0
    assert run(room, **places)[1] == "0"


@pytest.mark.skipif(os.name == "nt", reason="Windows has no modes of folders")
def test_temporary_folder_that_others_can_write_is_not_read(room, tmp_path):
    blocked, temporary = tmp_path / "file", tmp_path / "tmp"
    blocked.write_text("")
    temporary.mkdir()
    (room / "__pycache__").write_text("")
    shared = temporary / f"spin-echo-lab-{os.getuid()}"
    shared.mkdir()
    shared.chmod(0o777)
    _, messages, folder = run(room, HOME=str(blocked), TMPDIR=str(temporary))
    assert (messages, folder.strip()) == ("0", "None")
    assert not list(shared.iterdir())


def test_full_disk_costs_only_the_stored_code(room, monkeypatch):
    from nmr_core.compilation import _Cache

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("nmr_core.compilation._Files.save", full)
    monkeypatch.syspath_prepend(str(room))
    toy = import_module("toy")
    for name in ("toy", "part"):
        monkeypatch.delitem(sys.modules, name)
    assert isinstance(toy.shifted._cache, _Cache)
    assert toy.shifted(1) == 2
