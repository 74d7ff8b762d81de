"""How fast and how small: each figure against a floor measured in the same run, so that a slow machine changes nothing."""
