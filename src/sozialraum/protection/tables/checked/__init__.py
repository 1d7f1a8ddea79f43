"""The verifier's own reading of cells and rules: no engine code, no solver."""
