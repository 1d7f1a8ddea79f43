"""How the columns of a sheet become facts: cells to numbers, rows to areas and periods, both to fact tables."""
