// The outside engine: libraries and bundles in, the truth of every definition out.
//
// Reads one JSON object a line: {"library": CQL text, "cases": [{"on": day, "bundle": {...}}]}.
// Writes one a line: {"errors": [...]} from the translator, or {"cases": [{definition: truth}]}:
// a Boolean or a String as it is, null for null, and `true` for any other content.
import readline from "node:readline";
import { require, translate } from "./translate.mjs";

const cql = require("cql-execution");
const { PatientSource } = require("cql-exec-fhir");

const patients = PatientSource.FHIRv401(); // Once: it reads a description of 1 MB.

async function answers(elm, { on, bundle }) {
  const library = new cql.Library(elm, new cql.Repository([elm]));
  const parameters = on ? { "Service Date": cql.Date.parse(on) } : {};
  const executor = new cql.Executor(library, new cql.CodeService({}), parameters);
  patients._bundles = [];
  patients.reset();
  patients.loadBundles([bundle]);
  // No answer depends on the clock; the engine is given one all the same.
  const { patientResults } = await executor.exec(patients, cql.DateTime.parse("2026-01-01T12:00:00Z"));
  const [found] = Object.values(patientResults);
  return Object.fromEntries(Object.entries(found).filter(kept).map(([name, value]) => [name, plain(value)]));
}

const kept = ([name]) => !name.includes(":") && !["Patient", "Answers"].includes(name);
const plain = (value) =>
  value === null || value === undefined || ["boolean", "string"].includes(typeof value)
    ? (value ?? null)
    : true;

for await (const line of readline.createInterface({ input: process.stdin })) {
  const { library, cases } = JSON.parse(line);
  const { elm, errors } = translate(library);
  const told = { errors, cases: [] };
  if (errors.length === 0) for (const each of cases) told.cases.push(await answers(elm, each));
  process.stdout.write(`${JSON.stringify(told)}\n`);
}
process.stdout.end(() => process.exit(0));
