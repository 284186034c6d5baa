// A shop's server with Segment's or RudderStack's Node SDK: says everything once, waits until all is sent.
// node server_client.mjs '{"sdk":"segment","endpoint":"http://127.0.0.1:8080","path":"/v1/batch","key":"server-local","count":40,"watch":"http://127.0.0.1:8080","expected":45}'
import { Analytics } from "@segment/analytics-node";
import RudderAnalytics from "@rudderstack/rudder-sdk-node";

const { sdk, endpoint, path, key, count, watch, expected } = JSON.parse(process.argv[2]);
const failures = [];

function say(client) {
  client.identify({ userId: "anna", anonymousId: "phone", traits: { email: "anna@example.com" } });
  client.page({ userId: "anna", name: "Home" });
  client.screen({ userId: "anna", name: "Cart" });
  client.group({ userId: "anna", groupId: "readers" });
  client.alias({ userId: "anna", previousId: "tablet" });
  for (let step = 1; step <= count; step++) {
    client.track({ anonymousId: `visitor-${step % 5}`, event: `Step ${step}`, properties: { price: step / 3, title: "Тихото море 📚" } });
  }
}

if (sdk === "segment") {
  const client = new Analytics({ writeKey: key, host: endpoint, path, flushAt: 6, flushInterval: 200, maxRetries: 12 });
  client.on("error", (error) => failures.push(String(error.code)));
  say(client);
  await client.closeAndFlush({ timeout: 120000 });
} else {
  const client = new RudderAnalytics(key, {
    dataPlaneUrl: endpoint, path, flushAt: 6, flushInterval: 200, retryCount: 12, gzip: sdk === "rudderstack", logLevel: "error",
    errorHandler: (error) => failures.push(String(error.message)),
  });
  say(client);
  await client.flush(); // which does not wait for what is on its way
  const arrived = async () => (watch ? (await (await fetch(`${watch}/local/events.json`)).json()).length : 0);
  const deadline = Date.now() + (watch ? 90000 : 5000);
  while ((await arrived()) < (expected ?? 1) && Date.now() < deadline) await new Promise((done) => setTimeout(done, 500));
  await new Promise((done) => setTimeout(done, 1500));
}
console.log(JSON.stringify({ failures }));
process.exit(0);
