"""A run's evidence: its log, its pages by file and offset, the recovery after a killed run."""
