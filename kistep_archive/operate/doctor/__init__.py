"""Checks before a crawl: this machine, the archive's folder, the network, robots.txt, each board's pages."""
