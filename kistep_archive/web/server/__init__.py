"""The site as an HTTP server: routes, limits, headers, and the archive behind them."""
