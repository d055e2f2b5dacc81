// Opens a documentation page in a real browser: `docs.mjs CHROMIUM URL SCREENSHOT`.
// Prints JSON: the visible text, every address requested, console errors, and the size of the content.
import { chromium } from "playwright-core";

const [executablePath, url, screenshot] = process.argv.slice(2);
const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
const browser = await chromium.launch({ executablePath, args: flags });
try {
  const page = await browser.newPage({ viewport: { width: 1200, height: 900 } });
  const requests = [];
  const errors = [];
  page.on("request", (request) => requests.push(request.url()));
  page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
  page.on("pageerror", (error) => errors.push(String(error)));
  const response = await page.goto(url, { waitUntil: "networkidle" });
  await page.locator("details:not([open]) > summary").first().click();
  await page.screenshot({ path: screenshot });
  await page.evaluate(() => document.querySelectorAll("details").forEach((item) => (item.open = true)));
  const text = await page.locator("body").innerText();
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  console.log(JSON.stringify({ status: response.status(), text, requests, errors, overflow }));
} finally {
  await browser.close();
}
