"""Pictures for README: the pages of the demonstration articles in headless Chromium.

    python benchmarks/gallery.py [OUT]        # default docs/gallery

Needs Debian's chromium and chromium-driver, and ``pip install selenium``. All articles are our own.
"""

from __future__ import annotations

import base64
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

import credscore

ROOT = Path(__file__).resolve().parents[1]
ARTICLES = ROOT / "seeds/articles"
# Name, page, scheme, width and height in pixels, and what to do before the picture is taken.
SHOTS = (
    ("article-light", "article", "light", 1000, 1250, ""),
    ("article-evidence", "article", "light", 1000, 900, "mark"),
    ("two-dark", "two", "dark", 1000, 1250, ""),
    ("overview-light", "all", "light", 1100, 760, ""),
    ("article-phone", "article", "light", 390, 1100, ""),
)
MOST_BYTES = 200_000  # README must open fast
FOCUS = """
const mark = document.querySelector("mark.f-hedging") || document.querySelector("mark");
document.querySelector(".reading").scrollIntoView();
mark.focus({ preventScroll: true });
return window.scrollY;
"""


def pages(folder: Path) -> None:
    reports = {
        path.stem: credscore.score(
            credscore.Document(path.read_text(encoding="utf-8"), title=None, source=path.stem)
        )
        for path in sorted(ARTICLES.glob("*.txt"))
    }
    two = [reports["bridge-report"], reports["bridge-farm"]]
    made = {
        "article": reports["bridge-farm"].to_html(),
        "two": credscore.compare(two).to_html(),
        "all": credscore.compare(reports.values()).to_html(),
    }
    for name, page in made.items():
        (folder / f"{name}.html").write_text(page, encoding="utf-8")


def browser() -> Any:
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium") or "chromium"
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"):
        options.add_argument(argument)
    service = webdriver.ChromeService(shutil.which("chromedriver"))
    return webdriver.Chrome(options=options, service=service)


def main() -> None:
    out = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs/gallery"
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        pages(Path(folder))
        driver = browser()
        try:
            for name, page, scheme, width, height, action in SHOTS:
                metrics = {"width": width, "height": height, "deviceScaleFactor": 1}
                driver.execute_cdp_cmd(
                    "Emulation.setDeviceMetricsOverride", metrics | {"mobile": width < 500}
                )
                features = [{"name": "prefers-color-scheme", "value": scheme}]
                driver.execute_cdp_cmd(
                    "Emulation.setEmulatedMedia", {"media": "", "features": features}
                )
                driver.get((Path(folder) / f"{page}.html").as_uri())
                if action == "mark":
                    driver.execute_script(FOCUS)
                shot = driver.execute_cdp_cmd("Page.captureScreenshot", {})
                picture = base64.b64decode(shot["data"])
                if len(picture) > MOST_BYTES:
                    raise SystemExit(f"{name}: {len(picture):,} bytes; {MOST_BYTES:,} at most")
                (out / f"{name}.png").write_bytes(picture)
                print(f"wrote {out / name}.png")
        finally:
            driver.quit()


if __name__ == "__main__":
    main()
