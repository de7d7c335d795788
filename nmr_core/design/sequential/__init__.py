"""One acquisition after another: ask what to measure next, measure, tell, and stop in time.

    book = begin(problem, target=0.05)              # a pool of simulated materials
    request = ask(book)                             # Acquisition, or the sentence to stop with
    book = tell(book, signal)                       # estimate, errors, and the next request
    book = undo(book)                               # the last entry was wrong
    book = rehearse(problem, target=0.05, seed=1)   # the same with a simulated spectrometer

The modules in order: error_target, alike, estimate, posterior, asking, book, misfit, telling,
undoing, spectrometer, rehearsing, store, job.
"""
