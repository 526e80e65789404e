"""The site as files: every page and download, written only where it differs."""
