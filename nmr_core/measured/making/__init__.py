"""A model made for a measurement: planned, simulated, trained, calibrated, kept and found again.

    protocol = acquired(measurement, find_echo(measurement), tau=50)
    run = find_made([measurement], protocol)
    if run is None:
        run = make_model(plan_model([measurement], protocol), n_jobs=2)
    answer(run, [stated(measurement, tau=50)]).verdict.sentence

plan (grid, prior, nuisances, budget), knowing, curves, make, finding, job.
"""

from nmr_core.measured.made_for import MadeFor
from nmr_core.measured.making.finding import Asked, find_made, made_models
from nmr_core.measured.making.knowing import Knowledge, what_can_be_known
from nmr_core.measured.making.make import make_model
from nmr_core.measured.making.plan import ModelPlan, plan_model
from nmr_core.measured.same_protocol import differences

__all__ = [
    "Asked",
    "Knowledge",
    "MadeFor",
    "ModelPlan",
    "differences",
    "find_made",
    "made_models",
    "make_model",
    "plan_model",
    "what_can_be_known",
]
