"""The rows that a transaction writes for what was read: listings, posts, contents, sightings, files."""
