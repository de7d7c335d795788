"""The problem: what is known, what can be measured, what that costs, and what matters."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from nmr_core.datasets.manifest import SEED
from nmr_core.design import checks
from nmr_core.design.completing import complete, listed_candidates, listed_design
from nmr_core.design.costs import Costs
from nmr_core.design.limits import Limits
from nmr_core.design.narrowing import narrowed
from nmr_core.design.plain import checked
from nmr_core.design.settings import Design, Setting, Value, settings_of, with_setting
from nmr_core.effects import EFFECTS, Effect
from nmr_core.errors import InputError
from nmr_core.experiment import Experiment, Protocol
from nmr_core.inference.identifiability.problem import preset_fields
from nmr_core.inference.identifiability.targets import select_targets
from nmr_core.parameters import Parameter
from nmr_core.presets import Preset, preset_from_dict
from nmr_core.pulses import Delay, Pulse

USUAL_NOISE = 0.005
"""Noise of one shot where the preset has none: 1 % of the largest possible signal."""
VERSION = 2
"""Increased when the computation changes, so that stored results of another version are not used.
"""


@dataclass(frozen=True)
class DesignProblem:
    """One question of experiment design, checked; build it with :meth:`of`.

    Parameters
    ----------
    preset : Preset
        The prior, with one acquisition: what a setting does not change.
    settings : tuple of Setting
        The candidates. All settings name the same fields, except those with a sequence.
    default : Design
        What would be measured otherwise.
    noise : float
        Standard deviation of Re M and of Im M of one shot.
    costs : Costs
        Seconds per shot and per change of a field.
    budget : float
        Total time, s.
    weights : dict
        Name of a parameter -> weight; 0: estimated, but not counted.
    nuisances : dict
        Name of an effect -> its strength, such as {"pulse_angle_error": 2}.
    limits : Limits
        Of the hardware.
    most : int
        Largest number of different settings in a design.
    seed : int
        Of all random numbers.
    """

    preset: Preset
    settings: tuple[Setting, ...]
    default: Design
    noise: float
    costs: Costs
    budget: float
    weights: dict[str, float]
    nuisances: dict[str, float]
    limits: Limits
    most: int = 4
    seed: int = 0

    @classmethod
    def of(
        cls,
        preset: Preset | str,
        *,
        vary: Mapping[str, Sequence[Value] | Value] | None = None,
        sequences: str | Sequence[str | Sequence[Pulse | Delay]] = (),
        candidates: Sequence[Setting | Mapping[str, Value]] | None = None,
        default: Design | Sequence[Setting | Mapping[str, Value]] | None = None,
        noise: float | None = None,
        seconds_per_shot: float = 1.0,
        change: Mapping[str, float] | None = None,
        budget: float | None = None,
        weights: Mapping[str, float] | None = None,
        nuisances: Mapping[str, float] | None = None,
        limits: Limits | Mapping[str, Any] | None = None,
        most: int = 4,
        posterior: Mapping[str, tuple[float, float]] | None = None,
        seed: int = 0,
    ) -> "DesignProblem":
        """Check the arguments of a problem and fill in the defaults.

        Parameters
        ----------
        preset : Preset or str
            What is known: a prior, or its name. Its acquisitions are the default design.
        vary : mapping, optional
            Field -> values; the candidates are all combinations.
        sequences : str or sequence, optional
            Composite sequences as text or lists of Pulse and Delay, more candidates.
        candidates : sequence of Setting or of mappings, optional
            Candidates one by one.
        default : Design or sequence of settings, optional
            What is measured today; default: the acquisitions of the preset with one shot each. A
            setting that is named twice has two shots.
        noise : float, optional
            Default: the noise of the preset; 0.005 if it has none.
        seconds_per_shot : float
            Repetition time.
        change : mapping, optional
            Field -> seconds for changing it between two acquisitions.
        budget : float, optional
            Total time, s, up to a year; default: the time of the default design. It must hold one
            shot of each setting of the default.
        weights : mapping, optional
            Parameter -> weight; parameters that are not named have weight 1.
        nuisances : mapping, optional
            Effect -> strength: unknown errors of the apparatus.
        limits : Limits or mapping, optional
            Limits of the hardware, for candidates and default: angle, tau, n_pulses.
        most : int
            Largest number of different settings in a design.
        posterior : mapping, optional
            Parameter -> (low, high): an estimate with its interval narrows the prior.
        seed : int
            Of all random numbers.

        Raises
        ------
        InputError
            For every problem that has no answer; one sentence says what to change.
        """
        prior = checks.prior_of(preset)
        one = narrowed(replace(prior, settings=((),)), posterior)
        several = (*settings_of(one, vary, sequences), *listed_candidates(candidates))
        usual = listed_design([dict(one) for one in prior.settings] if default is None else default)
        checks.check_fields(one, (*several, *usual.settings))
        settings, usual = complete(several, usual, one.build().protocol)
        costs = Costs.of(seconds_per_shot, change)
        problem = cls(
            preset=one,
            settings=settings,
            default=usual,
            noise=checks.noise_of(noise, prior, USUAL_NOISE),
            costs=costs,
            budget=0.0,
            weights=checks.weights_of(weights, [spec.name for spec in select_targets(one, None)]),
            nuisances=checks.nuisances_of(nuisances),
            limits=Limits.of(limits),
            most=checked(checks.MOST, most),
            seed=checked(SEED, seed),
        )
        checks.check_settings(problem)
        ordered = costs.ordered(usual, problem.base)
        problem = replace(problem, default=ordered)
        seconds = problem.seconds(ordered) if budget is None else budget
        return replace(problem, budget=checks.budget_of(seconds, problem))

    @property
    def specs(self) -> tuple[Parameter, ...]:
        """Parameters that are estimated, with the ranges that errors refer to."""
        return select_targets(self.preset, None)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the parameters that are estimated."""
        return tuple(spec.name for spec in self.specs)

    @property
    def weight_row(self) -> np.ndarray:
        """Weights of the parameters, float64 (n,), in the order of ``names``."""
        return np.array([self.weights[name] for name in self.names])

    @property
    def prior_sds(self) -> np.ndarray:
        """Standard deviations of the prior in units of the ranges, (n,): uniform 0.289."""
        u = (np.arange(512) + 0.5) / 512
        draws = [np.array([spec.quantile(at) for at in u]) for spec in self.specs]
        return np.array(
            [draw.std() / spec.width for draw, spec in zip(draws, self.specs, strict=True)]
        )

    @cached_property
    def base(self) -> Protocol:
        """Protocol of the preset: values of the fields that a setting does not name."""
        return self.preset.build().protocol

    @property
    def all_settings(self) -> tuple[Setting, ...]:
        """The candidates, and settings of the default that are no candidates, after them."""
        return tuple(dict.fromkeys([*self.settings, *self.default.settings]))

    @property
    def effects(self) -> tuple[Effect, ...]:
        """The nuisances as effects, in the order of their names."""
        return tuple(EFFECTS[name].ladder.at(self.nuisances[name]) for name in self.nuisances)

    @cached_property
    def shot_seconds(self) -> dict[Setting, float]:
        """Seconds of one shot of every setting."""
        base = self.base
        return {one: self.costs.shot(with_setting(base, one)) for one in self.all_settings}

    def experiment(self, setting: Setting, values: Mapping[str, Any] | None = None) -> Experiment:
        """Build the experiment of one material at one setting.

        Parameters
        ----------
        setting : Setting
            What the setting changes.
        values : mapping, optional
            Parameters of the prior, or any field; default: those of the preset.

        Raises
        ------
        InputError
            For values that cannot be simulated.
        """
        return self.experiments((setting,), values)[0]

    def experiments(
        self, settings: Sequence[Setting], values: Mapping[str, Any] | None = None
    ) -> tuple[Experiment, ...]:
        """Build the experiments of one material at several settings.

        Translating the values takes longer than simulating a small lattice, so it is done once.

        Parameters
        ----------
        settings : sequence of Setting
            What the settings change.
        values : mapping, optional
            As of :meth:`experiment`.
        """
        material = self.preset.build(**(values or {}))
        if material.protocol == self.base:
            protocols = [self.protocol(one) for one in settings]
        else:  # a parameter of the prior is a field of the protocol
            protocols = [with_setting(material.protocol, one) for one in settings]
        return tuple(replace(material, protocol=protocol) for protocol in protocols)

    def protocol(self, setting: Setting) -> Protocol:
        """Return the protocol of a setting."""
        if setting not in self._protocols:
            self._protocols[setting] = with_setting(self.base, setting)
        return self._protocols[setting]

    @cached_property
    def _protocols(self) -> dict[Setting, Protocol]:
        """Protocols of settings that were asked for; each keeps its time grid."""
        return {}

    def seconds_of_shot(self, setting: Setting) -> float:
        """Return the seconds of one shot of any setting, also of one that is no candidate."""
        known = self.shot_seconds.get(setting)
        return self.costs.shot(self.protocol(setting)) if known is None else known

    def seconds(self, design: Design) -> float:
        """Return the total time of a design in its order, s: all shots and all changes."""
        shots = sum(one.shots * self.seconds_of_shot(one.setting) for one in design.acquisitions)
        return shots + self.costs.changes(design.settings, self.base)

    def shots_within(self, setting: Setting, seconds: float | None = None) -> int:
        """Return how many shots of one setting alone fit into a time, default: the budget."""
        seconds = self.budget if seconds is None else seconds
        return int(np.floor(seconds / self.seconds_of_shot(setting) + 1e-9))

    def design(self, shots: Mapping[Setting, int]) -> Design:
        """Make a design from settings with their shots, in a cheap order."""
        return self.costs.ordered(Design.of(shots), self.base)

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as JSON-ready values."""
        return {
            "preset": self.preset.to_dict(),
            "candidates": [one.to_dict() for one in self.settings],
            "default": self.default.to_dict(),
            "noise": self.noise,
            "seconds_per_shot": self.costs.seconds_per_shot,
            "change": dict(self.costs.change),
            "budget": self.budget,
            "weights": dict(self.weights),
            "nuisances": dict(self.nuisances),
            "limits": self.limits.to_dict(),
            "most": self.most,
            "seed": self.seed,
        }

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> "DesignProblem":
        """Inverse of :meth:`to_dict`.

        Raises
        ------
        InputError
            For fields that are missing or wrong.
        """
        values = dict(stored)
        try:
            preset = preset_from_dict(values.pop("preset"))
            values["default"] = Design.from_dict(values["default"])
            return cls.of(preset, **values)
        except (KeyError, TypeError) as error:
            raise InputError(
                f"This is not a stored design problem ({error}). Make it again with "
                "DesignProblem.of."
            ) from None

    def key(self, kind: str, **more: Any) -> str:
        """Return the name under which the answer is stored, such as "design-0123456789abcdef".

        It is a hash of everything that the answer depends on; ``more`` holds further arguments.
        Numbers count by their value: 10 and 10.0 are the same.
        """
        content = self.to_dict() | {
            "preset": preset_fields(self.preset),
            "kind": kind,
            "version": VERSION,
            "more": more,
        }
        # Tuples become lists, and other objects text, before whole numbers become floats
        plain = json.loads(json.dumps(content, default=str), parse_int=float)
        text = json.dumps(plain, sort_keys=True)
        return f"{kind}-{hashlib.sha256(text.encode()).hexdigest()[:16]}"

    def __getstate__(self) -> dict[str, Any]:
        """Cached values are computed again in another process."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}
