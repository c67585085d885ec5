"""The only SQL of the project: tables, queries by noun, migrations, outbox."""
