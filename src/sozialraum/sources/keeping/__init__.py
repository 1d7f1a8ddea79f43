"""Deliveries on disk: stored whole, found again, written out as plain files."""
