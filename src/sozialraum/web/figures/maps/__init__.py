"""Maps: what the address chooses, classes, outlines and tiles, and the files to take along."""
