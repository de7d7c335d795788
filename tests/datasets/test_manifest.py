"""Manifests: a round trip, and every way in which a file on disk can be wrong is a sentence."""

import json

import pytest

from nmr_core import FailedError, load_dataset
from nmr_core.datasets.generate import resume
from nmr_core.datasets.manifest import Manifest
from nmr_core.presets import recipe


def change(folder, **changes):
    """Other entries in the manifest, or in the preset's recipe; ``...`` takes an entry out."""
    path = folder / "manifest.json"
    stored = json.loads(path.read_text())
    for name, value in changes.items():
        entries = stored["preset"] if name in recipe() else stored
        entries[name] = value
        if value is ...:
            del entries[name]
    path.write_text(json.dumps(stored))


def test_round_trip(folder, small):
    manifest = Manifest.read(folder)
    manifest.write(folder)
    assert Manifest.read(folder) == manifest
    assert (
        manifest.id,
        manifest.preset_name,
        manifest.seed,
        manifest.n_samples,
        manifest.part_size,
    ) == ("ds", "ml4sci_2020_secular", 3, 60, 20)
    assert manifest.preset == small.to_dict()
    assert manifest.experiment_preset() == small
    assert manifest.time == small.build().protocol.time.tolist()
    assert manifest.complete
    assert {"python", "numpy", "numba"} <= set(manifest.versions)


def test_parts_cover_all_samples_once():
    for n_samples, part_size in ((60, 20), (61, 20), (1, 1000), (59, 20)):
        manifest = Manifest(
            id="ds",
            title="",
            preset=recipe("ml4sci_2020_secular"),
            seed=0,
            n_samples=n_samples,
            part_size=part_size,
            time=[0.0],
        )
        ranges = [manifest.part(index) for index in range(manifest.n_parts)]
        assert [k for start, stop in ranges for k in range(start, stop)] == list(range(n_samples))


@pytest.mark.parametrize("content", ["", "{", "[]", "null", "{}", "\x00" * 100, '{"format": 1}'])
def test_what_is_no_manifest_is_refused(folder, content):
    (folder / "manifest.json").write_text(content)
    with pytest.raises(FailedError, match=r"The data set at .*ds"):
        load_dataset(folder)
    with pytest.raises(FailedError, match=r"The data set at .*ds"):
        resume(folder)


@pytest.mark.parametrize(
    "name",
    [
        "id",
        "title",
        "preset",
        "seed",
        "n_samples",
        "part_size",
        "time",
        "complete",
        "created",
        "versions",
        "format",
        "parts",
    ],
)
def test_a_missing_entry_is_named(folder, name):
    change(folder, **{name: ...})
    with pytest.raises(FailedError, match=name):
        load_dataset(folder)


def test_a_newer_format_is_refused_with_what_to_do(folder):
    change(folder, format=4)
    with pytest.raises(
        FailedError, match=r"has format 4, this version reads 1 to 3\. Update Spin Echo Lab"
    ):
        load_dataset(folder)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("preset", "unknown"),
        ("preset", {}),
        ("name", "unknown"),
        ("name", None),
        ("table", None),
        ("table", ["alpha"]),
        ("sampling", 1),
        ("preset", None),
        ("preset", ["ml4sci_2020_secular"]),
        ("n_samples", 0),
        ("n_samples", "60"),
        ("n_samples", 60.5),
        ("n_samples", None),
        ("n_samples", 10**30),
        ("part_size", 0),
        ("part_size", 2.5),
        ("seed", "three"),
        ("seed", -1),
        ("seed", None),
        ("fixed", None),
        ("fixed", []),
        ("fixed", {"beta": 1}),
        ("fixed", {"n_x": -1}),
        ("time", []),
        ("time", None),
        ("time", "now"),
        ("time", [[1, 2]]),
        ("time", [1, None]),
        ("time", [0.1, 0.2]),
        ("settings", None),
        ("settings", []),
        ("settings", {}),
        ("settings", "{}"),
        ("settings", 1),
        ("settings", [None]),
        ("settings", [{"angle_2": "wide"}]),
        ("settings", [{"angle_2": None}]),
        ("settings", [{"xi": 3}]),
        ("settings", [{"tau": 4}]),
        ("settings", [{"angle_2": float("nan")}]),
        ("settings", [{"sequence": [1, 2]}]),
        ("settings", [{"beta": 1}]),
        ("id", None),
        ("title", 3),
        ("created", []),
        ("parts", None),
        ("parts", 5),
        ("parts", [1, 2, 3]),
        ("parts", {"0": "a"}),
        ("complete", "yes"),
    ],
)
def test_an_impossible_entry_is_refused_as_damage(folder, name, value):
    """When it is read, not in the depths of whatever uses it first."""
    change(folder, **{name: value})
    with pytest.raises(
        FailedError, match=r"The data set at .* cannot be read: manifest\.json is damaged"
    ):
        load_dataset(folder)
    with pytest.raises(
        FailedError, match=r"The data set at .* cannot be read: manifest\.json is damaged"
    ):
        resume(folder)


@pytest.mark.parametrize(
    "settings",
    [
        [],
        [{}, {"angle_2": 60}],
        [{"angle_2": 60}, {}],
        [{"angle_2": 60}, {"phase_2": 60}],
        [{"dt": 0.1}, {"dt": 0.2}],
    ],
    ids=json.dumps,
)
def test_settings_that_contradict_each_other_are_damage_even_if_their_number_is_right(
    folder, settings
):
    change(folder, settings=settings, n_settings=len(settings))
    with pytest.raises(
        FailedError, match=r"The data set at .* cannot be read: manifest\.json is damaged"
    ):
        load_dataset(folder)


def test_a_path_as_id_reaches_no_file(folder, tmp_path):
    """The folder is what counts; the id in the file is only displayed."""
    change(folder, id="../../evil", complete=False)
    before = sorted(tmp_path.rglob("*"))
    assert resume(folder).path == folder
    assert sorted(tmp_path.rglob("*")) == before
