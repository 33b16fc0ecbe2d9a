"""NetBox as a source and a target: read fast, compare, plan, write little. ``docs/netbox.md`` has the mapping."""
