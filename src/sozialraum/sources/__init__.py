"""Files become facts through a declared source."""
