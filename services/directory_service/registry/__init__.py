"""Registry: making, approving, suspending, moving and closing organisations."""
