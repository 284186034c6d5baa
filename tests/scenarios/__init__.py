"""scenarios: stories as JSON step lists, played by the whole engine in memory."""
