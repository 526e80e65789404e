"""Learns where the body of a post is, and what inside it belongs to the site."""
