"""What was measured, as procpar gives it."""

from nmr_core.io.readers.damage import number_in
from nmr_core.io.readers.procpar import Parameters
from nmr_core.io.readers.records import Facts

CELSIUS = 273.15
MAPPED = ("temp", "d1", "nt")
"""Parameters whose values are facts with names of ours."""
TIMES = ("d1", "d2", "tau", "p1", "pw", "rof1", "rof2")
"""Delays and pulses that become facts."""
TWO_PULSES = ("s2pul",)
"""Sequence d1 - p1 - d2 - pw of VnmrJ: an echo of two pulses where p1 > 0."""


def facts(parameters: Parameters) -> Facts:
    """Return facts for ``Measurement.about``.

    Parameters
    ----------
    parameters : Parameters
        Of procpar.
    """
    found: Facts = {}
    for key, name in {"sequence": "seqfil", "nucleus": "tn"}.items():
        if parameters.text(name):
            found[key] = parameters.text(name)[:60]
    for key, name in {"carrier_mhz": "sfrq", "scans": "nt", "width_hz": "sw"}.items():
        value = parameters.number(name) if parameters.n_values(name) == 1 else None
        if value is not None and value > 0:
            found[key] = value
    return found | _swept(parameters, {})


def facts_of_records(parameters: Parameters, n_records: int) -> list[Facts]:
    """Return the facts that change from record to record; [] where nothing was arrayed.

    Parameters
    ----------
    parameters : Parameters
        Of procpar.
    n_records : int
        How many records were planned.
    """
    each = []
    for values in parameters.arrayed(n_records):
        one: Facts = {"swept": ", ".join(values)}
        for name, value in values.items():
            if name not in MAPPED:
                one |= _named(parameters, name, value)
        scans = number_in(values.get("nt"))
        if scans:
            one["scans"] = scans
        each.append(one | _swept(parameters, values))
    return each


def unassigned_note(parameters: Parameters, n_records: int, name: str) -> list[str]:
    """Return a note where parameters hold several values that belong to no known records.

    Parameters
    ----------
    parameters : Parameters
        Of procpar.
    n_records : int
        How many records were planned.
    name : str
        Of the folder.
    """
    swept = parameters.swept(TIMES)
    if not swept or parameters.arrayed(n_records):
        return []
    values = ", ".join(f"{n:,} of {one}" for one, n in swept.items())
    return [
        f"{name}: procpar gives several values ({values}), but {n_records:,} "
        f"{'record' if n_records == 1 else 'records'}: which value belongs to which record is not "
        "known, and none is used."
    ]


def _named(parameters: Parameters, name: str, value: str) -> Facts:
    """An arrayed value by its own name, with its unit where its kind gives one."""
    time, number = parameters.microseconds(name, value), number_in(value)
    if time is not None:
        return {f"{name}_us": time}
    return {name: value if number is None else number}


def _swept(parameters: Parameters, values: dict[str, str]) -> Facts:
    """Temperature, pulses and delays with some values in place of the first ones.

    Parameters
    ----------
    parameters : Parameters
        Of procpar.
    values : dict of str to str
        Values of a record, by name.
    """

    def time(name: str) -> float | None:
        # The first of several values is that of the first record only
        if name not in values and parameters.n_values(name) > 1:
            return None
        return parameters.microseconds(name, values.get(name, ""))

    found: dict[str, float | None] = {"recovery_us": time("d1")}
    temperature = parameters.by_name.get("temp")
    is_one = "temp" in values or parameters.n_values("temp") == 1
    if temperature is not None and temperature.is_on and is_one:
        celsius = number_in(values.get("temp", parameters.text("temp")))
        found["temperature_k"] = None if celsius is None else celsius + CELSIUS
    first, second, delay = time("p1"), time("pw"), time("d2")
    sequence = parameters.text("seqfil").lower()
    if sequence in TWO_PULSES and first and second and delay:
        found |= {"pulse_1_us": first, "pulse_2_us": second}
        dead_times = [time("rof1"), time("rof2")]
        if None not in dead_times:
            # The receiver's gates stand before and behind each pulse
            found["tau_us"] = first / 2 + delay + second / 2 + sum(one or 0 for one in dead_times)
    elif "echo" in sequence or "hahn" in sequence:
        # Which of pw and p1 comes first is up to the sequence
        found["tau_us"] = time("tau")
    return {key: value for key, value in found.items() if value}
