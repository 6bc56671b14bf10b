"""A second model of the simulation, written apart from the kernel, and the workloads on which both must agree."""
