"""The pages in a real browser: Debian's Chromium, without a window, with its driver."""

from __future__ import annotations

import base64
import json
import re
import shutil
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from invented_reports import TEXT, report

import credscore

webdriver = pytest.importorskip("selenium.webdriver")
BROWSER = shutil.which("chromium") or shutil.which("chromium-browser")
DRIVER = shutil.which("chromedriver")
pytestmark = pytest.mark.skipif(
    not (BROWSER and DRIVER), reason="no Chromium: apt-get install chromium chromium-driver"
)

HOSTILE = (
    '<script>document.title="broken"</script> "><img src=x onerror=\'document.title="broken"\'> '
    "' onmouseover='document.title=\"broken\"' x='</style></title></script> javascript:alert(3)"
)
PARTS = {
    "attribution.named_share": 1.2,
    "specifics.traceable_share": -0.7,
    "hedging.x_per_100_words": 0.3,
    "boilerplate.char_share": -0.3,
    "byline.y_present": 0.2,
    "readability.z_index": -0.2,
    "structure.q_share": 0.1,
    "wording.style": 0.4,
}
SIZES = {"light": (1200, 900), "dark": (1200, 900), "phone": (390, 844)}

# WCAG 2.1: relative luminance of every text against what it stands on. Returns what is below 4.5.
CONTRAST = """
const parse = (c) => c.match(/[\\d.]+/g).map(Number);
const light = ([r, g, b]) => [r, g, b].map((v) => v / 255)
  .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
  .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
const behind = (node) => {
  for (let at = node; at; at = at.parentElement) {
    const c = parse(getComputedStyle(at).backgroundColor);
    if (c.length < 4 || c[3] === 1) return c;
  }
  return [255, 255, 255];
};
const bad = [];
const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
let checked = 0;
while (walk.nextNode()) {
  const node = walk.currentNode.parentElement;
  if (!walk.currentNode.textContent.trim() || !node.checkVisibility()) continue;
  if (node.closest("option,script")) continue;
  const [x, y] = [light(parse(getComputedStyle(node).color)), light(behind(node))];
  const ratio = (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
  checked += 1;
  if (ratio < 4.5) bad.push([node.tagName, node.className, ratio.toFixed(2)]);
}
return [checked, bad];
"""
# Names for screen readers: every control has one.
NAMELESS = """
return [...document.querySelectorAll("button, input, select, a, summary")].filter((node) =>
  !(node.textContent.trim() || node.getAttribute("aria-label") || node.labels?.length))
  .map((node) => node.outerHTML.slice(0, 80));
"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    options = webdriver.ChromeOptions()
    options.binary_location = BROWSER
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                     "--hide-scrollbars", "--window-size=1200,900"):  # fmt: skip
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(DRIVER))
    yield driver
    driver.quit()


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("pages")
    texts = {n: f"{HOSTILE}\n\n{TEXT}\n\nNumber {n}." for n in range(64)}
    many = [
        report(
            {**PARTS, "wording.style": (n % 8) / 4 - 1},
            source=f"Paper {n % 8}" if n % 8 else HOSTILE,
            title=f"{HOSTILE} {n}",
            text=text,
            published=f"{2019 + n // 12}-{1 + n % 12:02}-01",
        )
        for n, text in texts.items()
    ]
    few = [report(PARTS, source="Small paper", title="few", text="Few articles.")]
    made = {
        "article": report(PARTS, text=texts[0], title=HOSTILE).to_html(panel=True),
        "two": credscore.compare([many[1], many[2]], by="article").to_html(),
        "sources": credscore.compare([*many, *few]).to_html(),
        "cannot": report(abstains="too short").to_html(),
    }
    for name, page in made.items():
        (folder / f"{name}.html").write_text(page, encoding="utf-8", errors="replace")
    return {name: folder / f"{name}.html" for name in made}


def show(browser: Any, page: Path, look: str = "light") -> None:
    width, height = SIZES[look]
    scheme = "dark" if look == "dark" else "light"
    metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": look == "phone"}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "", "features": features})
    browser.get(page.as_uri())


def soon(browser: Any, within: Any, selector: str) -> Any:
    """What a click brings about is there a moment later."""
    from selenium.webdriver.support.wait import WebDriverWait

    find = partial(within.find_elements, "css selector", selector)
    return WebDriverWait(browser, 10).until(lambda _: next(iter(find()), None))


def names(browser: Any) -> list[str]:
    rows = "#overview tbody tr:not([hidden]) th"
    script = f"return [...document.querySelectorAll('{rows}')].map(e => e.textContent)"
    return list(browser.execute_script(script))


@pytest.mark.parametrize("look", list(SIZES))
@pytest.mark.parametrize("name", ["article", "two", "sources", "cannot"])
def test_page_is_silent_readable_and_fits(
    browser: Any, pages: dict[str, Path], name: str, look: str
) -> None:
    show(browser, pages[name], look)
    browser.execute_script("document.querySelectorAll('details').forEach(d => d.open = true)")
    checked, bad = browser.execute_script(CONTRAST)
    assert checked > 10
    assert bad == []
    assert browser.execute_script(NAMELESS) == []
    width = browser.execute_script("return document.documentElement.scrollWidth")
    assert width <= SIZES[look][0]
    assert browser.title != "broken"
    assert browser.execute_script("return document.images.length") == 0
    assert browser.get_log("browser") == []


def test_sorting_and_filtering(browser: Any, pages: dict[str, Path]) -> None:
    show(browser, pages["sources"])
    first = names(browser)
    by_name = browser.find_element("css selector", "button[data-key=name]")
    by_name.click()
    assert [n for n in names(browser) if n.startswith("Paper")] == [
        f"Paper {n}" for n in range(1, 8)
    ]
    head = browser.find_element("css selector", "th[aria-sort]")
    assert head.get_attribute("aria-sort") == "ascending"
    by_name.click()
    assert [n for n in names(browser) if n.startswith("Paper")] == [
        f"Paper {n}" for n in range(7, 0, -1)
    ]
    browser.find_element("css selector", "button[data-key=overall]").send_keys("\ue007")  # Enter
    assert names(browser) == first
    assert first[-1] == "Small paper"
    browser.find_element("id", "find").send_keys("paper 3")
    assert names(browser) == ["Paper 3"]
    assert browser.find_element("id", "shown").text == "1 of 9 shown"
    browser.find_element("id", "find").clear()
    browser.find_element("id", "find").send_keys("\ue003")
    browser.find_element("id", "least").send_keys("\ue003\ue0175")
    assert "Small paper" not in names(browser)
    assert browser.get_log("browser") == []


def test_any_two_sources_side_by_side(browser: Any, pages: dict[str, Path]) -> None:
    show(browser, pages["sources"])
    pair = browser.find_element("id", "pair")
    before = pair.text
    assert re.search(r"(times in 100|almost always)\.", before)
    # The script draws what the server drew, for the same pair.
    browser.execute_script(
        "const p = document.getElementById('pick-a'); p.dispatchEvent(new Event('change'))"
    )
    assert pair.text.split("Where the difference")[0].strip() in before
    verdict = pair.find_element("class name", "verdict").text
    for which, option in (("pick-a", "last"), ("pick-b", "first")):
        browser.find_element("css selector", f"#{which} option:{option}-child").click()
    turned = pair.find_element("class name", "verdict").text
    assert ("above" in verdict, "below" in turned) == (True, True)
    assert ("more than chance" in verdict) == ("more than chance" in turned)
    browser.find_element("css selector", "#pick-a option:first-child").click()
    browser.find_element("css selector", "#pick-b option:nth-child(3)").click()
    other = browser.execute_script(
        "return document.querySelector('#pick-b option:nth-child(3)').text"
    )
    assert other in pair.text
    data = browser.execute_script("return JSON.parse(document.getElementById('data').textContent)")
    for i in range(len(data["sources"])):
        assert len(data["certain"][i]) == len(data["sources"]) - 1 - i
    shown = browser.execute_script(
        "return [...document.querySelectorAll('#pair .pts')]"
        ".map(e => Number(e.textContent.replace('−', '-')))"
    )
    assert shown[0] + sum(shown[1:-1]) == shown[-1]
    assert browser.get_log("browser") == []


def test_an_article_opens_and_its_marks_speak(browser: Any, pages: dict[str, Path]) -> None:
    show(browser, pages["sources"])
    browser.find_element("css selector", "#overview tbody tr a").click()
    source = soon(browser, browser, "details.source[open]")
    source.find_element("css selector", "details.article > summary").send_keys("\ue007")
    soon(browser, source, "details.article[open] mark")
    marks = source.find_elements("css selector", "details.article[open] mark")
    assert len(marks) > 3
    browser.execute_script("arguments[0].focus()", marks[0])
    tip = browser.find_element("id", "tip")
    assert tip.is_displayed()
    assert "says" in tip.text
    marks[0].send_keys("\ue014")  # right
    assert browser.switch_to.active_element == marks[1]
    marks[1].send_keys("\ue00c")  # Escape
    assert not tip.is_displayed()
    webdriver.ActionChains(browser).move_to_element(marks[2]).perform()
    soon(browser, browser, "#tip:not([hidden])")
    box = source.find_element("css selector", "details.article[open] input[data-family]")
    family = box.get_attribute("data-family")
    box.click()
    plain = source.find_elements("css selector", f"details.article[open] mark.{family}:not(.plain)")
    assert plain == []
    assert browser.title != "broken"
    assert browser.get_log("browser") == []


def test_prints_on_paper(browser: Any, pages: dict[str, Path]) -> None:
    show(browser, pages["article"])
    printed = browser.execute_cdp_cmd("Page.printToPDF", {"printBackground": True})
    assert base64.b64decode(printed["data"]).startswith(b"%PDF")
    assert browser.execute_script("return document.querySelector('details.print-open').open")


def test_reads_without_a_script(browser: Any, pages: dict[str, Path]) -> None:
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        show(browser, pages["two"])
        tree = browser.execute_cdp_cmd("Accessibility.getFullAXTree", {})
    finally:
        browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
    words = json.dumps(tree)
    assert "Where the difference comes from" in words
    assert '"heading"' in words
