"""What each page shows, asked of the archive: values for its template, and the document beside it."""
