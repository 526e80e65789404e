"""Attachments and images of posts, written out of the evidence under names that every file system takes."""
