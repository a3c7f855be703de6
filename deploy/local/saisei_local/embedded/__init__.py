"""PostgreSQL and RabbitMQ as private child processes, on loopback only."""
