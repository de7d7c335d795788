"""Which measurement next: settings of the spectrometer, ranked within a budget of time.

settings.py    one setting, an acquisition (setting and shots), a design (acquisitions)
limits.py      what the hardware can do; costs.py: the time that a design takes
problem.py     DesignProblem: prior, candidates, noise, costs, budget and weights, checked
checks.py      what makes a problem unanswerable; narrowing.py: an estimate as the prior
space.py       designs as rows of shots; shots.py: designs that fill the budget
search.py      best designs within the budget; criteria.py: what is made small

information.py receiver noise only: Fisher information per shot; latent.py: of nuisances
screen.py      fast screen: settings and designs by receiver noise only
shaping.py     angles and delays changed continuously; continuous.py: errors of any setting
reshaping.py   the proposal of a ranking, shaped and judged; reshaped_store.py: on disk, in the app

compressing.py the echoes of a setting on an orthonormal basis; pool.py: materials of the prior at
               all settings, with common noise; simulating.py: their simulation
regression.py  kernel regression, judged by leave-one-out; attained.py: the error of a design
greedy.py      designs that are tried; selecting.py: search with fewer settings each round
valuing.py     values of designs on one pool; choosing.py: the proposal and its promise
ranking.py     the next setting against measuring longer; pareto.py: error against time
designing.py   ``nmr.design(preset) -> DesignResult``
result.py      the result; store.py: on disk; job.py: in the app

The package itself can be called: ``nmr_core.design`` is the function ``nmr.design``.
"""

import sys
from types import ModuleType
from typing import Any


class _Function(ModuleType):
    """A package that can be called, because its name is that of its function."""

    def __call__(self, *args: Any, **options: Any):
        """Call :func:`nmr_core.design.designing.design`."""
        from nmr_core.design.designing import design

        return design(*args, **options)


sys.modules[__name__].__class__ = _Function
design = sys.modules[__name__]
