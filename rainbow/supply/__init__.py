"""What this program is made of, and what is known against it: bill of materials, advisories, versions of servers."""
