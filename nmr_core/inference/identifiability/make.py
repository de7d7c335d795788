"""Preset -> Identification: places, slopes, disorder, Fisher information, bounds, verdicts."""

import time as clock
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from nmr_core.datasets.manifest import SEED
from nmr_core.errors import InputError
from nmr_core.inference.identifiability.directions import conditional, cramer_rao, with_prior
from nmr_core.inference.identifiability.identification import Identification
from nmr_core.inference.identifiability.key import key_of
from nmr_core.inference.identifiability.measure import Measured, measured, seeds_wanted
from nmr_core.inference.identifiability.store import find, save
from nmr_core.inference.identifiability.targets import cube, targets_of, values_at
from nmr_core.inference.identifiability.verdicts import verdicts
from nmr_core.learning.identifiable import unidentifiable
from nmr_core.parameters import Parameter
from nmr_core.presets import Preset
from nmr_core.presets import preset as named_preset
from nmr_core.progress import Progress, silent

SIGMA = Parameter(
    "sigma",
    "σ",
    "",
    1e-9,
    1,
    1e-3,
    description="Standard deviation of the receiver's noise in Re M and in Im M.",
)
N_PLACES = Parameter(
    "n_places", "places", "", 1, 200, 4, integer=True, description="Places of the prior."
)
N_SEEDS = Parameter(
    "n_seeds",
    "seeds",
    "",
    8,
    10_000,
    48,
    integer=True,
    description="Placements of the offsets at each place.",
)
MAX_REDRAWS = 50


@dataclass(frozen=True)
class Asked:
    """What is asked of one place or several, checked; the same for identify, scan, map and profile."""

    preset: Preset
    specs: tuple[Parameter, ...]
    place: dict | None
    sigmas: tuple[float, ...]
    disorder: bool
    n_seeds: int
    seed: int

    @classmethod
    def of(
        cls,
        preset: Preset | str,
        place: dict | None,
        sigma: float | None,
        disorder: bool,
        n_seeds: int | None,
        seed: int,
        targets: Sequence[str] | None,
    ) -> "Asked":
        """Names become presets, None becomes what is usual."""
        preset = named_preset(preset) if isinstance(preset, str) else preset
        specs = targets_of(preset, targets, place)
        seed = SEED.check(seed)
        n_seeds = seeds_wanted(preset) if n_seeds is None else N_SEEDS.check(n_seeds)
        sigmas = (
            tuple(SIGMA.default if not e.noise else e.noise for e in preset.experiments())
            if sigma is None
            else (SIGMA.check(sigma),) * len(preset.settings)
        )
        if place is not None:
            place = values_at(preset, place, specs)
            try:
                place = {
                    name: value if isinstance(value, str) else float(value)
                    for name, value in place.items()
                }
            except (TypeError, ValueError):
                raise InputError(
                    f"A place has a number for each parameter, got {str(place)[:80]}."
                ) from None
        return cls(preset, specs, place, sigmas, bool(disorder), n_seeds, seed)

    @property
    def names(self) -> tuple[str, ...]:
        """Of the targets."""
        return tuple(spec.name for spec in self.specs)

    @property
    def sigma(self) -> float:
        """Rms over the settings."""
        return float(np.sqrt(np.mean(np.square(self.sigmas))))

    def key(self, what: str, **more) -> str:
        """What the answer is stored under."""
        specs = [(spec.name, spec.low, spec.high) for spec in self.specs]
        return key_of(
            what,
            self.preset,
            targets=specs,
            place=self.place,
            sigmas=self.sigmas,
            disorder=self.disorder,
            n_seeds=self.n_seeds,
            seed=self.seed,
            **more,
        )

    def fisher(self, found: Measured, sigmas: Sequence[float] | None = None) -> np.ndarray:
        """F of one place, scaled by the ranges."""
        return found.fisher(
            self.specs, np.array(self.sigmas if sigmas is None else sigmas), self.disorder
        )


def identify(
    preset: Preset | str,
    *,
    place: dict | None = None,
    n_places: int = 4,
    sigma: float | None = None,
    disorder: bool = True,
    n_seeds: int | None = None,
    seed: int = 0,
    targets: Sequence[str] | None = None,
    again: bool = False,
    progress: Progress = silent,
) -> Identification:
    """What one measurement of a preset can tell, before any model is trained; kept, so that a second call is at once.

    place    : one place, the other parameters at their defaults; None: ``n_places`` places spread over the prior
    sigma    : noise in Re M and in Im M; None: the protocol's, 0.001 where it has none
    disorder : count also the noise of the random offsets
    n_seeds  : placements of the offsets; None: 48 to 384, as many as are simulated in about 12 s a place
    targets  : names; None: all that the preset draws; also fields such as line_width
    again    : compute even if it is stored
    """
    asked = Asked.of(preset, place, sigma, disorder, n_seeds, seed, targets)
    n_places = 1 if place is not None else N_PLACES.check(n_places)
    key = asked.key("verdicts", n_places=n_places)
    stored = None if again else find(key)
    if stored is not None:
        return stored
    begin = clock.perf_counter()
    several, n_redrawn = _measured(asked, n_places, progress)
    fisher = np.stack([asked.fisher(found) for _, found in several])
    places = pd.DataFrame([values for values, _ in several])
    made = Identification(
        key,
        asked.preset.name,
        asked.names,
        asked.specs,
        places,
        fisher,
        bounds_table(asked.specs, places, fisher),
        verdicts(asked.preset, asked.specs, places, fisher, unidentifiable(asked.preset)),
        np.stack([found.slopes.mean(1).swapaxes(0, 1) for _, found in several]),
        np.stack([found.step_error for _, found in several]),
        np.array(several[0][1].time),
        np.stack([found.curves.mean(0, dtype=complex) for _, found in several]),
        np.stack([found.curves.astype(complex).std(0, ddof=1) for _, found in several]),
        asked.sigma,
        asked.disorder,
        tuple(dict(setting) for setting in asked.preset.settings),
        asked.n_seeds,
        asked.seed,
        n_redrawn,
        clock.perf_counter() - begin,
    )
    save(made)
    return made


def find_identification(
    preset: Preset | str,
    *,
    place: dict | None = None,
    n_places: int = 4,
    sigma: float | None = None,
    disorder: bool = True,
    n_seeds: int | None = None,
    seed: int = 0,
    targets: Sequence[str] | None = None,
) -> Identification | None:
    """What :func:`identify` would answer, if it is stored or shipped; None otherwise."""
    return find(
        asked_key(
            preset,
            place=place,
            n_places=n_places,
            sigma=sigma,
            disorder=disorder,
            n_seeds=n_seeds,
            seed=seed,
            targets=targets,
        )
    )


def asked_key(
    preset: Preset | str,
    *,
    place: dict | None = None,
    n_places: int = 4,
    sigma: float | None = None,
    disorder: bool = True,
    n_seeds: int | None = None,
    seed: int = 0,
    targets: Sequence[str] | None = None,
) -> str:
    """The key under which :func:`identify` keeps its answer."""
    asked = Asked.of(preset, place, sigma, disorder, n_seeds, seed, targets)
    return asked.key("verdicts", n_places=1 if place is not None else N_PLACES.check(n_places))


def _measured(
    asked: Asked, n_places: int, progress: Progress
) -> tuple[list[tuple[dict, Measured]], int]:
    points, found, n_redrawn = cube(n_places, len(asked.preset.space), asked.seed), [], 0
    for k in range(n_places):

        def told(done: int, total: int, message: str = "", k=k) -> None:
            progress(
                round(100 * (k + done / total) / n_places),
                100,
                f"place {k + 1} of {n_places}: {message}".rstrip(": "),
            )

        if asked.place is not None:
            return [
                (
                    asked.place,
                    measured(
                        asked.preset, asked.place, asked.specs, asked.n_seeds, asked.seed, 0, told
                    ),
                )
            ], 0
        rng = np.random.default_rng([asked.seed, k, 7])
        for trial in range(MAX_REDRAWS):
            drawn = asked.preset.draw_sample(rng, points[k] if not trial else None)
            n_redrawn += drawn.n_redrawn
            values = values_at(asked.preset, drawn.values, asked.specs)
            try:
                found.append(
                    (
                        values,
                        measured(
                            asked.preset, values, asked.specs, asked.n_seeds, asked.seed, k, told
                        ),
                    )
                )
                break
            except InputError as error:
                last = error
                n_redrawn += 1
        else:
            raise InputError(
                f"None of {MAX_REDRAWS} places of {asked.preset.name} can be simulated. The last: {last}"
            )
    return found, n_redrawn


def bounds_table(
    specs: Sequence[Parameter], places: pd.DataFrame, fisher: np.ndarray
) -> pd.DataFrame:
    """The long table of an :class:`Identification`."""
    rows = []
    for k, F in enumerate(fisher):
        kinds = {"bound": cramer_rao(F), "conditional": conditional(F), "with_prior": with_prior(F)}
        for i, spec in enumerate(specs):
            rows.append(
                {
                    "place": k,
                    "name": spec.name,
                    "value": float(places[spec.name].iloc[k]),
                    "bound": kinds["bound"][i] * spec.width,
                    "bound_percent": 100 * kinds["bound"][i],
                    "conditional": kinds["conditional"][i] * spec.width,
                    "with_prior": kinds["with_prior"][i] * spec.width,
                }
            )
    return pd.DataFrame(rows)
