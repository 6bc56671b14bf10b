"""Draws, engines and what theory says of queues."""
