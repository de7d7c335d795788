"""Which measurement next: settings of the spectrometer, ranked within a budget of time.

settings.py    one setting, an acquisition (setting and shots), a design (acquisitions)
limits.py      what the hardware can do; costs.py: the time that a design takes
problem.py     DesignProblem: prior, candidates, noise, costs, budget and weights, checked
checks.py      what makes a problem unanswerable; narrowing.py: an estimate as the prior
space.py       designs as rows of shots; shots.py: designs that fill the budget
search.py      best designs within the budget; criteria.py: what is made small

information.py receiver noise only: Fisher information per shot; latent.py: of nuisances
screen.py      fast screen: settings and designs by receiver noise only

compressing.py the echoes of a setting on an orthonormal basis; pool.py: materials of the prior at
               all settings, with common noise; simulating.py: their simulation
regression.py  kernel regression, judged by leave-one-out; attained.py: the error of a design
"""
