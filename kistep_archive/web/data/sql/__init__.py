"""Statements on the archive, each within its limits: what they may do, how long, how much."""
