"""Posts as tables for other programs: CSV, JSON, Parquet, SQLite, Excel."""
