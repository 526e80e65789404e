"""The title of a post: where it stands, and what stands beside it."""
