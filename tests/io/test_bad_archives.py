"""Zips from strangers: bombs, names and links that lead elsewhere, and damage."""

import stat
import tracemalloc
import zipfile

import numpy as np
import pytest

from nmr_core.io import archives, source
from nmr_core.io.formats import read_foreign


@pytest.fixture
def zipped(tmp_path):
    """``zipped({name: bytes})``: a zip with these entries."""

    def make(entries: dict, **options):
        with zipfile.ZipFile(tmp_path / "given.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in entries.items():
                archive.writestr(name, content, **options)
        return tmp_path / "given.zip"

    return make


def test_a_bomb_is_refused_before_it_is_unpacked(zipped, refused):
    bomb = zipped({"echos_r.txt": b"0 " * 50_000_000, "echos_i.txt": b"0 " * 50_000_000})
    tracemalloc.start()
    try:
        sentence = refused(bomb)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert "times its size, as no measurement does" in sentence
    assert peak < 5e6


def test_many_files_and_many_bytes_are_refused(zipped, refused, monkeypatch):
    assert "1,001 files" in refused(zipped({f"{k}.txt": b"1" for k in range(1001)}))
    monkeypatch.setattr(source, "MAX_BYTES", 1000)
    assert "Split it and import the pieces" in refused(zipped({"echos_r.txt": b"1 2 3\n" * 200}))


def test_an_npz_bomb_is_refused_before_it_is_unpacked(tmp_path, refused):
    np.savez_compressed(
        tmp_path / "bomb.npz",
        signals=np.zeros((1000, 1, 20_000), np.complex64),
        time=np.zeros(20_000),
    )
    assert "times its size, as no measurement does" in refused(tmp_path / "bomb.npz")


@pytest.mark.parametrize(
    "name",
    [
        "../echos_r.txt",
        "/tmp/echos_r.txt",
        "a/../../echos_r.txt",
        "..\\echos_r.txt",
        "C:\\echos_r.txt",
        "C:echos_r.txt",
    ],
)
def test_names_that_lead_elsewhere_are_refused(zipped, refused, name):
    assert "leads out of its folder" in refused(zipped({name: b"1 2\n"}))


def test_links_in_a_zip_are_refused(tmp_path, refused):
    link = zipfile.ZipInfo("echos_r.txt")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "given.zip", "w") as archive:
        archive.writestr(link, "/etc/passwd")
    assert "is a link or a device" in refused(tmp_path / "given.zip")


def test_a_link_out_of_a_folder_is_refused_and_one_inside_is_not(
    challenge, tmp_path, refused, dataset
):
    (challenge / "echos_r.txt").rename(challenge / "real part")
    (challenge / "echos_r.txt").symlink_to("real part")
    assert np.array_equal(read_foreign(challenge).signals, dataset("ml4sci_2020").signals)
    (challenge / "real part").rename(tmp_path / "elsewhere.txt")
    (challenge / "echos_r.txt").unlink()
    (challenge / "echos_r.txt").symlink_to(tmp_path / "elsewhere.txt")
    assert "echos_r.txt is a link that leads out of the folder" in refused(challenge)


def test_several_folders_encryption_and_damage(zipped, refused, tmp_path, challenge):
    assert "Zip one folder at a time" in refused(
        zipped({"a/echos_r.txt": b"1", "b/echos_r.txt": b"1"})
    )
    whole = zipped({item.name: item.read_bytes() for item in challenge.iterdir()})
    content = bytearray(whole.read_bytes())
    content[len(content) // 2] ^= 0xFF
    (tmp_path / "damaged.zip").write_bytes(content)
    assert "damaged zip file" in refused(tmp_path / "damaged.zip")
    content = bytearray(whole.read_bytes())
    place = content.find(b"PK\1\2")
    while place >= 0:
        content[place + 8] |= 1
        place = content.find(b"PK\1\2", place + 1)
    (tmp_path / "secret.zip").write_bytes(content)
    assert "encrypted" in refused(tmp_path / "secret.zip")


def test_what_systems_add_to_a_zip_does_not_matter(zipped, challenge, dataset):
    entries = {f"challenge/{item.name}": item.read_bytes() for item in challenge.iterdir()}
    given = zipped(
        entries | {"__MACOSX/challenge/._echos_r.txt": b"\0", "challenge/.DS_Store": b"\0\1"}
    )
    assert np.array_equal(read_foreign(given).signals, dataset("ml4sci_2020").signals)


def test_zeros_that_are_small_are_no_bomb(zipped):
    given = zipped({"echos_r.txt": b"0 0 0\n" * 10_000, "echos_i.txt": b"0 0 0\n" * 10_000})
    with zipfile.ZipFile(given) as archive:
        assert (
            sum(info.file_size / info.compress_size for info in archive.infolist())
            > 2 * archives.MAX_RATIO
        )
    assert read_foreign(given).signals.shape == (10_000, 1, 3)
