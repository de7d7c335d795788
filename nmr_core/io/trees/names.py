"""What the name of an array tells: its role in a measurement, and which arrays belong together.

``tnmr_reals`` has the role "re" and the tag ("tnmr",); ``time_1`` has the role "time" and the tag
("1",).
"""

import re
from dataclasses import dataclass
from functools import lru_cache

_WORD = re.compile(r"[kKMG]?Hz(?![a-z])|[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-zµμ]+|[A-Z]+|\d+")
_ROLES = {
    "time": "time times zeit timebase timeaxis tvec taxis",
    "re": "re real reals realpart inphase",
    "im": "im imag imags imaginary imaginaries imagpart quadrature quad",
    "magnitude": "magnitude magnitudes mag abs modulus amplitude amplitudes ampl",
    "phase": "phase phases",
    "signal": "signal signals sig fid fids echo echoes echos waveform trace traces iq",
}
_WEAK = {
    "t": "time",
    "x": "x",
    "xdata": "x",
    "y": "y",
    "ydata": "y",
    "i": "i",
    "q": "im",
    "r": "re",
    "m": "signal",
    "z": "signal",
    "s": "signal",
    "data": "signal",
    "values": "signal",
    "samples": "signal",
}
"""Words that have a role only where they are the whole name; x, y and i depend on their company."""
ROLE_OF = {word: role for role, words in _ROLES.items() for word in words.split()}
OTHER_WORDS = (
    "freq frequency frequencies spectrum spectra fft ft ppm hz khz mhz noise error errors err "
    "sigma std sd weight weights fit residual residuals window mask index indices baseline cycle"
)
OTHER = frozenset(OTHER_WORDS.split())
"""Words of arrays that are neither times nor signals."""
_UNIT_WORDS = (
    "s sec second seconds ms msec us µs μs usec ns nsec v mv volt volts deg degree degrees rad "
    "radian radians"
)
_UNITS = frozenset(_UNIT_WORDS.split())


@dataclass(frozen=True)
class Name:
    """Role and tag of an array's name.

    Attributes
    ----------
    role : str
        "time", "re", "im", "magnitude", "phase", "signal", "x", "y", "i", or "" for none.
    tag : tuple of str
        The other words; arrays with the same tag belong together.
    weak : bool
        Whether the name is one of those that may mean anything.
    """

    role: str
    tag: tuple[str, ...] = ()
    weak: bool = False


def words(name: str) -> list[str]:
    """Return words and numbers of a name in small letters: ``T1Delay_us`` -> t, 1, delay, us."""
    return [word.lower() for word in _WORD.findall(name)]


@lru_cache(maxsize=1 << 14)
def parsed(name: str) -> Name:
    """Return role and tag of an array by the last part of its path."""
    all_words = words(name)
    if not OTHER.isdisjoint(all_words):
        return Name("", tuple(all_words))
    rest = _without_unit(all_words)
    roles = [ROLE_OF[word] for word in rest if word in ROLE_OF]
    if roles:
        # The last word with a role decides; a channel of a signal is a channel
        role = roles[-1]
        if role == "signal":
            role = next((one for one in roles if one in ("re", "im", "magnitude")), role)
        return Name(role, tuple(word for word in rest if ROLE_OF.get(word) != role))
    letters = [word for word in rest if not word.isdigit()]
    if len(letters) == 1 and letters[0] in _WEAK:
        return Name(_WEAK[letters[0]], tuple(word for word in rest if word.isdigit()), weak=True)
    return Name("", tuple(rest))


def _without_unit(all_words: list[str]) -> list[str]:
    """The words without a unit at the end or before a number at the end: time_us_1 -> time, 1."""
    end = len(all_words)
    while end > 0 and all_words[end - 1].isdigit():
        end -= 1
    if end > 1 and all_words[end - 1] in _UNITS:
        return all_words[: end - 1] + all_words[end:]
    return all_words
