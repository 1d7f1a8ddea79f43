"""The editor of indicators, indices and sources: a form over the text of a definition."""
