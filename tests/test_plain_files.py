"""Devices, pipes and endless files on the command line: a sentence instead of waiting for ever."""

import os
import subprocess
import sys

import pytest

WAYS = {
    "import": (("import", "{file}"), ["pipe"]),
    "predict": (("predict", "example-ridge", "{file}"), ["endless"]),
    "prior": (("generate", "-n", "3", "--space", "{file}"), ["pipe", "endless", "nested"]),
    "configuration": (("serve", "--config", "{file}"), ["pipe", "endless", "large", "nested"]),
}
"""Name -> words of the command, and the files that it is given."""
CASES = [(name, file) for name, (_, files) in WAYS.items() for file in files]


@pytest.fixture
def odd_files(tmp_path):
    """Name -> path of what never ends, or is too much."""
    files = {name: tmp_path / name for name in ("pipe", "endless", "nested", "large")}
    os.mkfifo(files["pipe"])
    files["endless"].symlink_to("/dev/zero")
    files["nested"].write_text("a=" + "[" * 50_000)
    files["large"].write_text("# much\n" * 400_000)
    return files


@pytest.mark.skipif(sys.platform == "win32", reason="pipes in the file system")
@pytest.mark.parametrize(("way", "file"), CASES)
def test_what_is_no_plain_file_is_one_sentence(odd_files, way, file, repository, data_folder):
    words = [word.format(file=odd_files[file]) for word in WAYS[way][0]]
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, *words],
        cwd=repository,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode in (1, 2), done.stderr[-500:]
    lines = [line for line in done.stderr.splitlines() if line.startswith("error:")]
    assert len(lines) == 1, done.stderr[-500:]
    assert "mistake in Spin Echo Lab" not in done.stderr
    assert "not enough memory" not in done.stderr


LIMITED = """
import resource, runpy
resource.setrlimit(resource.RLIMIT_AS, (6_000_000_000, 6_000_000_000))
resource.setrlimit(resource.RLIMIT_CPU, (60, 60))
runpy.run_module("nmr_core", run_name="__main__", alter_sys=True)
"""
"""The command line with limits of memory and time."""
