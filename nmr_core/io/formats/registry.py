"""The formats of data sets, by name."""

from nmr_core.io.formats import (
    csv_long,
    csv_wide,
    cuda_2023,
    deeplearn_2024,
    gsoc_2021,
    hdf5,
    ml4sci_2020,
    npz,
    parquet,
)
from nmr_core.io.formats._format import Format

FORMATS: dict[str, Format] = {
    module.FORMAT.name: module.FORMAT
    for module in (
        ml4sci_2020,
        deeplearn_2024,
        gsoc_2021,
        cuda_2023,
        npz,
        parquet,
        csv_wide,
        csv_long,
        hdf5,
    )
}
