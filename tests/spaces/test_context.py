"""The workspace is a context variable: threads, processes and caches do not leak it."""

import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from nmr_core.storage import workspace
from nmr_core.storage.workspace import data_folder, in_workspace, independent, server_folder


@pytest.fixture
def resolver():
    yield workspace.set_resolver
    workspace.set_resolver(None)


def test_the_environment_is_the_default(data_folder, tmp_path):
    assert workspace.data_folder() == data_folder
    with in_workspace(tmp_path / "a") as a:
        assert workspace.data_folder() == a == tmp_path / "a"
        with in_workspace(tmp_path / "b"):
            assert workspace.data_folder() == tmp_path / "b"
        assert workspace.data_folder() == a
    assert workspace.data_folder() == data_folder


def test_an_error_inside_leaves_nothing(data_folder, tmp_path):
    with pytest.raises(KeyError), in_workspace(tmp_path):
        raise KeyError
    assert workspace.data_folder() == data_folder


def test_threads_side_by_side_see_their_own(tmp_path):
    both = threading.Barrier(8)

    def look(n):
        with in_workspace(tmp_path / str(n)):
            both.wait(10)
            return {data_folder() for _ in range(200)}

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(look, range(8))) == [{tmp_path / str(n)} for n in range(8)]


def test_a_thread_that_is_started_inside_gets_no_workspace(data_folder, tmp_path, resolver):
    resolver(lambda: None)
    found = []

    def look():
        try:
            found.append(workspace.data_folder())
        except RuntimeError as error:
            found.append(str(error))

    with in_workspace(tmp_path):
        thread = threading.Thread(target=look)
        thread.start()
        thread.join()
    assert found == ["No workspace is chosen here. Enter one with in_workspace(folder)."]


def test_on_a_server_the_folder_of_all_is_no_workspace(data_folder, resolver):
    resolver(lambda: None)
    with pytest.raises(RuntimeError, match="No workspace is chosen"):
        workspace.data_folder()
    assert server_folder() == data_folder


def test_the_resolver_of_a_server(tmp_path, resolver):
    resolver(lambda: tmp_path / "theirs")
    assert data_folder() == tmp_path / "theirs"
    with in_workspace(tmp_path / "inside"):
        assert data_folder() == tmp_path / "inside"


def test_a_process_gets_it_by_its_environment(tmp_path):
    code = "from nmr_core.storage.workspace import data_folder; print(data_folder())"
    with in_workspace(tmp_path / "inside") as folder:
        answer = subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "NMR_DATA": str(folder)},
            capture_output=True,
            text=True,
            check=True,
        )
    assert answer.stdout.strip() == str(folder)


def test_what_is_cached_for_all_cannot_read_the_data_folder(data_folder):
    with independent("_order"), pytest.raises(RuntimeError, match="_order reads the data folder"):
        workspace.data_folder()
