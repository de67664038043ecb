// CQL to ELM by the reference translator's JavaScript build, without a network.
//
//     node validation/cql/translate.mjs LIBRARY.cql...
//
// writes LIBRARY.json beside each file. The packages stand where `make cql` puts them,
// or below $MULTIFIDUS_CQL.
import fs from "node:fs";
import path from "node:path";
import { createRequire } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";

const here = path.dirname(fileURLToPath(import.meta.url));
const home = process.env.MULTIFIDUS_CQL ?? path.join(here, "..", "..", "build", "cql");
export const require = createRequire(path.join(path.resolve(home), "package.json"));

// The translator asks for modules of its own by the name that CommonJS gives this function.
globalThis.require ??= require;
const load = (name) => import(pathToFileURL(require.resolve(name)).href);
const { CqlCompilerOptions, CqlTranslator, LibraryManager, ModelManager, ...translation } = await load(
  "@cqframework/cql/cql-to-elm",
);
const { SystemModelInfoProvider } = await load("@cqframework/cql/cql");

const MODEL = path.join(
  path.dirname(require.resolve("cql-exec-fhir")),
  "modelInfos",
  "fhir-modelinfo-4.0.1.xml",
);

function models() {
  const manager = new ModelManager();
  const system = new SystemModelInfoProvider();
  const fhir = translation.createModelInfoProvider((id) =>
    id === "FHIR" ? translation.stringAsSource(fs.readFileSync(MODEL, "utf8")) : null,
  );
  manager.modelInfoLoader.registerModelInfoProvider(system);
  manager.modelInfoLoader.registerModelInfoProvider(fhir);
  return manager;
}

function units() {
  const ucum = require("@lhncbc/ucum-lhc").UcumLhcUtils.getInstance();
  const unasked = () => {
    throw new Error("the translator converts no units");
  };
  const validate = (unit) => {
    const found = ucum.validateUnitString(unit);
    return found.status === "valid" ? null : found.msg[0];
  };
  return translation.createUcumService(unasked, validate, unasked, unasked);
}

// A list is never made of one thing, nor one thing of a list, without being asked: both would turn
// a mistake in the text into an answer.
function options() {
  const { DisableListDemotion, DisableListPromotion } = CqlCompilerOptions.Options;
  const chosen = new CqlCompilerOptions();
  chosen.setOptions([DisableListDemotion, DisableListPromotion]);
  return chosen;
}

const MODELS = models();
const UNITS = units();

// Gives the ELM of a library, and what the translator holds against it.
export function translate(text) {
  const manager = new LibraryManager(MODELS, options(), null, UNITS);
  const translator = CqlTranslator.fromText(text, manager);
  const errors = [...translator.errors.asJsReadonlyArrayView()];
  return {
    elm: JSON.parse(translator.toJson()),
    errors: errors.map((error) => `${error.locator ?? ""} ${error.message ?? error}`.trim()),
  };
}

if (process.argv[1] && path.resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  let status = 0;
  for (const file of process.argv.slice(2)) {
    const { elm, errors } = translate(fs.readFileSync(file, "utf8"));
    for (const error of errors) console.error(`${file}: ${error}`);
    if (errors.length > 0) status = 1;
    else fs.writeFileSync(file.replace(/\.cql$/, ".json"), `${JSON.stringify(elm, null, 2)}\n`);
  }
  process.exit(status);
}
