"""Checking: WARC files and digests, rows against their evidence, how politely the site was asked."""
