"""Values as the text and JSON that commands print."""
