"""What an echo can tell: what can be known at all, how sure an estimate is, and when a model is out of its depth."""
