"""What stays in the house beside the releases: hidden rows as they were, the gate's proof, and the protocol's record."""
