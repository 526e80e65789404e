"""From pages to rows: reading what a run kept, the guards that hold back a changed layout, the rebuild."""
