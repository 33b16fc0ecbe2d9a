"""Pollers at a real coordinator: killed, frozen, cut off; a region of switches over real SNMP."""
