"""The tables and views of the database, and how they are made."""
