"""What every Saisei service stands on: transactional outbox and inbox, consumers, blobs, health, telemetry."""
