"""Answers kept ready: made once for all who ask, kept in memory and on disk, and made ahead beside the server."""
