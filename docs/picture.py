"""Make docs/app.png, the picture of the README, from the running app.

``python docs/picture.py`` (needs Chromium).

It shows the shipped example, so everybody gets the same picture.
"""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[1]


def main() -> None:
    """Start the app on an empty data folder, open Start, save the picture."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        server = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "streamlit",
                "run",
                "app.py",
                "--server.port",
                str(port),
                "--server.headless",
                "true",
            ],
            cwd=ROOT,
            env=os.environ | {"NMR_DATA": folder},
            stdout=subprocess.DEVNULL,
        )
        try:
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(
                    executable_path=os.environ.get("CHROMIUM") or shutil.which("chromium"),
                    args=["--no-sandbox", "--disable-gpu"],
                )
                page = browser.new_page(
                    viewport={"width": 1280, "height": 860}, device_scale_factor=1.5
                )
                for _ in range(100):
                    try:
                        page.goto(f"http://127.0.0.1:{port}")
                        break
                    except Exception:
                        time.sleep(0.2)
                page.get_by_text("Try it in three clicks").wait_for(timeout=60_000)
                page.locator(".js-plotly-plot").nth(1).wait_for()
                time.sleep(2)
                page.screenshot(path=str(ROOT / "docs" / "app.png"))
                browser.close()
        finally:
            server.terminate()
            server.wait()


if __name__ == "__main__":
    main()
