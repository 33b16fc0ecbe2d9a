"""The planner's page and the REST API."""
