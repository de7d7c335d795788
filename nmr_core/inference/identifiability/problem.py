"""The problem: preset, targets, point of the prior and noise; and the key of its answer."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, TypedDict

import numpy as np

from nmr_core.datasets.manifest import SEED
from nmr_core.errors import InputError
from nmr_core.inference.identifiability.sensitivities import usual_n_seeds
from nmr_core.inference.identifiability.targets import point_values, select_targets
from nmr_core.parameters import Parameter
from nmr_core.presets import Preset
from nmr_core.presets import preset as named_preset
from nmr_core.presets.versions import ADDED, first_name

NOISE = Parameter(
    "noise",
    "σ",
    "",
    0,
    1,
    0,
    description="Standard deviation of receiver noise in Re M and in Im M.",
)
N_SEEDS = Parameter(
    "n_seeds",
    "seeds",
    "",
    8,
    10_000,
    48,
    integer=True,
    description="Random placements of the offsets at each point.",
)
VERSION = 2
"""Increased when the computation changes, so that stored results of another version are not used.
"""


class ProblemOptions(TypedDict, total=False):
    """Keyword arguments that ``identify``, ``scan``, ``error_map`` and ``profile`` share.

    See :class:`IdentifyProblem` for their meaning.
    """

    point: dict[str, Any] | None
    noise: float | None
    disorder: bool
    n_seeds: int | None
    seed: int
    targets: Sequence[str] | None


@dataclass(frozen=True)
class IdentifyProblem:
    """One question about a preset, checked; build it with :meth:`of`.

    Parameters
    ----------
    preset : Preset
        Its points are drawn from the prior, whatever the sampling density of a data set.
    specs : tuple of Parameter
        The targets, with the ranges that "percent" refers to.
    point : dict, optional
        All parameter values of one point of the prior; None: several points are drawn.
    noise_levels : tuple of float
        Standard deviation of receiver noise in Re M and in Im M, one per setting.
    disorder : bool
        Count the variation of the signal with the random offsets as noise, too.
    n_seeds : int
        Random placements of the offsets at each point.
    seed : int
        Of the points and of the offsets.
    """

    preset: Preset
    specs: tuple[Parameter, ...]
    point: dict[str, Any] | None
    noise_levels: tuple[float, ...]
    disorder: bool
    n_seeds: int
    seed: int

    @classmethod
    def of(
        cls,
        preset: Preset | str,
        *,
        point: dict[str, Any] | None = None,
        noise: float | None = None,
        disorder: bool = True,
        n_seeds: int | None = None,
        seed: int = 0,
        targets: Sequence[str] | None = None,
    ) -> "IdentifyProblem":
        """Check the arguments of a question and fill in the defaults.

        Parameters
        ----------
        preset : Preset or str
            Experiment with its prior, or its name.
        point : dict, optional
            Values of some parameters; the others keep their default.
        noise : float, optional
            Default: the noise of the preset; 0 for none.
        disorder : bool
            Whether the placement of the offsets counts as noise.
        n_seeds : int, optional
            Default: 48 to 384 at one point, as many as are simulated in 4 s; 16 to 64 at each of
            several points.
        seed : int
            Seed of the random numbers.
        targets : sequence of str, optional
            Default: all parameters that the preset draws. Fields such as line_width are possible.

        Raises
        ------
        InputError
        """
        preset = (named_preset(preset) if isinstance(preset, str) else preset).of_prior()
        specs = select_targets(preset, targets, point)
        seed = SEED.check(seed)
        usual = usual_n_seeds(preset, several=point is None)
        n_seeds = usual if n_seeds is None else N_SEEDS.check(n_seeds)
        if noise is None:
            levels = tuple(float(e.noise) for e in preset.experiments())
        else:
            # Six digits, as links and commands have them: the same noise has the same key
            level = float(f"{NOISE.check(noise):.6g}")
            levels = (level,) * len(preset.settings)
        if point is not None:
            point = _as_floats(point_values(preset, point, specs))
        return cls(preset, specs, point, levels, bool(disorder), n_seeds, seed)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the targets."""
        return tuple(spec.name for spec in self.specs)

    @property
    def widths(self) -> np.ndarray:
        """Widths of the ranges of the targets, (n,)."""
        return np.array([spec.width for spec in self.specs])

    @property
    def noise(self) -> float:
        """Receiver noise, root mean square over the settings."""
        return float(np.sqrt(np.mean(np.square(self.noise_levels))))

    def check_noise(self) -> None:
        """Raise :class:`InputError` without noise and disorder: all would follow exactly."""
        if not self.disorder and not self.noise:
            raise InputError(
                "Without disorder the noise must be > 0, got 0: every parameter would follow "
                "exactly. Choose an SNR, such as 500 (noise 0.001)."
            )

    @property
    def fixed_point(self) -> dict[str, Any]:
        """The point of a question about one point."""
        if self.point is None:
            raise InputError("This needs a point of the prior; pass point={}, for the defaults.")
        return self.point

    def key(self, kind: str, **more: Any) -> str:
        """Return the name under which the answer is stored, such as "verdicts-0123456789abcdef".

        It is a hash of the preset and of all arguments. Their names are those of version 0.5, so
        that its results are still found.
        """
        question = {
            "targets": [(spec.name, spec.low, spec.high) for spec in self.specs],
            "place": self.point,
            "sigmas": self.noise_levels,
            "disorder": self.disorder,
            "n_seeds": self.n_seeds,
            "seed": self.seed,
            **more,
        }
        content = {
            "version": VERSION,
            "what": kind,
            "preset": preset_fields(self.preset),
            "asked": question,
        }
        text = json.dumps(content, sort_keys=True, default=_plain)
        return f"{kind}-{hashlib.sha256(text.encode()).hexdigest()[:16]}"


def preset_fields(preset: Preset) -> dict[str, Any]:
    """Return all that a preset says about an experiment, without descriptions, for the key.

    As in version 0.4, xi and p are included whatever the kernel is. Fields that are younger count
    only where they differ from their default, and a preset has the name of its recipe version 1.
    """
    base = preset.base.to_dict()
    for part, field, default in ADDED:
        if base[part][field] == default:
            del base[part][field]
    material = {name: getattr(preset.base, name) for name in ("xi", "p")} | base["material"]
    specs = [asdict(spec) | {"description": "", "hint": ""} for spec in preset.space]
    for spec in specs:
        del spec["density"]
    return {
        "name": first_name(preset.name),
        "space": specs,
        "base": base | {"material": material},
        "settings": preset.settings,
        "held": preset.fixed,
        "table": [row.to_dict() for row in preset.table],
    }


def _plain(value: Any) -> Any:
    return value.tolist() if hasattr(value, "tolist") else str(value)


def _as_floats(point: dict[str, Any]) -> dict[str, Any]:
    try:
        return {
            name: value if isinstance(value, str) else float(value) for name, value in point.items()
        }
    except (TypeError, ValueError):
        raise InputError(
            f"A point must have a number for each parameter, got {str(point)[:80]}."
        ) from None
