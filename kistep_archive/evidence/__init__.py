"""A run's evidence: its log, its pages by file and offset, the recovery of what a killed run left."""
