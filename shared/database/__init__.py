"""The one way to PostgreSQL: SQLAlchemy Core tables and one transaction object."""
