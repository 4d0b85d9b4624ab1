"""Runs the migrations on the connection that `database.bring_up_to_date` gives.

That connection is already in a transaction (BEGIN IMMEDIATE), so a migration is applied wholly or
not at all: Alembic by itself would commit SQLite's DDL statement by statement.
"""

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    transactional_ddl=True,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
