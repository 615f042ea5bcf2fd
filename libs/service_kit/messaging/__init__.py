"""RabbitMQ: envelope, topology, relay from the outbox, consumer into the inbox."""
