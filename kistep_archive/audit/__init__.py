"""Checks: WARC files and digests, rows against their evidence, the politeness of the crawls."""
