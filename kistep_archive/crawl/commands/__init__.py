"""Scrapy's command `crawl`, which ends as the run did. Scrapyd shows that of each job."""
