"""The use cases, a module a question: they compose the rooms and return an Answer."""
