"""The joint posterior of the parameters behind one echo, learned once per run.

    context.py    signal M -> summary c: centre and size of the error, from estimates and features
    families.py   densities q(y|c): binned.py without extras, flow.py with the extra "flow"
    fit.py        ``fit_posterior(run)``: fresh signals, summary, density, ranks
    ranks.py      simulation-based calibration, stored with the posterior
    posterior.py  Posterior: samples of any signal, and the files
    reference.py  importance sampling on the simulator, the check of single echoes
    dense.py      a network as plain arrays
    smooth.py     a smooth function of the estimates: the bias that they have

The samples of an echo with their credible regions: :mod:`nmr_core.measured.posterior`.

References
----------
Cranmer, Brehmer and Louppe, PNAS 117, 30055 (2020): simulation-based inference.
"""

from nmr_core.inference.posterior.families import FAMILIES, checked_family
from nmr_core.inference.posterior.fit import (
    N_CHECK,
    N_CURVES,
    fit_posterior,
    make_posterior,
)
from nmr_core.inference.posterior.posterior import (
    N_SAMPLES,
    Posterior,
    delete_posterior,
    find_posterior,
    load_posterior,
    save_posterior,
)
from nmr_core.inference.posterior.ranks import Ranks

__all__ = [
    "FAMILIES",
    "N_CHECK",
    "N_CURVES",
    "N_SAMPLES",
    "Posterior",
    "Ranks",
    "checked_family",
    "delete_posterior",
    "find_posterior",
    "fit_posterior",
    "load_posterior",
    "make_posterior",
    "save_posterior",
]
