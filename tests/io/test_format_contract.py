"""Every format: recognised by content, nothing lost, each curve with its own parameters."""

import zipfile

import numpy as np
import pytest
from fitting import FITTING

import nmr_core
from nmr_core import InputError
from nmr_core.io.formats import FORMATS, foreign_of, read_foreign, sniff, write_foreign

OWN = ("npz", "parquet", "csv_wide", "csv_long", "hdf5")


@pytest.fixture(params=FORMATS)
def name(request):
    return request.param


@pytest.fixture
def files(name, dataset, tmp_path):
    write_foreign(dataset(FITTING[name]), tmp_path / "made", name)
    return tmp_path / "made"


def test_the_registry_is_the_public_one_and_complete():
    assert nmr_core.FORMATS is FORMATS
    assert list(FORMATS) == list(FITTING)
    assert all(
        key == form.name and form.label and form.description and form.files
        for key, form in FORMATS.items()
    )


def test_the_content_tells_the_format_without_an_ending(name, files):
    first, *others = sniff(files)
    assert first.format == name
    assert first.reason
    assert all(guess.confidence < first.confidence for guess in others)


def test_curves_times_and_conventions_come_back(name, files, dataset):
    original, back = dataset(FITTING[name]), read_foreign(files)
    assert back.signals.dtype == np.complex64
    assert np.array_equal(back.signals, original.signals)
    assert back.time == pytest.approx(original.time, rel=1e-12)
    assert back.settings == original.manifest.settings
    assert back.preset == FITTING[name]


def test_every_parameter_comes_back_to_the_last_bit(name, files, dataset):
    original, back = dataset(FITTING[name]), read_foreign(files)
    if name == "cuda_2023":  # its own columns: the preset draws omega_p, the file has alpha
        ours = [original.experiment(k) for k in range(len(original))]
        assert back.parameters["alpha_x"].tolist() == [e.alpha_x for e in ours]
        assert back.parameters["n_x"].tolist() == [8] * 12
    kept = [column for column in original.parameters if column in back.parameters]
    n_own = {"cuda_2023": 1, "ml4sci_2020": 4, "deeplearn_2024": 3, "gsoc_2021": 4}
    assert len(kept) >= n_own.get(name, len(original.parameters.columns))
    assert np.array_equal(back.parameters[kept], original.parameters[kept])


def test_a_curve_keeps_its_parameters_when_rows_are_shuffled(name, dataset, tmp_path):
    """Mistake 6 of the field: labels that were permuted against their curves."""
    whole = foreign_of(dataset(FITTING[name]), FORMATS[name].columns)
    order = np.random.default_rng(1).permutation(len(whole))
    shuffled = type(whole)(
        whole.parameters.iloc[order], whole.signals[order], whole.time, whole.preset, whole.settings
    )
    write_foreign(shuffled, tmp_path / "shuffled", name)
    back = read_foreign(tmp_path / "shuffled")
    label = "alpha" if "alpha" in back.parameters else "xi"
    found = {
        curve.tobytes(): value
        for curve, value in zip(back.signals, back.parameters[label], strict=True)
    }
    assert [found[curve.tobytes()] for curve in whole.signals] == whole.parameters[label].tolist()


def test_a_zip_of_it_reads_the_same(name, files, tmp_path):
    with zipfile.ZipFile(tmp_path / "packed", "w", zipfile.ZIP_DEFLATED) as archive:
        for item in sorted(files.iterdir()) if files.is_dir() else [files]:
            archive.write(item, f"inner folder/{item.name}")
    back, direct = read_foreign(tmp_path / "packed"), read_foreign(files)
    assert np.array_equal(back.signals, direct.signals)
    assert back.parameters.equals(direct.parameters)


def test_an_existing_file_is_not_replaced(name, files, dataset):
    before = sorted(item.name for item in files.parent.iterdir())
    with pytest.raises(InputError, match="exists already"):
        write_foreign(dataset(FITTING[name]), files, name)
    assert sorted(item.name for item in files.parent.iterdir()) == before == ["made"]


@pytest.mark.parametrize("name", OWN)
def test_our_own_formats_keep_every_bit_settings_texts_and_unknown_names(name, two, tmp_path):
    assert write_foreign(two, tmp_path / "two", name) == []
    back = read_foreign(tmp_path / "two")
    assert np.array_equal(back.signals, two.signals)
    assert np.array_equal(back.time, two.time)
    assert back.parameters["xi"].tolist() == two.parameters["xi"].tolist()
    assert back.parameters["kernel"].tolist() == ["rkky", "gaussian"]
    assert (back.settings, back.preset) == (two.settings, "lab")
    assert any("temperature" in note for note in back.notes)


@pytest.mark.parametrize("name", OWN)
def test_curves_without_parameters_are_fine(name, two, tmp_path):
    bare = type(two)(two.parameters[[]], two.signals, two.time, "", [{}, {}])
    write_foreign(bare, tmp_path / "bare", name)
    back = read_foreign(tmp_path / "bare")
    assert (back.parameters.shape, back.preset, back.settings) == ((2, 0), "", [{}, {}])
    assert np.array_equal(back.signals, two.signals)


@pytest.mark.parametrize("name", ["npz", "hdf5"])
def test_mz_is_kept_where_there_is_room(name, two, tmp_path):
    full = type(two)(
        two.parameters, two.signals, two.time, settings=two.settings, mz=two.signals.real
    )
    write_foreign(full, tmp_path / "full", name)
    assert np.array_equal(read_foreign(tmp_path / "full").mz, two.signals.real)
    assert write_foreign(full, tmp_path / "full.csv", "csv_wide") == ["Mz is left out."]


@pytest.mark.parametrize(
    ("made", "name", "sentence"),
    [
        ("lab", "ml4sci_2020", "holds one echo per sample, this data set has 4 settings"),
        ("lab", "deeplearn_2024", "holds one echo per sample"),
        ("ml4sci_2020", "deeplearn_2024", "these parameters follow ml4sci_2020"),
        ("deeplearn_2024_rkky", "ml4sci_2020", "these parameters follow deeplearn_2024_rkky"),
        ("ml4sci_2020", "cuda_2023", "divided by the sum of the kernel"),
        ("ml4sci_2020", "gsoc_2021", "divided by the sum of the kernel"),
    ],
)
def test_what_would_become_something_else_is_refused(made, name, sentence, dataset, tmp_path):
    with pytest.raises(InputError, match=sentence) as refusal:
        write_foreign(dataset(made), tmp_path / "out", name)
    assert "Choose" in str(refusal.value)
    assert not list(tmp_path.iterdir())


def test_the_cuda_format_holds_settings_as_rows_of_the_same_material(dataset, tmp_path):
    lab = dataset("lab")
    notes = write_foreign(lab, tmp_path / "lab", "cuda_2023")
    back = read_foreign(tmp_path / "lab")
    assert any("negative angles" in note for note in notes)
    assert np.array_equal(back.signals, lab.signals)
    assert back.settings == [{"angle_2": -setting["angle_2"]} for setting in lab.manifest.settings]
    assert (back.preset, set(back.parameters["kernel"])) == ("", {"gaussian"})
    sample = lab.experiment(3)
    assert back.parameters.loc[3, ["alpha_y", "gamma_3", "phase_2", "angle_1"]].tolist() == [
        sample.alpha_y,
        sample.gamma_3,
        90.0,
        -90.0,
    ]


def test_times_that_the_cuda_format_cannot_say_are_refused(dataset, tmp_path):
    whole = foreign_of(dataset("cuda_2023"), FORMATS["cuda_2023"].columns)
    for time, sentence in (
        (whole.time * 1.01, "not those of dt and tau"),
        (whole.time[:400], "has 400 points per curve"),
    ):
        other = type(whole)(whole.parameters, whole.signals[..., : len(time)], time, whole.preset)
        with pytest.raises(InputError, match=sentence):
            write_foreign(other, tmp_path / "run", "cuda_2023")
    assert not list(tmp_path.iterdir())
