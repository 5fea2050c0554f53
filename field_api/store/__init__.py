"""What every feature stores with: the database, column types, the audit trail, jobs and migrations."""
