"""Captures made by others: WARC and WACZ files, and the Internet Archive."""
