"""What a shop stands on: database, outbox, jobs, files, mail, realtime. No shop words in here."""
