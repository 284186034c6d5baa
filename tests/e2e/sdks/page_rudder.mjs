// A shop's page with @rudderstack/analytics-js. What it does is in the query: ?mode=...&endpoint=...&count=...&say=yes
import { RudderAnalytics } from "@rudderstack/analytics-js/bundled";

const asked = new URLSearchParams(location.search);
const endpoint = asked.get("endpoint");
const options = { configUrl: endpoint, lockIntegrationsVersion: true, lockPluginsVersion: true, sendAdblockPage: false };
if (asked.get("mode") === "batch") {
  options.queueOptions = { batch: { enabled: true, maxItems: 5, flushInterval: 300 } };
}
if (asked.get("mode") === "beacon") {
  options.useBeacon = true;
  options.beaconQueueOptions = { maxItems: 5, flushQueueInterval: 300 };
}
const analytics = new RudderAnalytics();
analytics.load("web-local", endpoint, options);

if (asked.get("say")) {
  analytics.identify("anna", { email: "anna@example.com" });
  analytics.page("Home");
  analytics.group("readers");
  analytics.alias("anna-2", "anna");
  for (let step = 1; step <= Number(asked.get("count")); step++) {
    analytics.track(`Step ${step}`, { price: step / 3, title: "Тихото море 📚" });
  }
}
window.said = true;
