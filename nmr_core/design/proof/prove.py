"""Prove a design: train the same learner on it, on the default and on random designs."""

import json
import time
from collections.abc import Sequence

import numpy as np
import pandas as pd

from nmr_core.design.pool import Pool
from nmr_core.design.problem import DesignProblem
from nmr_core.design.proof.arms import Arms
from nmr_core.design.proof.comparing import Comparison, Ratio, best_of
from nmr_core.design.proof.learner import checked_learner
from nmr_core.design.proof.proof import NO_PROMISE, Proof
from nmr_core.design.proof.training import squared_residuals
from nmr_core.design.settings import Design
from nmr_core.design.simulating import grown, simulate_pool
from nmr_core.errors import InputError
from nmr_core.machines import n_processes
from nmr_core.progress import Progress, part_of, silent

N_TRAIN, N_TEST = 1536, 512
N_REPEATS = 3
N_RANDOM = 8
N_BASES = 512
"""Materials from which the compression is fitted."""
