"""The same verdicts on engines that run on many machines."""
