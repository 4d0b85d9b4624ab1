"""The history of the database's schema, a revision a file, applied by Alembic."""
