"""What alembic runs: every step, on the connection and in the transaction that it is handed."""

from alembic import context

from layers.store.migration import VERSION_TABLE
from layers.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=VERSION_TABLE,
)
context.run_migrations()
