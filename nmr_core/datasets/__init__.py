"""Data sets: preset -> folder on disk -> arrays.

generate.py simulates them, dataset.py reads them, catalogue.py lists them. On disk a data set is a
folder with manifest.json (manifest.py) and part-00000.parquet, ... (parts.py).
"""

from nmr_core.datasets.catalogue import DatasetEntry, delete_dataset, list_datasets
from nmr_core.datasets.dataset import EchoDataset, load_dataset
from nmr_core.datasets.generate import generate
from nmr_core.datasets.joined import join
from nmr_core.datasets.noise_floor import NoiseFloor, noise_floor
from nmr_core.datasets.stream import stream

__all__ = [
    "DatasetEntry",
    "EchoDataset",
    "NoiseFloor",
    "delete_dataset",
    "generate",
    "join",
    "list_datasets",
    "load_dataset",
    "noise_floor",
    "stream",
]
