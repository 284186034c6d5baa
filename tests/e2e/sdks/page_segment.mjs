// A shop's page with @segment/analytics-next. What it does is in the query: ?mode=...&endpoint=...&count=...&say=yes
import { AnalyticsBrowser } from "@segment/analytics-next";

const asked = new URLSearchParams(location.search);
const endpoint = asked.get("endpoint");
const options = { retryQueue: true, integrations: { "Segment.io": {} } };
if (asked.get("mode") !== "default") {
  // Without an apiHost of its own (mode default) the page sends where the settings say.
  const { host } = new URL(endpoint);
  options.integrations["Segment.io"] = {
    apiHost: `${host}/v1`, protocol: "http",
    deliveryStrategy: { strategy: "batching", config: { size: 5, timeout: 300 } },
  };
}
const analytics = AnalyticsBrowser.load({ writeKey: "web-local", cdnURL: endpoint }, options);

if (asked.get("say")) {
  analytics.identify("anna", { email: "anna@example.com" });
  analytics.page("Home");
  analytics.screen("Cart");
  analytics.group("readers");
  analytics.alias("anna-2");
  for (let step = 1; step <= Number(asked.get("count")); step++) {
    analytics.track(`Step ${step}`, { price: step / 3, title: "Тихото море 📚" });
  }
}
window.said = true;
