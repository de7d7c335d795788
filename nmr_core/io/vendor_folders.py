"""The files of vendors' folders: which folder is a measurement, and what lacks beside a file."""

from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True)
class VendorFolder:
    """A measurement that is a folder of files.

    Attributes
    ----------
    label : str
        Vendor.
    data : tuple of str
        Files of which one holds the curves.
    headers : tuple of str
        Files that have to be there.
    others : tuple of str
        Files by which the vendor is known, and which are not needed.
    """

    label: str
    data: tuple[str, ...]
    headers: tuple[str, ...]
    others: tuple[str, ...] = ()

    def missing(self, names: Collection[str]) -> str:
        """Return what lacks among the files of a folder; "" if it is complete."""
        lacking = [name for name in self.headers if name not in names]
        if not set(self.data) & set(names):
            lacking.insert(0, " or ".join(self.data))
        return " and ".join(lacking)


VENDOR_FOLDERS = (
    VendorFolder(
        "Bruker",
        ("fid", "ser"),
        ("acqus",),
        ("acqu", "acqu2", "acqu2s", "acqu3s", "pulseprogram", "audita.txt", "procs", "proc", "1r",
         "1i", "2rr", "vdlist", "vplist", "uxnmr.par", "scon2", "cpdprg2"),
    ),
    VendorFolder("Varian", ("fid",), ("procpar",), ("log", "text")),
    VendorFolder("Spinsolve", ("data.1d", "fid.1d", "nmr_fid.dx"), ("acqu.par",),
                 ("proc.par", "protocol.par", "spectrum.1d")),
    VendorFolder("RS2D", ("data.dat",), ("header.xml",)),
)  # fmt: skip


def is_vendor_folder(names: Collection[str]) -> bool:
    """Return whether files are those of one measurement of a vendor."""
    return any(not vendor.missing(names) for vendor in VENDOR_FOLDERS)


def vendors_of(name: str) -> list[VendorFolder]:
    """Return the vendors in whose folders a file has this name."""
    return [
        vendor
        for vendor in VENDOR_FOLDERS
        if name in vendor.data or name in vendor.headers or name in vendor.others
    ]


def lone_file(name: str) -> str:
    """Return a sentence on a file of a vendor's folder that was given alone; "" for another file.

    Parameters
    ----------
    name : str
        File name.
    """
    vendors = vendors_of(name)
    if not vendors:
        return ""
    labels = " or ".join(vendor.label for vendor in vendors)
    wholes = "; ".join(
        f"{vendor.label}: {' or '.join(vendor.data)} beside {' and '.join(vendor.headers)}"
        for vendor in vendors
    )
    return (
        f"{name} is one file of a {labels} measurement, which is read as a whole. Give the folder, "
        f"or a zip of it ({wholes})."
    )


def incomplete(names: Collection[str], where: str) -> str:
    """Return a sentence on a vendor's folder that lacks files; "" for another folder.

    Parameters
    ----------
    names : collection of str
        Files of the folder.
    where : str
        Name of the folder.
    """
    known = [vendor for vendor in VENDOR_FOLDERS if _knows(vendor, names)]
    if not known:
        return ""
    lacks = "; ".join(f"{vendor.label}: {vendor.missing(names)}" for vendor in known)
    return f"{where} lacks files of the measurement ({lacks}). Give the whole folder."


def _knows(vendor: VendorFolder, names: Collection[str]) -> bool:
    return any(name in names for name in (*vendor.data, *vendor.headers, *vendor.others[:8]))
