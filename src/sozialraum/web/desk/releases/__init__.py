"""The release desk: chosen and prepared by planners, looked at and decided by the statistics office."""
