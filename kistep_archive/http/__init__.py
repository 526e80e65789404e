"""HTTP: a response and how it is decoded, robots.txt, the pace between requests, file types."""
