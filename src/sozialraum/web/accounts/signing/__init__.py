"""Signing in: password, second factor, links that work once, brakes on guessing, sessions, and one's own account."""
