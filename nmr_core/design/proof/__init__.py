"""Proof of a design: what is promised by the ranking is trained, beside controls.

controls.py    random designs of as many settings within the same time
arms.py        proposal, default and random designs of one proof
learner.py     what is trained, on noisy scores
training.py    all trainings, on the same materials and noise
comparing.py   ratios of errors, with paired intervals
prove.py       prove_design: all of it; proof.py: its result
"""
