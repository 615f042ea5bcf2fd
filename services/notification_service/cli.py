"""`setu notification …`: what an operator does by hand. `migrate` comes from the kit."""
