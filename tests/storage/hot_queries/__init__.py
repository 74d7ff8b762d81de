"""What is asked of a database, by area, for `test_hot_queries`."""
