"""Proof of a design: what the ranking promises is trained, beside controls.

controls.py    random designs of as many settings within the same time
arms.py        proposal, default and random designs of one proof
learner.py     what is trained, on noisy scores; training.py: all trainings, on the same materials
comparing.py   ratios of errors, with paired intervals; rows.py: the table
prove.py       ``nmr.prove(design) -> Proof``
proof.py       the result; store.py: beside the design on disk; job.py: in the app
"""
