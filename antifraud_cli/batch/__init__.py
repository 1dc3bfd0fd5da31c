"""Streams of records: read, classify, write, in order."""
