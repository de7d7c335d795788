"""Quantities that a series is measured over, their units, and how a file or a name calls them."""

import re
from dataclasses import dataclass

from nmr_core.errors import InputError

UNKNOWN = ""
"""Dimension of a number without unit, and of one whose name is not known."""


@dataclass(frozen=True)
class Quantity:
    """A quantity that can be swept.

    Attributes
    ----------
    name : str
        Key, such as "temperature"; of an unknown quantity what the file calls it.
    unit : str
        Unit of its values; "" without.
    symbol : str
        Letter on an axis; "" for the name.
    """

    name: str
    unit: str = ""
    symbol: str = ""

    @property
    def label(self) -> str:
        """Name, symbol and unit for an axis, such as "temperature T (K)"."""
        words = self.name.replace("_", " ")
        text = f"{words} {self.symbol}" if self.symbol else words
        return f"{text} ({self.unit})" if self.unit else text

    def text(self, value: float) -> str:
        """Return a value with its unit, such as "4.2 K"."""
        number = f"{value:.6g}"
        return f"{number} {self.unit}" if self.unit else number


QUANTITIES = {
    one.name: one
    for one in (
        Quantity("temperature", "K", "T"),
        Quantity("field", "T", "B"),
        Quantity("recovery", "µs", "t_rec"),
        Quantity("angle", "°", "θ"),
        Quantity("frequency", "MHz", "f"),
        Quantity("tau", "µs", "τ"),
        Quantity("time", "µs"),
        Quantity("pressure", "GPa", "P"),
        Quantity("voltage", "V", "U"),
        Quantity("attenuation", "dB"),
        Quantity("concentration", "%", "x"),
        Quantity("power", "W"),
        Quantity("length", "mm"),
    )
}
"""Known quantities in the units of their values, by name."""

UNITS = {
    "temperature": {"K": 1.0, "mK": 1e-3, "uK": 1e-6, "kelvin": 1.0},
    "celsius": {"C": 1.0, "degC": 1.0, "°C": 1.0, "celsius": 1.0},
    "field": {"T": 1.0, "mT": 1e-3, "uT": 1e-6, "G": 1e-4, "kG": 0.1, "Oe": 1e-4, "kOe": 0.1}
    | {"tesla": 1.0, "gauss": 1e-4, "Gs": 1e-4},
    "angle": {"deg": 1.0, "°": 1.0, "degree": 1.0, "degrees": 1.0, "rad": 57.29577951308232},
    "frequency": {"Hz": 1e-6, "kHz": 1e-3, "MHz": 1.0, "GHz": 1e3},
    "time": {"s": 1e6, "sec": 1e6, "ms": 1e3, "msec": 1e3, "us": 1.0, "usec": 1.0, "ns": 1e-3}
    | {"min": 6e7, "h": 3.6e9},
    "pressure": {"GPa": 1.0, "MPa": 1e-3, "kPa": 1e-6, "kbar": 0.1, "bar": 1e-4, "mbar": 1e-7},
    "voltage": {"V": 1.0, "mV": 1e-3, "kV": 1e3},
    "attenuation": {"dB": 1.0, "dBm": 1.0},
    "concentration": {"%": 1.0, "percent": 1.0, "pct": 1.0},
    "power": {"W": 1.0, "mW": 1e-3, "kW": 1e3},
    "length": {"mm": 1.0, "cm": 10.0, "um": 1e-3, "nm": 1e-6},
}
"""Dimension -> unit -> factor to the unit of the quantity; times in µs."""
DIMENSION_OF_UNIT = {unit: dimension for dimension, units in UNITS.items() for unit in units}
ZERO_CELSIUS = 273.15

WORDS = {
    "temperature": ("temperature", "temperatur", "temp", "T", "tset", "tsample", "tprobe"),
    "field": ("field", "magneticfield", "B", "B0", "H", "H0", "mu0H", "feld"),
    "recovery": (
        *("recovery", "recoverydelay", "recoverytime", "relaxationtime", "relaxation", "rec"),
        *("trec", "twait", "wait", "vd", "delay", "d1", "saturation", "inversion", "rd"),
        *("t1delay", "repetition", "reptime"),
    ),
    "angle": ("angle", "theta", "phi", "rotation", "orientation", "rot", "winkel", "psi", "omega"),
    "frequency": ("frequency", "freq", "f", "f0", "carrier", "sf", "nu", "larmor", "obsfreq"),
    "tau": ("tau", "pulsespacing", "techo", "interpulse", "tauus"),
    "pressure": ("pressure", "P", "press", "druck"),
    "voltage": ("voltage", "bias", "gate", "U", "V", "Vg"),
    "attenuation": ("attenuation", "att", "attn", "pl"),
    "concentration": ("concentration", "conc", "doping", "x"),
    "power": ("power", "pwr"),
    "length": ("thickness", "length", "distance"),
}
"""Quantity -> what names of files and headers call it; one letter counts as it is written."""
COUNTERS: tuple[str, ...] = (
    "",
    "run",
    "scan",
    "no",
    "nr",
    "file",
    "exp",
    "expno",
    "spec",
    "spectrum",
    "fid",
    "n",
)
COUNTERS += ("rec", "record", "measurement", "meas", "index", "i", "k", "data", "echo", "trace")
COUNTERS += ("point", "pt", "number", "num", "nmr", "shot", "acq", "test", "sweep", "step", "se")
COUNTERS += ("experiment", "sample", "item", "part", "series", "row", "line", "frame", "copy")
"""Words before a number that counts files."""
OF_TIME = ("recovery", "tau", "time")
"""Quantities whose unit is one of time."""
ORDER = Quantity("order")
"""The number of an echo in the series, where nothing else is swept."""


def words_of(text: str) -> str:
    """Return what a key or a word is compared by: its letters and digits."""
    return re.sub(r"[^0-9A-Za-zµ°%]", "", text)


def quantity_of_word(word: str) -> str:
    """Return the quantity that a word names; "" for none.

    A single letter must be written as in :data:`WORDS`: T is a temperature, t is none.
    """
    plain = words_of(word)
    for name, words in WORDS.items():
        for one in words:
            if plain == one or (len(one) > 1 and plain.casefold() == one.casefold()):
                return name
    return ""


def unit_of(text: str) -> str:
    """Return a unit as :data:`UNITS` writes it; "" for an unknown one.

    The case counts where it tells units apart (mK and MK, T and t); a word such as "kelvin" is
    read in any case.
    """
    plain = text.strip().replace("µ", "u").replace("μ", "u").replace("º", "°")
    if plain in DIMENSION_OF_UNIT:
        return plain
    for unit in DIMENSION_OF_UNIT:
        if len(unit) > 2 and unit.casefold() == plain.casefold():
            return unit
    return ""


def convert(value: float, unit: str) -> float:
    """Return a value in the unit of its quantity, from one of :data:`UNITS`."""
    dimension = DIMENSION_OF_UNIT[unit]
    number = value * UNITS[dimension][unit]
    # 0.3 K rather than 0.30000000000000004 K
    number = float(f"{number:.12g}")
    return number + ZERO_CELSIUS if dimension == "celsius" else number


def of_dimension(dimension: str, word: str = "") -> Quantity:
    """Return the quantity of a number with a unit of ``dimension`` after ``word``.

    A time is tau or a recovery delay only where the word says so.
    """
    if dimension == "celsius":
        return QUANTITIES["temperature"]
    if dimension == "time":
        named = quantity_of_word(word)
        return QUANTITIES[named if named in OF_TIME else "time"]
    return QUANTITIES[dimension]


def parse_quantity(text: str) -> tuple[str, str, str]:
    """Return (place, name, unit) of what a person asks for.

    Parameters
    ----------
    text : str
        "temperature", "T", "name:temperature", "header:field", "T (mK)", "order"; the place is
        "header", "name" or "column".

    Raises
    ------
    InputError
        For an unknown place or unit.
    """
    place, _, rest = text.strip().rpartition(":")
    place = {"": "", "header": "header", "name": "name", "file name": "name"}.get(
        place.strip().casefold(), "?"
    )
    if place == "?":
        raise InputError(
            f"A swept quantity is looked for in the header or in the name, got {text[:40]!r}. Give "
            "for example temperature, header:temperature or name:temperature."
        )
    match = re.fullmatch(r"(.*?)\s*[(\[/]\s*([^)\]]*?)\s*[)\]]?", rest.strip())
    name, unit = match.groups() if match else (rest.strip(), "")
    if unit and not unit_of(unit):
        raise InputError(
            f"The unit {unit[:20]!r} is not known. Give one of K, mK, T, mT, G, s, ms, us, ns, "
            "deg, MHz, kHz, or leave it out."
        )
    if not name:
        raise InputError(f"A swept quantity needs a name, got {text[:40]!r}. Give temperature.")
    known = quantity_of_word(name)
    return place, known or ("order" if name.casefold() == "order" else name), unit_of(unit)
