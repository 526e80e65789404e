"""The files of a post: their names, their addresses, and those that only a script offers."""
