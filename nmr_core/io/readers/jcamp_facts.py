"""What was measured, as the labels of JCAMP-DX for NMR give it."""

from nmr_core.io.readers import bruker_facts
from nmr_core.io.readers.labels import Labels
from nmr_core.io.readers.records import Facts

_TEXTS = {"title": "TITLE", "nucleus": ".OBSERVENUCLEUS", "sequence": ".PULSESEQUENCE"}
_NUMBERS = {"carrier_mhz": ".OBSERVEFREQUENCY", "scans": ".AVERAGES", "field_t": ".FIELD"}


def facts(labels: Labels) -> Facts:
    """Return facts for ``Measurement.about``; Bruker's labels count where the standard's lack.

    Parameters
    ----------
    labels : Labels
        Of one section.
    """
    found = bruker_facts.facts(labels)
    for key, label in _TEXTS.items():
        text = labels.text(label).replace("^", "")
        if text:
            found[key] = text[:60]
    for key, label in _NUMBERS.items():
        value = labels.number(label)
        if value is not None and value > 0:
            found[key] = value
    return found
