"""Fetching: Scrapy's spider, middleware, pipeline and settings, and the session of one crawl."""
