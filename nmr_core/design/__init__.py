"""Which measurement next: settings of the spectrometer, ranked within a budget of time.

settings.py    one setting, an acquisition (setting and shots), a design (acquisitions)
limits.py      what the hardware can do; costs.py: what a design takes
problem.py     DesignProblem: prior, candidates, noise, costs, budget and weights, checked
checks.py      what makes a problem unanswerable, one sentence each
shots.py       designs of a budget: shots of each setting

compressing.py the echoes of a setting on an orthonormal basis; pool.py: materials of the prior at
               all settings, with common noise; simulating.py: their simulation
regression.py  kernel regression, judged by leave-one-out; attained.py: the error of a design
"""
