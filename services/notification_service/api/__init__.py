"""JSON over HTTP: a module a resource, routes and schemas beside each other."""
