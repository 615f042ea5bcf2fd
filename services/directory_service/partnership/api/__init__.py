"""JSON over HTTP: a module a resource."""
