// A visitor's browser on a shop's page: says everything, may leave while requests are in flight and come back, stays until all has arrived.
// node browser_client.mjs '{"sdk":"segment","mode":"default","endpoint":"http://...","watch":"http://...","count":20,"expected":25,"leave":false}'
// Prints which hosts the page talked to; `watch` is where arrivals are counted, beside whatever the endpoint loses.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { build } from "esbuild";
import { chromium } from "playwright-core";

const { sdk, mode, endpoint, watch, count, expected, leave, seconds, head } = JSON.parse(process.argv[2]);
// `head` is what stands in the head of the shop's page; without it the page has the bundle of this SDK.
const options = { bundle: true, write: false, format: "iife", platform: "browser", logLevel: "error" };
const script = head ? "" : (await build({ entryPoints: [`page_${sdk}.mjs`], ...options })).outputFiles[0].text;
const umd = "node_modules/@segment/analytics-next/dist/umd/";
const pages = createServer((request, response) => {
  const asset = request.url.match(/^\/assets\/segment\/([\w.-]+\.js)$/);
  const isScript = asset || request.url === "/page.js";
  response.writeHead(200, { "content-type": isScript ? "text/javascript" : "text/html; charset=utf-8" });
  if (asset) response.end(readFileSync(umd + asset[1]));
  else if (isScript) response.end(script);
  else if (!request.url.startsWith("/shop")) response.end("<!doctype html><title>Elsewhere</title>");
  else response.end(`<!doctype html><title>Shop</title>${head ? `${head}<script>window.said = true;</script>` : '<script src="/page.js"></script>'}`);
});
await new Promise((done) => pages.listen(0, "127.0.0.1", done));
const shop = `http://localhost:${pages.address().port}`;

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
const page = await (await browser.newContext()).newPage();
const hosts = new Set();
const errors = [];
page.on("request", (request) => hosts.add(new URL(request.url()).hostname));
page.on("pageerror", (error) => errors.push(String(error)));

const query = `mode=${mode}&endpoint=${encodeURIComponent(endpoint)}&count=${count}`;
await page.goto(`${shop}/shop?${query}&say=yes`);
await page.waitForFunction(() => window.said);
if (leave) {
  await new Promise((done) => setTimeout(done, 40));
  await page.goto(`${shop}/elsewhere`);
  await new Promise((done) => setTimeout(done, 300));
  await page.goto(`${shop}/shop?${query}`);
}
const arrived = async () => (await (await fetch(`${watch}/local/events.json`)).json()).length;
const deadline = Date.now() + seconds * 1000;
while ((await arrived()) < expected && Date.now() < deadline) await new Promise((done) => setTimeout(done, 500));
await new Promise((done) => setTimeout(done, 1500)); // whatever comes twice comes now
console.log(JSON.stringify({ hosts: [...hosts], errors }));
await browser.close();
process.exit(0);
