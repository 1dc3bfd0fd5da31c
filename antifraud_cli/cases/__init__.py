"""Evidence folders on disk: what happened, copies of the evidence, and a log that shows whether anything was changed."""
