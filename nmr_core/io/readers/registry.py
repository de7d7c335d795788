"""All readers by name, the ones that recognise most surely first."""

from nmr_core.io.readers import (
    bruker,
    csv,
    hdf5,
    jcamp,
    jeol,
    mat,
    npy,
    npz,
    parquet,
    rs2d,
    simpson,
    spinsolve,
    tecmag,
    varian,
)
from nmr_core.io.readers._reader import Reader

READERS: dict[str, Reader] = {
    module.READER.name: module.READER
    for module in (
        csv,
        npz,
        npy,
        hdf5,
        bruker,
        tecmag,
        jcamp,
        varian,
        jeol,
        mat,
        parquet,
        spinsolve,
        rs2d,
        simpson,
    )
}
