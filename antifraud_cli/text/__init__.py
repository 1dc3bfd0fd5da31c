"""The lowest layer: normalized text with its way back to the original, and the pattern language of the rules."""
