"""A training that was stopped continues to the same result, bit for bit, or says why it cannot."""

import errno
import json
import os
import re
import signal
import subprocess
import sys
import textwrap

import numpy as np
import pytest

from nmr_core import Cancelled, FailedError, InputError, generate, train
from nmr_core.learning import checkpoint, feature_parts, fresh, passes

pytestmark = pytest.mark.filterwarnings("ignore:This process .* is multi-threaded")

OPTIONS = {
    "model": "mlp",
    "featurizer": "pca",
    "featurizer_options": {"n_components": 12},
    "model_options": {"width_1": 16, "width_2": 8, "max_epochs": 8},
    "targets": ["alpha", "d"],
    "split": 15,
    "seed": 3,
    "fresh": 100,
}


@pytest.fixture(autouse=True)
def small_parts(monkeypatch):
    """Parts of 20 samples, blocks of two parts, and a state after every block."""
    _make_small(monkeypatch.setattr)


def _make_small(set_attribute) -> None:
    set_attribute(fresh, "CHUNKS", 1)
    set_attribute(fresh, "chunk_size", lambda preset: 20)
    set_attribute(passes, "BLOCK_BYTES", 2 * 20 * 2 * 12 * 4)
    set_attribute(checkpoint, "EVERY", 0.0)


@pytest.fixture(scope="module")
def focused(small_preset):
    """60 curves with unequal weights, in memory."""
    return generate(small_preset.focus(alpha=-0.5), 60, seed=7)


@pytest.fixture(scope="module")
def uninterrupted(focused):
    """The run in one go, in memory."""
    with pytest.MonkeyPatch.context() as patch:
        _make_small(patch.setattr)
        return train(focused, **OPTIONS)


def same(one, other) -> bool:
    """Whether two runs have the same predictions, weights and curve, to the last bit."""
    nets = [run.model[-1].network_.numbers_.tobytes() for run in (one, other)]
    return (
        nets[0] == nets[1]
        and one.predictions.equals(other.predictions)
        and one.manifest.curve == other.manifest.curve
    )


def stopped_after(dataset, n_reports: int, **changes):
    """Train until this report of progress; the folder is left as it is then."""
    reports = iter(range(n_reports))

    def progress(done, total, message):
        if next(reports, None) is None:
            raise Cancelled

    with pytest.raises(Cancelled):
        train(dataset, resume=True, progress=progress, **OPTIONS | changes)


def test_on_disk_is_in_memory(focused, uninterrupted, data_folder):
    run = train(focused, resume=True, **OPTIONS)
    assert same(run, uninterrupted)
    run.save()
    assert not list((data_folder / "trainings").iterdir())
    assert not (data_folder / "features").exists()


@pytest.mark.parametrize("n_reports", range(1, 35, 6))
def test_stopped_anywhere_it_becomes_the_same_run(focused, uninterrupted, data_folder, n_reports):
    stopped_after(focused, n_reports)
    reports = []
    run = train(focused, resume=True, progress=lambda *r: reports.append(r), **OPTIONS)
    assert same(run, uninterrupted)
    done = [step[0] for step in reports]
    assert done == sorted(done)


def test_stopped_again_and_again(focused, uninterrupted, data_folder):
    """Every sitting ends at its ninth report, until one reaches the end."""
    sittings = 0
    while sittings < 40:
        sittings += 1
        reports = iter(range(9))

        def progress(done, total, message, reports=reports):
            if next(reports, None) is None:
                raise Cancelled

        try:
            run = train(focused, resume="again", progress=progress, **OPTIONS)
            break
        except Cancelled:
            continue
    assert 4 < sittings < 40
    assert same(run, uninterrupted)


def test_what_is_finished_is_not_done_again(focused, data_folder):
    """Until the run is saved, the same call returns it at once."""
    train(focused, resume=True, **OPTIONS)
    messages = []
    train(focused, resume=True, progress=lambda *report: messages.append(report[2]), **OPTIONS)
    assert not [message for message in messages if re.match(r"epoch \d", message)]
    assert sum("simulating" in message for message in messages) == 1


@pytest.mark.skipif(os.name != "posix", reason="fork and alarms are how a moment is chosen here")
def test_killed_at_five_moments(uninterrupted, tmp_path, repository):
    """The alarm's default action ends a process as SIGKILL does, up to 3 ms after a report."""
    moments = [(12 * k, 6e-4 * k + 1e-5) for k in range(5)]
    code = f"""
        import os, signal, sys, time
        sys.path.insert(0, {str(repository / "tests" / "evaluation")!r})
        from test_resuming import OPTIONS, _make_small
        from nmr_core import generate, preset, train
        _make_small(setattr)
        small = preset("ml4sci_2020_secular").fix(n_x=8, n_y=8, tau=5)
        dataset = generate(small.focus(alpha=-0.5), 60, seed=7)
        for report, delay in {moments}:
            process = os.fork()
            if not process:
                signal.signal(signal.SIGALRM, signal.SIG_DFL)
                reports = iter(range(report))
                def progress(done, total, message):
                    armed = signal.getitimer(signal.ITIMER_REAL) != (0, 0)
                    if next(reports, None) is None and not armed:
                        signal.setitimer(signal.ITIMER_REAL, delay)
                train(dataset, resume=True, progress=progress, **OPTIONS)
                signal.setitimer(signal.ITIMER_REAL, delay)
                time.sleep(600)
            print(os.waitpid(process, 0)[1] == signal.SIGALRM)
        run = train(dataset, resume=True, **OPTIONS)
        print(run.model[-1].network_.numbers_.tobytes().hex())
        print(run.predictions.to_json())
    """
    ended = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)],
        cwd=repository,
        env=os.environ | {"NMR_DATA": str(tmp_path), "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    *lives, numbers, predictions = ended.stdout.splitlines()
    assert lives == ["True"] * 5
    assert numbers == uninterrupted.model[-1].network_.numbers_.tobytes().hex()
    assert predictions == uninterrupted.predictions.to_json()


def test_more_fresh_curves_extend_the_features(focused, data_folder, monkeypatch):
    """They are in the same folder; only the new ones are simulated, and the network begins anew."""
    stopped_after(focused, 20)
    (folder,) = (data_folder / "trainings").glob("tr-*")
    before = {p.name: p.stat().st_mtime_ns for p in (folder / "features").glob("part-*.npy")}
    run = train(focused, resume=True, **OPTIONS | {"fresh": 150})
    after = {p.name: p.stat().st_mtime_ns for p in (folder / "features").glob("part-*.npy")}
    assert len(after) == len(before) + 3
    assert before.items() <= after.items()
    assert same(run, train(focused, **OPTIONS | {"fresh": 150}))


def test_shared_features_serve_other_models(focused, data_folder):
    train(focused, resume=True, keep_features=True, **OPTIONS).save()
    (features,) = (data_folder / "features").iterdir()
    messages = []
    other = OPTIONS | {"model_options": OPTIONS["model_options"] | {"width_1": 8}, "fresh": 60}
    run = train(
        focused,
        resume=True,
        keep_features=True,
        progress=lambda *report: messages.append(report[2]),
        **other,
    )
    assert sum("simulating" in message for message in messages) == 1
    assert same(run, train(focused, **other))
    run.save()
    assert features.exists()


CHANGES = {
    "another seed": ({"seed": 4}, "seed 3, now 4"),
    "another model": (
        {"model_options": {"width_1": 8}},
        "options of the model: width_1 16, now 8",
    ),
    "other targets": ({"targets": ["alpha"]}, r"targets \['alpha', 'd'\], now \['alpha'\]"),
    "other features": ({"featurizer": "raw", "featurizer_options": {}}, "features pca, now raw"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_named_training_with_other_arguments_is_refused(focused, data_folder, change):
    options, difference = CHANGES[change]
    stopped_after(focused, 20)
    (folder,) = (data_folder / "trainings").glob("tr-*")
    with pytest.raises(
        InputError, match=f"training {folder.name} was begun with {difference}.*--restart"
    ):
        train(focused, **OPTIONS | options | {"resume": folder.name})


DATA_SETS = {
    "other curves": ({"seed": 8}, "curves of the data set"),
    "another preset": ({"preset": {"tau": 5.5}}, "preset: fixed: tau"),
    "other effects": ({"effects": "gaussian_noise:snr=50"}, "measurement effects none, now"),
}


@pytest.mark.parametrize("change", DATA_SETS)
def test_a_data_set_that_was_changed_is_refused(small_preset, focused, data_folder, change):
    changes, difference = DATA_SETS[change]
    stopped_after(focused, 20)
    other_preset = small_preset.focus(alpha=-0.5).fix(**changes.get("preset", {}))
    more = {name: value for name, value in changes.items() if name != "preset"}
    other = generate(other_preset, 60, **{"seed": 7} | more)
    with pytest.raises(InputError, match=f"was begun with {difference}"):
        train(other, resume=True, **OPTIONS)
    assert train(other, resume=True, restart=True, **OPTIONS).manifest.fresh == 100


def test_another_version_is_refused(focused, data_folder, monkeypatch):
    stopped_after(focused, 20)
    monkeypatch.setattr("nmr_core.learning.train.versions_here", lambda: {"numpy": "9.9"})
    with pytest.raises(InputError, match=r"versions: numpy \S+, now 9\.9"):
        train(focused, resume=True, **OPTIONS)


def damaged(path) -> None:
    """Flip one byte in the middle of a file."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(content)


@pytest.mark.parametrize("suffix", [".npy", ".npz"])
def test_a_damaged_part_is_simulated_again(focused, uninterrupted, data_folder, suffix):
    stopped_after(focused, 20)
    path = max((data_folder / "trainings").glob(f"tr-*/features/part-*{suffix}"))
    damaged(path)
    assert same(train(focused, resume=True, **OPTIONS), uninterrupted)


@pytest.mark.parametrize("name", checkpoint.NAMES)
def test_one_damaged_state_is_made_up_for_by_the_other(focused, uninterrupted, data_folder, name):
    stopped_after(focused, 25)
    (path,) = (data_folder / "trainings").glob(f"tr-*/{name}")
    damaged(path)
    assert same(train(focused, resume=True, **OPTIONS), uninterrupted)


def test_two_damaged_states_are_one_sentence(focused, data_folder):
    stopped_after(focused, 25)
    for path in (data_folder / "trainings").glob("tr-*/state-*"):
        damaged(path)
    with pytest.raises(FailedError, match=r"its stored state is damaged\. Start it anew \(--res"):
        train(focused, resume=True, **OPTIONS)


@pytest.mark.parametrize("name", ["training.json", "features/features.json"])
def test_a_damaged_document_is_one_sentence(focused, data_folder, name):
    stopped_after(focused, 25)
    (path,) = (data_folder / "trainings").glob(f"tr-*/{name}")
    for text in ("{", "[]", json.dumps({"format": 1})):
        path.write_text(text)
        with pytest.raises((FailedError, InputError), match=r"training|begun"):
            train(focused, resume=True, **OPTIONS)


@pytest.mark.parametrize("name", ["part-00002.npy", "part-00002.npz", "state-1", "training.json"])
def test_a_full_disk_is_one_sentence_and_nothing_half_written_counts(
    focused, uninterrupted, data_folder, monkeypatch, name
):
    replace = os.replace

    def full(source, target):
        if str(target).endswith(name):
            raise OSError(errno.ENOSPC, "No space left on device")
        replace(source, target)

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", full)
        with pytest.raises(FailedError, match=f"The disk is full: .*{name} could not be written"):
            train(focused, resume=True, **OPTIONS)
    assert not list((data_folder / "trainings").rglob(".*.tmp"))
    assert same(train(focused, resume=True, **OPTIONS), uninterrupted)


def test_a_disk_too_small_is_refused_before_anything_is_simulated(
    focused, data_folder, monkeypatch
):
    def small(path):
        return type("usage", (), {"free": 1000, "total": 10**12})

    monkeypatch.setattr("shutil.disk_usage", small)
    with pytest.raises(FailedError, match="The disk is too full: about"):
        train(focused, resume=True, **OPTIONS)


def test_only_one_process_at_a_time(focused, data_folder):
    def again(done, total, message):
        if "epoch" in message:
            with pytest.raises(FailedError, match="is running in another process"):
                train(focused, resume=True, **OPTIONS)
            raise Cancelled

    with pytest.raises(Cancelled):
        train(focused, resume=True, progress=again, **OPTIONS)


def test_memory_does_not_hold_all_features(focused, data_folder):
    """The features of a part are mapped, not read."""
    stopped_after(focused, 25)
    (folder,) = (data_folder / "trainings").glob("tr-*/features")
    part = feature_parts.PartFiles(folder).read(1)
    assert isinstance(part.X, np.memmap)


@pytest.mark.skipif(os.name != "posix", reason="POSIX signals")
def test_ctrl_c_keeps_what_is_there(focused, uninterrupted, data_folder):
    def progress(done, total, message):
        if "epoch 2" in message:
            signal.raise_signal(signal.SIGINT)

    handler = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            train(focused, resume=True, progress=progress, **OPTIONS)
    finally:
        signal.signal(signal.SIGINT, handler)
    assert same(train(focused, resume=True, **OPTIONS), uninterrupted)
