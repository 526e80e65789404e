"""The archive in a browser: `serve` answers pages, `publish` writes them as files."""
