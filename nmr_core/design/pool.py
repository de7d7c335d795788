"""Materials of the prior, simulated once at every candidate setting, and compressed to scores.

Every design is a subset of the settings, so all designs are valued on the same materials, the same
offsets and the same draws of noise (common random numbers): differences between designs come from
the designs.
"""

import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from nmr_core.design.compressing import Basis
from nmr_core.design.settings import Design, Setting
from nmr_core.errors import InputError
from nmr_core.storage.seeds import Purpose, side_stream


@dataclass(frozen=True, eq=False)
class Pool:
    """Materials and their echoes at several settings, without receiver noise.

    Parameters
    ----------
    names : tuple of str
        Parameters that are estimated.
    theta : float64 array, (n_materials, n)
        Their values in units of the ranges: 0 at the lower end, 1 at the upper end.
    settings : tuple of Setting
    bases : tuple of Basis
        One per setting.
    scores : tuple of float32 array, (n_materials, k)
        One per setting; k differs.
    noise : float
        Standard deviation of one shot in Re M and in Im M, and so in every score.
    seed : int
        Of the draws of noise.
    part : int
        Which materials of the problem these are, see :data:`nmr_core.design.simulating.PARTS`.
    """

    names: tuple[str, ...]
    theta: np.ndarray
    settings: tuple[Setting, ...]
    bases: tuple[Basis, ...]
    scores: tuple[np.ndarray, ...]
    noise: float
    seed: int
    part: int

    def __len__(self) -> int:
        return len(self.theta)

    def index(self, setting: Setting) -> int:
        """Return the position of a setting.

        Raises
        ------
        InputError
            The pool does not have it.
        """
        try:
            return self.settings.index(setting)
        except ValueError:
            raise InputError(
                f"The pool has no setting {setting.label}. Simulate it with simulate_pool, or "
                "choose a candidate of the problem."
            ) from None

    def measured(self, setting: Setting, shots: float = 1, *, draw: int = 0) -> np.ndarray:
        """Return the scores of one setting with receiver noise.

        Parameters
        ----------
        setting : Setting
            One of the pool.
        shots : float
            Echoes that are averaged.
        draw : int
            Which draw of the noise; the same draw is the same noise, apart from its size.

        Returns
        -------
        float64 array, (n_materials, k)
        """
        scores = self.scores[self.index(setting)]
        noise = noise_of_setting(self.seed, self.part, setting, scores.shape, draw)
        return scores + self.noise / np.sqrt(shots) * noise

    def measure(self, design: Design, *, draw: int = 0) -> list[np.ndarray]:
        """Return the noisy scores of every acquisition of a design, each (n_materials, k)."""
        return [self.measured(one.setting, one.shots, draw=draw) for one in design.acquisitions]

    def project(self, setting: Setting, signal: np.ndarray) -> np.ndarray:
        """Return the scores of measured echoes.

        Parameters
        ----------
        setting : Setting
            One of the pool.
        signal : complex array, (n_times,) or (n, n_times)
            On the time grid of the setting.

        Returns
        -------
        float32 array, (n, k)
        """
        return self.bases[self.index(setting)].scores(np.atleast_2d(signal))

    def first(self, n: int) -> "Pool":
        """Return the pool of the first n materials, with the same noise."""
        return replace(self, theta=self.theta[:n], scores=tuple(one[:n] for one in self.scores))

    def blocks(self, n: int) -> list["Pool"]:
        """Return pools of at most n materials each, in order."""
        return [
            replace(
                self,
                theta=self.theta[k : k + n],
                scores=tuple(one[k : k + n] for one in self.scores),
            )
            for k in range(0, len(self), n)
        ]

    def choose(self, settings: Sequence[Setting]) -> "Pool":
        """Return the pool of some settings."""
        where = [self.index(one) for one in settings]
        return replace(
            self,
            settings=tuple(settings),
            bases=tuple(self.bases[k] for k in where),
            scores=tuple(self.scores[k] for k in where),
        )

    def joined(self, more: "Pool") -> "Pool":
        """Return this pool followed by further materials at the same settings and bases."""
        return replace(
            self,
            theta=np.concatenate([self.theta, more.theta]),
            scores=tuple(
                np.concatenate(pair) for pair in zip(self.scores, more.scores, strict=True)
            ),
        )


def noise_of_setting(
    seed: int, part: int, setting: Setting, shape: tuple[int, ...], draw: int = 0
) -> np.ndarray:
    """Return standard normal noise of one setting; the first rows do not depend on their number."""
    name = zlib.crc32(_text(setting.to_dict()).encode())
    return side_stream(seed, Purpose.DESIGN_NOISE, part, name, draw).standard_normal(shape)


def _text(fields: Mapping[str, Any]) -> str:
    return json.dumps(fields, sort_keys=True)
