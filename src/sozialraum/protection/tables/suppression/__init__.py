"""Which further cells to hide (secondary suppression): levels, pieces, cover models, cuts, publishing again."""
