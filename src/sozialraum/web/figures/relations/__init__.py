"""Figures in relation: two figures over all areas, how unevenly a group is spread, an own selection of areas."""
