// matching: json-rules-engine and json-logic-js, asked as bench/match.py asks the others: node matching.mjs ENGINE FOLDER PATIENCE
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const [engine, folder, patience] = process.argv.slice(2);
const rules = JSON.parse(readFileSync(`${folder}/rules`));
const documents = JSON.parse(readFileSync(`${folder}/documents`));
const cpu = () => { const { user, system } = process.cpuUsage(); return (user + system) / 1e6; };

const builders = {
  "json-logic-js": () => {
    const logic = require("json-logic-js");
    const test = ([path, sign, value]) => sign === "exists" ? { "!=": [{ var: path }, null] } : { [sign]: [{ var: path }, value] };
    const asked = rules.map((rule) => [rule.id, { and: [{ "==": [{ var: "event.event" }, rule.event] }, ...rule.tests.map(test)] }]);
    return (document) => asked.filter(([, rule]) => logic.apply(rule, document)).map(([id]) => id);
  },
  "json-rules-engine": () => {
    const { Engine } = require("json-rules-engine");
    const operators = { "==": "equal", ">": "greaterThan", "<": "lessThan", in: "in", exists: "notEqual" };
    const test = ([path, sign, value]) => ({ fact: path, operator: operators[sign], value });
    const all = new Engine([], { allowUndefinedFacts: true });
    for (const rule of rules)
      all.addRule({ name: rule.id, event: { type: rule.id },
                    conditions: { all: [{ fact: "event.event", operator: "equal", value: rule.event }, ...rule.tests.map(test)] } });
    return async ({ event, customer }) => {
      const facts = { "event.event": event.event, "customer.city": customer.city, "customer.birthday": customer.birthday };
      for (const [name, value] of Object.entries(event.properties)) facts[`event.properties.${name}`] = value;
      return (await all.run(facts)).events.map((found) => found.type);
    };
  },
};

const begun = cpu();
const ask = builders[engine]();
const built = cpu() - begun;
const answers = [], taken = [];
for (const before = cpu(); answers.length < documents.length && cpu() - before < patience;) {
  const start = cpu();
  answers.push(await ask(documents[answers.length]));
  taken.push(cpu() - start);
}
let rounds = [taken.reduce((sum, one) => sum + one, 0) / taken.length];
if (rounds[0] * answers.length < patience / 3) {
  rounds = [];
  for (const before = cpu(); rounds.length < 3 || (rounds.length < 21 && cpu() - before < patience / 4);) {
    const start = cpu();
    for (const document of documents) await ask(document);
    rounds.push((cpu() - start) / documents.length);
  }
}
console.log(JSON.stringify({ us: rounds.sort((a, b) => a - b)[rounds.length >> 1] * 1e6, ms: built * 1e3, answers }));
