"""What is kept: one file for each aggregate, its table and its queries. The only package that knows SQLAlchemy."""
