"""The body of a post: its place on the page, what stands beside it, its text and HTML."""
