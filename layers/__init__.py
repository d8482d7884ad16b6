"""The domain: the plan's collections, their snapshot, statistics and pictures."""
