"""Running it: health, checks before a crawl, schedules, notifications."""
