"""Sections about analyses: change, few cases, segregation, neighbours, types, flows, peers; picture, sentence and caveat."""
