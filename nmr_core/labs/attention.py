"""Lab 8: which part of an echo a network uses, by hiding parts of it and by its first layer."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from nmr_core.labs.descrambling import Descrambled, descrambled
from nmr_core.labs.echoes import N_POOL, TARGETS, echoes
from nmr_core.labs.lab import (
    MEASURED,
    Code,
    Control,
    Guess,
    Lab,
    Number,
    Parts,
    Reference,
    Result,
    State,
)
from nmr_core.labs.network import Options, Training, layers, train
from nmr_core.labs.programs import programs_with_data

BIN, N_BINS = 5, 94
"""Points per mean, and means per echo."""
N_HIDDEN, EPOCHS, RATE, DECAY = 32, 150, 0.01, 3.0
CENTRES = tuple(range(5, 150, 5))
"""Centres of the windows, in µs."""
MEAN, OTHER = "mean echo", "another echo"
LITTLE = 0.1
"""Smaller relative increases of an error do not show that a window is used."""


@dataclass(frozen=True, eq=False)
class Attention(Result):
    """Errors with hidden windows, and the first layer.

    Attributes
    ----------
    target : str
        Name of the parameter of the numbers.
    centre, width : float
        Hidden window, in µs.
    errors : array, (n_centres, 4)
        Test error of each parameter with a window hidden around each of CENTRES, in % of its range.
    whole : array, (4,)
        Test errors with nothing hidden.
    time : array, (n_bins,)
        In µs.
    echo : array, (n_bins,)
        Mean of |M|.
    layer : Descrambled
        First layer; its inputs are Re M, then Im M.
    """

    target: str
    centre: float
    width: float
    errors: np.ndarray
    whole: np.ndarray
    time: np.ndarray
    echo: np.ndarray
    layer: Descrambled


@lru_cache(maxsize=1)
def _inputs() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Times and mean |M| of the bins; Re M and Im M less their mean over the pool, scaled."""
    data, n = echoes(), N_BINS * BIN
    time = data.time[:n].reshape(N_BINS, BIN).mean(axis=1)
    signals = data.signals[:, :n].reshape(-1, N_BINS, BIN).mean(axis=2)
    rows = np.hstack([signals.real, signals.imag])
    rows = rows - rows[:N_POOL].mean(axis=0)
    return time, np.abs(signals).mean(axis=0), rows / rows[:N_POOL].std()


@lru_cache(maxsize=10)
def _fit(seed: int) -> tuple[Training, Descrambled]:
    rows, values = _inputs()[2][:N_POOL], echoes().targets[:N_POOL]
    standard = (values - values.mean(axis=0)) / values.std(axis=0)
    options = Options(n_hidden=N_HIDDEN, epochs=EPOCHS, rate=RATE, decay=DECAY, seed=seed)
    training = train(rows, standard, options)
    first = layers(training.weights, rows.shape[1], N_HIDDEN, len(TARGETS))[0][0]
    return training, descrambled(first.astype(float), rows)


def _errors(seed: int, rows: np.ndarray) -> np.ndarray:
    """Test error of each parameter in % of its range, (4,)."""
    data = echoes()
    pool = data.targets[:N_POOL]
    fit = _fit(seed)[0].predict(rows) * pool.std(axis=0) + pool.mean(axis=0)
    return 100 * np.sqrt(np.mean((fit - data.targets[data.test]) ** 2, axis=0))


@lru_cache(maxsize=80)
def _scan(seed: int, width: float, by: str) -> np.ndarray:
    """Errors with a window hidden around each of CENTRES, (n_centres, 4)."""
    time, _, rows = _inputs()
    test = rows[N_POOL:]
    # Each curve gets the window of the next one, or the mean, which is 0
    other = np.roll(test, 1, axis=0) if by == OTHER else np.zeros_like(test)
    errors = []
    for centre in CENTRES:
        hidden = np.tile(np.abs(time - centre) <= width / 2, 2)
        errors.append(_errors(seed, np.where(hidden, other, test)))
    return np.stack(errors)


class LookedAt(Lab):
    """Hide a window of the echo and see which estimate suffers."""

    number = 8
    slug = "attention"
    title = "What did it look at?"
    lead = (
        "In the first picture a network estimates four parameters of an echo. The first 10 µs, "
        "where the signal is strongest, are hidden from it, and the error of d does not change."
    )
    guess = Guess(
        "The 32 neurons of the first layer look like noise. How much of what they pass on is "
        "in only two patterns?",
        low=0,
        high=100,
        unit="%",
        number="patterns",
    )
    controls = (
        Control("target", "parameter", tuple(TARGETS), "d", "All are estimated by one network."),
        Control("centre", "hidden at (µs)", CENTRES, 5, "Centre of the hidden window."),
        Control("width", "width (µs)", (5, 10, 20, 40), 10, "Width of the hidden window."),
        Control("by", "replaced by", (MEAN, OTHER), MEAN, "What stands in the window instead."),
        Control("seed", "seed", tuple(range(10)), 0, "Initial weights of the network."),
    )
    explanation = (
        "d, the dissipation, is read from the echo at 100 µs, p also from the signal between 30 "
        "and 55 µs, ξ from nowhere. The 32 neurons of the first layer look like noise, but "
        "two patterns hold about 90 % of what they pass on: echo minus early signal, and their "
        "sum."
    )
    parts = Parts(
        data="The shipped data set: 400 echoes, 100 for the test; Re and Im M, means of 5 points.",
        model="188 → 32 → 32 → 4 neurons with GELU.",
        cost="Mean square error of the four parameters, each with standard deviation 1.",
        optimiser="Adam, all curves per step, rate 0.01, weight decay 3, 150 epochs.",
    )
    on_echoes = (
        "Explain does this with every trained model: slopes, shuffled blocks, and the model "
        "trained again on its best features only."
    )
    page = "explain"
    references = (
        Reference({"seed": 0}, "whole", 25.0, MEASURED),
        Reference({"seed": 0}, "hidden", 25.3, MEASURED),
        Reference({"centre": 100, "seed": 0}, "hidden", 54, MEASURED),
        Reference({"seed": 0}, "worst", 100, MEASURED),
        Reference({"target": "p", "centre": 45, "seed": 0}, "hidden", 31.2, MEASURED),
        Reference({"target": "alpha", "seed": 0}, "whole", 3.7, MEASURED),
        Reference({"target": "alpha", "centre": 100, "seed": 0}, "hidden", 10.4, MEASURED),
        Reference({"seed": 0}, "patterns", 90, MEASURED),
    )

    def run(self, state: State) -> Attention:
        """Errors for all windows, and for the chosen one."""
        s = self.complete(state)
        seed, width = int(s["seed"]), float(s["width"])
        target, centre = str(s["target"]), int(s["centre"])
        column = list(TARGETS).index(target)
        time, echo, rows = _inputs()
        errors, whole = _scan(seed, width, str(s["by"])), _errors(seed, rows[N_POOL:])
        layer = _fit(seed)[1]
        symbol = TARGETS[target]
        worst = int(errors[:, column].argmax())
        is_used = errors[worst, column] > (1 + LITTLE) * whole[column]
        note = "" if is_used else f"No window matters: {symbol} is not estimated from the echo."
        hidden = float(errors[CENTRES.index(centre), column])
        in_two = 100 * float(layer.fractions[:2].sum())
        numbers = (
            Number("worst", f"worst time to hide for {symbol}", float(CENTRES[worst]), "µs", note),
            Number("hidden", f"error of {symbol}, window hidden", hidden, "%"),
            Number("whole", f"error of {symbol}, nothing hidden", float(whole[column]), "%"),
            Number("patterns", "first layer in two patterns", in_two, "%"),
        )
        return Attention(numbers, target, centre, width, errors, whole, time, echo, layer)

    def code(self, state: State) -> Code:
        """The training and the errors with hidden windows."""
        return programs_with_data(_MOVE.format(**self.complete(state)))

    def data(self) -> dict[str, np.ndarray]:
        """Times, signals in means of five points, and parameters of all echoes."""
        time, _, rows = _inputs()
        targets = echoes().targets.astype(np.float32)
        return {"time": time, "signals": rows.astype(np.float32), "targets": targets}


_MOVE = f"""# Of the notebook: Re M and Im M of 500 echoes, parameters as fractions of their range
time, x, y = (DATA[name].astype(float) for name in ("time", "signals", "targets"))
target = ["alpha", "xi", "p", "d"].index("{{target}}")
mean, deviation = y[:{N_POOL}].mean(axis=0), y[:{N_POOL}].std(axis=0)
model = train(
    x[:{N_POOL}], (y[:{N_POOL}] - mean) / deviation, hidden={N_HIDDEN}, epochs={EPOCHS},
    rate={RATE}, decay={DECAY}, seed={{seed}},
)
test = x[{N_POOL}:]
other = np.roll(test, 1, axis=0) if "{{by}}" == "{OTHER}" else np.zeros_like(test)


def error(centre):
    hidden = np.tile(np.abs(time - centre) <= {{width}} / 2, 2)
    fit = predict(model, np.where(hidden, other, test)) * deviation + mean
    return 100 * np.sqrt(np.mean((fit - y[{N_POOL}:])[:, target] ** 2))


centres = np.arange(5, 150, 5)
print(centres[np.argmax([error(centre) for centre in centres])], "µs: worst time to hide")
print(error({{centre}}), "% error with the window hidden")
print(error(-1000), "% error with nothing hidden")
"""
