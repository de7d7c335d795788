"""A second server on a folder is refused; a lock does not outlive its server."""

import subprocess
import sys
import textwrap

import pytest

from nmr_core import __version__
from nmr_core.errors import FailedError
from nmr_core.serving.one_server import DOCUMENT, hold

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no lock on Windows")
PROGRAM = """
    import os, sys
    from pathlib import Path
    from nmr_core.serving.one_server import hold

    hold(Path(sys.argv[1]), "https://echo.lab.org")
    script = "import sys; print('serving', flush=True); sys.stdin.read()"
    os.execv(sys.executable, [sys.executable, "-c", script])
"""


@pytest.fixture
def server(data_folder, repository):
    """A process that holds the data folder and has become another program."""
    command = [sys.executable, "-c", textwrap.dedent(PROGRAM), str(data_folder)]
    pipe = subprocess.PIPE
    process = subprocess.Popen(command, cwd=repository, stdin=pipe, stdout=pipe, text=True)
    assert process.stdout.readline() == "serving\n"
    yield process
    process.kill()
    process.communicate()


def test_a_second_server_is_refused_until_the_first_was_killed(server, data_folder):
    with pytest.raises(FailedError, match="is in use by the server https://echo") as caught:
        hold(data_folder, "http://localhost:9000")
    for part in (str(data_folder), f"version {__version__}, process {server.pid}", "Stop that"):
        assert part in str(caught.value)
    server.kill()
    server.wait()
    hold(data_folder, "http://localhost:9000")


@pytest.mark.parametrize("content", ["", "[]", '{"url": 1}', "\0"])
def test_a_damaged_description_is_no_obstacle(server, data_folder, content):
    (data_folder / DOCUMENT).write_text(content)
    with pytest.raises(FailedError, match="is in use by another server"):
        hold(data_folder, "http://localhost:9000")


def test_the_command_ends_with_the_sentence(server, refused, data_folder, tmp_path):
    pytest.importorskip("authlib")
    config = tmp_path / "server.toml"
    config.write_text(f'url = "http://localhost:9000"\ndata = "{data_folder}"\n')
    assert "is in use by the server" in refused(1, "serve", "--config", config)
