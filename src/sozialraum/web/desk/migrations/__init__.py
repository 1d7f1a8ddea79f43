"""Tables of jobs and uploads."""
