"""Every table of counts that reproduces a published result, and what all of them together say."""
