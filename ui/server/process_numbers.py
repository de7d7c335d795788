"""What each web process of this server uses, for /metrics."""

from nmr_core.jobs.metrics import Family
from nmr_core.serving.front.siblings import web_processes


def families() -> list[Family]:
    """Memory and processor time of each web process, numbered by age."""
    processes = web_processes()
    memory = {f'{{process="{n}"}}': one.memory for n, one in enumerate(processes)}
    cpu = {f'_total{{process="{n}"}}': one.cpu for n, one in enumerate(processes)}
    return [
        Family("web_memory_bytes", "Resident memory of each web process.", memory),
        Family("web_cpu_seconds", "Processor time of each web process.", cpu, "counter"),
    ]
