"""Labels and seed of the test curves stand in no file outside of the secret folder.

A worker makes a challenge in the data folder of a server; then every file is searched, and the
arrays in it, for each label and the seed in all their forms.
"""

import io
import json
import os
import stat
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from made_challenges import ZOE, truth_table

from nmr_core.challenge import close, export, job_params, load, submit, template_csv
from nmr_core.challenge import test_signals as curves_of
from nmr_core.challenge.secret import FILE
from nmr_core.datasets import load_dataset
from nmr_core.jobs.store import JobStore

SHORT = 8
"""Characters of a number, such as 2.87976, that stands in a table by chance."""


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[tuple[Path, str, set[bytes]]]:
    """A data folder in which a worker made a challenge, its id, and the command lines seen."""
    folder = tmp_path_factory.mktemp("server")
    params = job_params("repair", n_train=60, n_public=30, n_private=30, pause=0.0)
    params["references"] = True
    store = JobStore(folder)
    job = store.submit("challenge", json.dumps(params), "Challenge", "ada")
    store.claim("here")
    command = [sys.executable, "-m", "nmr_core.jobs.worker", str(folder), job.id]
    environment = os.environ | {"NMR_DATA": str(folder), "OMP_NUM_THREADS": "1"}
    log = store.log_path(job.id)
    log.parent.mkdir(parents=True, exist_ok=True)
    lines: set[bytes] = set()
    with log.open("wb") as output:
        worker = subprocess.Popen(command, stdout=output, stderr=output, env=environment)
        while worker.poll() is None:
            lines |= command_lines(worker.pid)
            with suppress(subprocess.TimeoutExpired):
                worker.wait(0.1)
    assert worker.returncode == 0, log.read_text()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NMR_DATA", str(folder))
        yield folder, params["challenge"], lines


def command_lines(pid: int) -> set[bytes]:
    """Arguments, environment and title of a process, as other users of the machine see them."""
    texts = set()
    for name in ("cmdline", "environ", "comm"):
        with suppress(OSError):
            texts.add(Path(f"/proc/{pid}/{name}").read_bytes())
    return texts


def contents(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Each file outside of the secret folder, and what is packed in it."""
    for path in sorted(folder.rglob("*")):
        if not path.is_file() or "secret" in path.parts:
            continue
        yield str(path), path.read_bytes()
        if path.suffix == ".npz":
            with np.load(path, allow_pickle=False) as arrays:
                for name in arrays.files:
                    yield f"{path}:{name}", arrays[name].tobytes()
        if path.suffix == ".parquet":
            table = pd.read_parquet(path)
            yield f"{path}:table", table.to_csv().encode()
            for name in table.select_dtypes("number"):
                yield f"{path}:{name}", table[name].to_numpy(float).tobytes()


def members_of(archive: bytes) -> list[bytes]:
    """The files of a zip file, unpacked."""
    with zipfile.ZipFile(io.BytesIO(archive)) as files:
        return [files.read(name) for name in files.namelist()]


def forms(folder: Path, id: str) -> list[bytes]:
    """Seed and labels as they could stand in a file."""
    with np.load(folder / "challenges" / id / FILE) as arrays:
        values, seed = arrays["values"], arrays["seed"].tobytes()
    number = int.from_bytes(seed, "little")
    secrets = [seed, seed[::-1], str(number).encode(), f"{number:x}".encode()]
    for column in values.T:
        secrets += [value.tobytes() for value in column]
        texts = [f"{value:.9g}".encode() for value in column]
        secrets += [text for text in texts if len(text) > SHORT]
        secrets += [pair.astype(np.float32).tobytes() for pair in zip_pairs(column)]
    for row in values:
        secrets.append(row.astype(np.float32).tobytes())
    return secrets


def zip_pairs(column: np.ndarray) -> np.ndarray:
    """Neighbours, (n - 1, 2): single numbers of 32 bits are found by chance."""
    return np.stack([column[:-1], column[1:]], axis=1)


def test_no_file_outside_of_the_secret_folder_holds_a_label_or_the_seed(server):
    folder, id, _ = server
    challenge = load(id)
    submit(challenge, template_csv(challenge), ZOE)
    wanted = forms(folder, id)
    n_files = 0
    for name, content in contents(folder):
        n_files += 1
        hits = [form for form in wanted if form in content]
        assert not hits, (name, hits[:2])
    assert n_files > 8  # manifest, part, curves, challenge, tables, log ...


def test_the_search_finds_a_leak(server):
    folder, id, _ = server
    with np.load(folder / "challenges" / id / FILE) as arrays:
        leak = pd.DataFrame(arrays["values"]).to_csv()
    assert any(form in leak.encode() for form in forms(folder, id))


def test_no_command_line_or_process_title_holds_them(server):
    folder, id, lines = server
    assert lines
    for line in lines:
        assert not [form for form in forms(folder, id) if form in line]


def test_what_a_participant_gets_holds_no_label(server):
    folder, id, _ = server
    challenge = load(id)
    wanted = forms(folder, id)
    texts = [repr(challenge).encode(), template_csv(challenge), *members_of(export(challenge))]
    assert len(texts) > 5  # README, challenge, board, submissions ...
    for text in texts:
        assert not [form for form in wanted if form in text]
    curves = curves_of(challenge)
    assert set(vars(curves)) == {"sample", "time", "signals"}


def test_the_search_finds_the_truth_of_an_export_after_the_reveal(made):
    challenge = made()
    submit(challenge, template_csv(challenge), ZOE)
    wanted = forms(challenge.folder.parent.parent, challenge.id)
    for is_revealed in (False, True):
        challenge = close(challenge, reveal=is_revealed)
        files = members_of(export(challenge))
        assert any(form in file for file in files for form in wanted) == is_revealed


def test_only_the_user_of_the_server_reads_the_secret_folder(server):
    folder, id, _ = server
    place = folder / "challenges" / id
    for path in (place, place / "secret", place / FILE, place / "challenge.sqlite3"):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path


def test_test_curves_are_none_of_the_training_set(server):
    challenge = load(server[1])
    training = load_dataset(challenge.training).signals
    known = {curve.tobytes() for curve in training}
    assert not [1 for curve in curves_of(challenge).signals if curve.tobytes() in known]


def test_half_of_the_curves_are_corrupted_in_both_parts(server):
    folder, id, _ = server
    with np.load(folder / "challenges" / id / FILE) as arrays:
        is_corrupted, is_public = arrays["is_corrupted"], arrays["is_public"]
    assert is_corrupted.sum() == 30
    assert is_public.sum() == 30
    assert abs(is_corrupted[is_public].sum() - 15) <= 1
    challenge = load(id)
    row = submit(challenge, truth_table(challenge, 0.05), ZOE)
    assert row.shown
