"""A fitted pipeline as a file: written by skops, and read without ever unpickling anything.

skops is imported when it is used: it imports PyTorch where that is installed, which takes seconds.
"""

import json
import zipfile
from pathlib import Path

from sklearn.pipeline import Pipeline

from nmr_core.datasets.manifest import versions
from nmr_core.errors import FailedError
from nmr_core.learning.manifest import RunManifest
from nmr_core.models.trusted import ForeignTypes, load_trusted
from nmr_core.storage.files import checksum, write_file


def write_model(path: Path, model: Pipeline) -> tuple[str, int]:
    """Write a pipeline; returns the SHA-256 of the file, and its bytes."""
    import skops.io

    write_file(
        path, lambda temporary: skops.io.dump(model, temporary, compression=zipfile.ZIP_DEFLATED)
    )
    return checksum(path), path.stat().st_size


def read_model(path: Path, manifest: RunManifest) -> Pipeline:
    """The pipeline of a run; a changed, foreign or unreadable file is a :class:`FailedError`."""
    run = f"The model of run {manifest.id}"
    try:
        if checksum(path) != manifest.model_sha256:
            raise FailedError(
                f"{run} is not the one that was saved (its checksum differs). Train again."
            )
        return load_trusted(path)
    except ForeignTypes as error:
        raise FailedError(f"{run} cannot be read ({error}). Train again.") from None
    except (OSError, zipfile.BadZipFile, json.JSONDecodeError, KeyError) as error:
        raise FailedError(f"{run} cannot be read ({error}). Train again.") from None
    except FailedError:
        raise
    except Exception as error:
        raise other_versions(manifest, error) from error


def other_versions(manifest: RunManifest, error: Exception) -> FailedError:
    """The sentence for a model that does not work here: which versions saved it, and which are installed."""
    detail = (str(error).splitlines() or [type(error).__name__])[0][:100]
    return FailedError(
        f"The model of run {manifest.id} was saved with {_versions(manifest.versions)} and does not work with "
        f"{_versions(versions())} ({detail}). Install those versions, or train again."
    )


def differs(manifest: RunManifest) -> bool:
    """Whether scikit-learn or NumPy is not the version that the model was saved with."""
    here = versions()
    return any(manifest.versions.get(name) != here[name] for name in ("scikit-learn", "numpy"))


def _versions(found: dict[str, str]) -> str:
    return f"scikit-learn {found.get('scikit-learn', 'unknown')} and NumPy {found.get('numpy', 'unknown')}"
