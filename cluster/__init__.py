"""Work shared by several processes: who is there, who owns which device, who leads. Imports the kernel only."""
