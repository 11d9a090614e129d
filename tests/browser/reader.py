"""Somebody with a browser: signs in to Airflow, opens the desk inside it, types and clicks, and looks with axe."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support import expected_conditions as expected
from selenium.webdriver.support.ui import Select, WebDriverWait

AXE = Path(__file__).parent / "axe" / "axe.min.js"
RUN_AXE = """
const done = arguments[0];
axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']})
  .then(found => done(found.violations.map(v => v.id + ': ' + v.nodes.map(n => n.target.join(' ') + ' ' + n.failureSummary).join('; '))))
  .catch(error => done(['axe: ' + error]));
"""


class Reader:
    """One browser of one user."""

    def __init__(self, address: str, chromium: str, driver: str) -> None:
        self.address = address
        options = webdriver.ChromeOptions()
        options.binary_location = chromium
        for argument in (
            "--headless=new",
            "--no-sandbox",
            "--disable-dev-shm-usage",
            "--disable-gpu",
            "--lang=en",
            "--window-size=1280,900",
        ):
            options.add_argument(argument)
        self.browser = webdriver.Chrome(options=options, service=webdriver.ChromeService(driver))
        self.browser.set_page_load_timeout(60)
        self.browser.set_script_timeout(60)

    def quit(self) -> None:
        self.browser.quit()

    def wait(self, condition: Any, seconds: float = 45) -> Any:
        ignored = (StaleElementReferenceException,)
        return WebDriverWait(self.browser, seconds, 0.1, ignored_exceptions=ignored).until(condition)

    def sign_in(self, user: str, password: str) -> None:
        """Through Airflow's own page."""
        self.browser.get(f"{self.address}/auth/login/")
        self.wait(expected.element_to_be_clickable((By.NAME, "username"))).send_keys(user)
        self.browser.find_element(By.NAME, "password").send_keys(password)
        self.browser.find_element(By.CSS_SELECTOR, "button[type=submit]").click()
        self.wait(lambda browser: "/auth/login" not in browser.current_url)

    def open_in_airflow(self) -> None:
        """The desk as the entry of Airflow's navigation shows it: in a frame of its user interface."""
        self.browser.get(f"{self.address}/plugin/millrace-desk")
        frame = self.wait(expected.presence_of_element_located((By.CSS_SELECTOR, "iframe")))
        self.browser.switch_to.frame(frame)
        self.wait(expected.presence_of_element_located((By.TAG_NAME, "h1")))

    def open(self, path: str) -> None:
        """A page of the desk by itself."""
        self.browser.get(f"{self.address}/millrace{path}")

    def language(self, code: str | None) -> None:
        """Choose a language as the cookie does, or none."""
        self.browser.switch_to.default_content()
        self.open("/desk.css")
        self.browser.delete_cookie("millrace_language")
        if code:
            self.browser.add_cookie({"name": "millrace_language", "value": code, "path": "/millrace"})

    def width(self, pixels: int) -> None:
        """As wide as a screen: 390 is a phone."""
        metrics = {"width": pixels, "height": 900, "deviceScaleFactor": 1, "mobile": pixels < 600}
        self.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)

    def dark(self, on: bool) -> None:
        """As a browser that prefers dark pages."""
        features = [{"name": "prefers-color-scheme", "value": "dark" if on else "light"}]
        self.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})

    def find(self, css: str) -> WebElement:
        return self.wait(expected.presence_of_element_located((By.CSS_SELECTOR, css)))

    def text(self, css: str = "body") -> str:
        return str(self.wait(lambda browser: browser.find_element(By.CSS_SELECTOR, css).text or None))

    def fill(self, name: str, value: str, within: str = "main") -> None:
        """A field by its name, as typed."""
        field = self.find(f"{within} [name={name}]")
        if field.tag_name == "select":
            Select(field).select_by_value(value)
        elif field.get_attribute("type") == "date":
            self.browser.execute_script("arguments[0].value = arguments[1]", field, value)
        else:
            field.clear()
            field.send_keys(value)

    def click(self, css: str) -> None:
        """Click and wait until another page is there."""
        element = self.find(css)
        self.browser.execute_script("window.leaving = true; arguments[0].scrollIntoView({block: 'center'})", element)
        element.click()
        self.wait(lambda browser: browser.execute_script("return !window.leaving && document.readyState === 'complete'"))

    def violations(self) -> list[str]:
        """What axe finds wrong with the page as it stands."""
        self.browser.execute_script(AXE.read_text(encoding="utf-8"))
        return list(self.browser.execute_async_script(RUN_AXE))

    def is_wider_than_its_screen(self) -> bool:
        return bool(self.browser.execute_script("return document.documentElement.scrollWidth > window.innerWidth"))
