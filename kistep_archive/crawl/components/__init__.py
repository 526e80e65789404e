"""What Scrapy runs for us: download handler, middleware, pipeline, extensions."""
