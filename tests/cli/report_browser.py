"""The pages of report_browser.sh in headless Chromium."""
import base64
import os
import sys
import time

from report_data import DATA
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

checks = 0


def check(holds, *what):
    global checks
    checks += 1
    if not holds:
        driver.quit()
        sys.exit("FAILED: " + " ".join(str(each) for each in what))


def start():
    options = webdriver.ChromeOptions()
    for word in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--hide-scrollbars",
                 "--disable-background-networking", "--disable-component-update", "--disable-sync"):
        options.add_argument(word)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    return webdriver.Chrome(service=Service("/usr/bin/chromedriver"), options=options)


def show(page, width=1200, dark=False, script=True):
    driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": not script})
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia",
                           {"features": [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]})
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {"width": width, "height": 900, "deviceScaleFactor": 1,
                                                                  "mobile": width < 600})
    driver.get("about:blank")
    driver.get("file://" + os.path.abspath(page))
    errors = [entry for entry in driver.get_log("browser") if entry["level"] in ("SEVERE", "WARNING")]
    check(not errors, page, width, errors)


def run(script, *arguments):
    return driver.execute_script(script, *arguments)


def find(selector):
    return driver.find_element(By.CSS_SELECTOR, selector)


CONTRAST = """
const parse = text => { const m = text.match(/[\\d.]+/g).map(Number); return m.length < 4 ? [...m, 1] : m; };
const over = (a, b) => { const whole = a[3] + b[3] * (1 - a[3]);
    return [0, 1, 2].map(i => whole ? (a[i] * a[3] + b[i] * b[3] * (1 - a[3])) / whole : 0).concat(whole); };
const light = c => { const l = c.slice(0, 3).map(v => { v /= 255; return v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4; });
    return .2126 * l[0] + .7152 * l[1] + .0722 * l[2]; };
const bad = []; let count = 0;
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (walker.nextNode()) {
    const node = walker.currentNode, element = node.parentElement;
    if (!node.textContent.trim() || !element.checkVisibility({opacityProperty: true, visibilityProperty: true})) continue;
    if (element.closest('title,desc,script,style,.map a')) continue;
    const style = getComputedStyle(element), isSvg = element instanceof SVGElement;
    let ground = [0, 0, 0, 0];
    for (let e = isSvg ? element.ownerSVGElement : element; e; e = e.parentElement) ground = over(ground, parse(getComputedStyle(e).backgroundColor));
    const ink = over(parse(isSvg ? style.fill : style.color), ground), a = light(ink), b = light(ground);
    const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
    count++;
    if (ratio < 4.5) bad.push([node.textContent.trim().slice(0, 40), ratio.toFixed(2), ink, ground]);
}
return [count, bad.slice(0, 5)];"""

# Boxes of texts that lie over one another: within each picture, and headings, captions, labels and cells of the page.
OVERLAPS = """
const bad = []; let count = 0;
function compare(elements, name) {
    const boxes = elements.map(e => [e, e.getBoundingClientRect()]).filter(b => b[1].width > 0 && b[1].height > 0);
    count += boxes.length;
    boxes.sort((a, b) => a[1].left - b[1].left);
    for (let i = 0; i < boxes.length; i++)
        for (let j = i + 1; j < boxes.length && boxes[j][1].left < boxes[i][1].right - 1; j++) {
            const [p, a] = boxes[i], [q, b] = boxes[j];
            if (a.top < b.bottom - 2.5 && b.top < a.bottom - 2.5 && !p.contains(q) && !q.contains(p))
                bad.push([name, p.textContent.slice(0, 30), q.textContent.slice(0, 30)]);
        }
}
document.querySelectorAll('svg.chart, svg.dial').forEach(svg => {
    compare(Array.from(svg.querySelectorAll('text')), 'picture');
    const outer = svg.getBoundingClientRect();
    svg.querySelectorAll('text').forEach(text => {
        const box = text.getBoundingClientRect();
        if (box.left < outer.left - 1 || box.right > outer.right + 1) bad.push(['cut', text.textContent]);
    });
});
document.querySelectorAll('svg.map').forEach(svg => compare(Array.from(svg.querySelectorAll(':scope > text')), 'map'));
compare(Array.from(document.querySelectorAll('h1, h2:not(.visually-hidden), h3, .sub, .note, .legend, .switcher > *, dt, dd, .axis, .outlook, summary')).filter(e => e.checkVisibility()), 'page');
if (document.documentElement.scrollWidth > innerWidth) bad.push(['wider than the window', document.documentElement.scrollWidth]);
return [count, bad.slice(0, 8)];"""

LABELS = """
const bad = [];
document.querySelectorAll('input').forEach(e => { if (!e.labels.length && !e.getAttribute('aria-label')) bad.push(['input', e.id]); });
document.querySelectorAll('a, button, summary').forEach(e => { if (!e.textContent.trim() && !e.getAttribute('aria-label')) bad.push(['nameless', e.outerHTML.slice(0, 80)]); });
document.querySelectorAll('svg').forEach(e => { if (e.getAttribute('aria-hidden') !== 'true' && !e.closest('[aria-hidden=true]') &&
    !document.getElementById((e.getAttribute('aria-labelledby') || '').split(' ')[0])) bad.push(['svg', e.outerHTML.slice(0, 80)]); });
document.querySelectorAll('table').forEach(e => { if (!e.caption || !e.querySelector('th[scope=col]')) bad.push(['table', e.outerHTML.slice(0, 80)]); });
document.querySelectorAll('.scroll, pre').forEach(e => { if (e.tabIndex !== 0) bad.push(['cannot be scrolled by keys']); });
document.querySelectorAll('section, nav').forEach(e => { if (!e.getAttribute('aria-label') && !document.getElementById(e.getAttribute('aria-labelledby'))) bad.push(['section', e.id]); });
return bad.slice(0, 8);"""


def check_looks():
    boxes = texts = 0
    for page in ("en.html", "zh.html"):
        for width in (400, 1200, 2000):
            show(page, width)
            count, bad = run(OVERLAPS)
            check(not bad, page, width, bad)
            boxes += count
        for dark in (False, True):
            show(page, 1200, dark)
            run("document.querySelectorAll('details').forEach(e => { e.open = true; })")
            count, bad = run(CONTRAST)
            check(not bad, page, "dark" if dark else "light", bad)
            texts += count
            run("location.hash = '#p2'")
            count, bad = run(CONTRAST)
            check(not bad, page, "region", bad)
        check(not run(LABELS), page, run(LABELS))
    check(boxes > 500 and texts > 2000, boxes, texts)
    print("%d boxes apart, %d texts with a contrast of 4.5 and more" % (boxes, texts))


def column(level, cell):
    return run("return Array.from(document.querySelectorAll('[data-file=level%d] tbody tr')).map(r => r.cells[%d].textContent)" % (level, cell))


def check_sorting():
    show("en.html")
    heads = run("return Array.from(document.querySelectorAll('[data-file=level2] thead th')).map(e => e.textContent)")
    sink = next(i for i, head in enumerate(heads) if head.startswith("Net sink"))
    value = lambda text: float(text.replace(",", "").replace("\u2212", "-"))
    buttons = driver.find_elements(By.CSS_SELECTOR, "[data-file=level2] thead button")
    before = column(2, sink)
    for order in (True, False):
        run("arguments[0].click()", buttons[sink])
        now = [value(text) for text in column(2, sink)]
        check(now == sorted(map(value, before), reverse=order), "sorted", now)
        said = run("return document.querySelectorAll('[data-file=level2] th')[%d].getAttribute('aria-sort')" % sink)
        check(said == ("descending" if order else "ascending"), said)
    run("arguments[0].click()", buttons[0])
    check(column(2, 0) == sorted(column(2, 0)), "sorted by name")
    run("const e = document.querySelector('.lv.l2 input[type=search]'); e.value = 'zhul'; e.dispatchEvent(new Event('input'))")
    check(run("return document.querySelectorAll('[data-file=level2] tbody tr:not([hidden])').length") == 1, "found")


def check_download():
    folder = os.path.join(os.getcwd(), "down")
    os.makedirs(folder, exist_ok=True)
    show("en.html")
    driver.execute_cdp_cmd("Browser.setDownloadBehavior", {"behavior": "allow", "downloadPath": folder})
    run("document.querySelector('.lv.l2 button.csv').click()")
    path = os.path.join(folder, "level2.csv")
    for _ in range(100):
        if os.path.exists(path):
            break
        time.sleep(0.1)
    lines = open(path, encoding="utf-8-sig").read().strip().split("\n")
    check(len(lines) == 13 and lines[0].startswith("Region,Id,Land area kha"), lines[0])
    check(lines[1].split(",")[:2] == ["Zhuling", "033101"] and "\u2212" not in "".join(lines), lines[1])
    check(not [entry for entry in driver.get_log("browser") if entry["level"] == "SEVERE"], "errors of the download")


def check_switches():
    data = DATA
    for script in (True, False):
        show("en.html", script=script)
        for level in (0, 1, 2):
            find("#maps label[for=l%d]" % level).click()
            shown = [e.is_displayed() for e in driver.find_elements(By.CSS_SELECTOR, "#maps .lv")]
            check([i for i, each in enumerate(shown) if each] == [level], "level", level, shown)
            tables = [e.is_displayed() for e in driver.find_elements(By.CSS_SELECTOR, "#table .lv")]
            check(tables == shown, "tables follow", tables)
        fills = set()
        for measure in range(5):
            find("#maps label[for=m%d]" % measure).click()
            fills.add(find("#maps .lv.l2 .regions path").value_of_css_property("fill"))
            check(find("#maps .lv.l2 .m%d" % measure).is_displayed(), "legend")
        check(len(fills) >= 3, "colours change", fills)
        find("#maps label[for=m0]").click()
        link = find("#maps .lv.l2 .regions a")
        driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False}) if script else None
        ActionChains(driver).move_to_element(link.find_element(By.TAG_NAME, "path")).perform()
        name = str(data["region_name"][2])
        density = "%.1f" % (data["total_carbon_stock"][-1, 2] / data["classified_area"][-1, 2])
        if script:
            check(name in find("#tip").text and density in find("#tip").text, "hover", find("#tip").text, name, density)
            run("document.activeElement.blur()")
            ActionChains(driver).move_by_offset(1, 1).perform()
            run("arguments[0].focus()", link)
            check(find("#tip").is_displayed() and name in find("#tip").text, "focus")
        else:
            text = link.find_element(By.TAG_NAME, "text")
            check(text.value_of_css_property("opacity") == "1" and name in text.text and density in text.text, "hover without a script")
        link.send_keys(Keys.ENTER)
        check(find("#p2").is_displayed() and name in find("#p2 h3").text, "page of the region")
        if script:
            find("body").send_keys(Keys.ESCAPE)
        else:
            find("#p2 .close").click()
        check(not find("#p2").is_displayed(), "closed")
        check(find(".lv.l2 .more").is_displayed() and len([e for e in driver.find_elements(By.CSS_SELECTOR, ".lv.l2 thead th") if e.is_displayed()]) == 12, "columns")
        find("label[for=more2]").click()
        check(len([e for e in driver.find_elements(By.CSS_SELECTOR, ".lv.l2 thead th") if e.is_displayed()]) > 12, "all columns")
    show("zh.html")
    check(run("return document.documentElement.lang") == "zh-CN" and find("#summary-title").text == "概要", "Chinese")


def check_folded():
    """Where regions are very many the script makes rows and links of what stands in lines."""
    show("many.html", script=False)
    find("#maps label[for=l2]").click()
    name = str(DATA["region_name"][2])
    lines = find(".lv.l2 .lines tbody")
    driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
    check(lines.is_displayed() and lines.text.split("\n")[0] == name, "lines without a script", lines.text[:80])
    heights = run("return Array.from(arguments[0].rows[0].cells, c => { const r = document.createRange(); r.selectNodeContents(c); return r.getBoundingClientRect().height; })", lines)
    check(max(heights[:12]) - min(heights[:12]) < 2, "lines side by side", heights)
    show("many.html")
    find("#maps label[for=l2]").click()
    check(len(column(2, 0)) == 288 and column(2, 0)[0] == name, "rows")
    check(not run("return document.querySelectorAll('.lines').length") and not run(LABELS), "unfolded", run(LABELS))
    link = find("#maps .lv.l2 .regions a")
    row = run("return Array.from(document.querySelector('[data-file=level2] tbody tr').cells, c => c.textContent)")
    density = "%.1f" % (DATA["total_carbon_stock"][-1, 2] / DATA["classified_area"][-1, 2])
    ActionChains(driver).move_to_element(link.find_element(By.TAG_NAME, "path")).perform()
    check(name in find("#tip").text and density + " t C/ha" in find("#tip").text, "hover", find("#tip").text, density)
    link.send_keys(Keys.ENTER)
    card = find("[data-file=level2] tr:target")
    check(card.value_of_css_property("position") == "fixed" and name in card.text, "card", card.text)
    labels = run("return Array.from(arguments[0].cells, c => getComputedStyle(c, '::before').content)", card)
    check(labels[2].startswith('"Land area') and row[2] in card.text, "labels of the card", labels)
    find("body").send_keys(Keys.ESCAPE)
    check(not driver.find_elements(By.CSS_SELECTOR, "tr:target"), "closed")
    heads = run("return Array.from(document.querySelectorAll('[data-file=level2] thead th')).map(e => e.textContent)")
    sink = next(i for i, head in enumerate(heads) if head.startswith("Net sink"))
    run("document.querySelectorAll('[data-file=level2] thead button')[arguments[0]].click()", sink)
    values = [float(text.replace(",", "").replace("\u2212", "-") or "-inf") for text in column(2, sink)]
    check(values == sorted(values, reverse=True) and values[0] > values[100], "sorted", values)


def check_print():
    show("en.html")
    pdf = base64.b64decode(driver.execute_cdp_cmd("Page.printToPDF", {"printBackground": True})["data"])
    check(pdf.startswith(b"%PDF") and len(pdf) > 50000, "PDF", len(pdf))
    open("report.pdf", "wb").write(pdf)


driver = start()
try:
    for part in [globals()["check_" + name] for name in os.environ.get("PARTS", "switches sorting download folded looks print").split()]:
        part()
finally:
    driver.quit()
print("%d checks" % checks)
