"""text -> MessageVerdict: normalize, collect evidence, decide. Pure."""
