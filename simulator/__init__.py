"""A city that answers SNMP."""
