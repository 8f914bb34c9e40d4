"""Alembic's entry: runs the migrations of one plane on the connection that it is given."""

from alembic import context

connection = context.config.attributes["connection"]
context.configure(connection=connection, version_table="schema_version")
connection.exec_driver_sql("SET LOCAL lock_timeout = '5s'")
context.run_migrations()
