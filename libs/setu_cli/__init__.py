"""The command `setu`: the kit's command line, given the product's events. Services never import this."""
