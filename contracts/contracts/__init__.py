"""Messages that Saisei services exchange: CloudEvents envelope, events, commands."""
