"""The components that Scrapy loads: download handler, middleware, pipeline, extensions."""
