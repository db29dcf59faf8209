"""How quick the project is beside its reference and beside the floor: ``python -m benchmarks``."""
