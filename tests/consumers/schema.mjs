// Holds the JSON Schema of scenarios (`podlapse schema`) against the reader of scenarios: both take every scenario of the tree,
// and refuse the same broken copies of them.
// usage: node schema.mjs PACKAGES PODLAPSE DATA [--copies N] FOLDER...
// PACKAGES is the folder that tests/consumers/install filled, PODLAPSE the binary. DATA has files that the schema refuses (broken/schema),
// files that only the reader can refuse (broken/reader), and every-key, whose scenarios are broken in every way that is known here. Of
// each scenario below the FOLDERs N copies (4) are broken, each in one way.
// Exit status: 0 they agree, 1 they do not, 2 bad usage.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';

const [packages, podlapse, data, ...rest] = process.argv.slice(2);
const copies = rest[0] === '--copies' ? Number(rest[1]) : 4;
const folders = rest[0] === '--copies' ? rest.slice(2) : rest;
if (!packages || !podlapse || !data || folders.length === 0 || !(copies > 0)) {
  console.error('usage: node schema.mjs PACKAGES PODLAPSE DATA [--copies N] FOLDER...');
  process.exit(2);
}
const require = createRequire(resolve(packages, 'node_modules', 'x'));
const Ajv = require('ajv').default ?? require('ajv');
const YAML = require('yaml');

// What is refused by the reader and cannot be told by a schema, with the reason: rules, and texts of rules of which it can tell a part.
const readerAlone = [
  [/^scenario\/unknown-(container|pod)$/, /./, 'names are those of the Pods in the file'],
  [/^expect\/(unknown-name|never-applies)$/, /./, 'names, hooks and probes are those of the Pods in the file'],
  [/^expect\/syntax$/, /./, 'the pattern knows the words of a sentence, not their order'],
  [/^(validate|update|admission|api)\//, /./, 'values that the API server refuses'],
  [/^gates\//, /./, 'gates by release'],
  [/^cluster\//, /./, 'bounds that are durations'],
  [/^scenario\/replicas$/, /./, 'kinds that keep a number of Pods'],
  [/^scenario\/bad-value$/, /^no file /, 'files beside the scenario'],
  [/^scenario\/bad-value$/, /^there are two Pods called/, 'names are those of the Pods in the file'],
  [/^scenario\/bad-value$/, /^the first duration must be the smaller/, 'values are compared'],
  [/^scenario\/bad-value$/, /^a run that never ends has no exit code/, 'keys that go together only with some values'],
  [/^scenario\/missing-key$/, /has no workload$/, 'files beside the scenario'],
  [/^scenario\/bad-value$/, /^a condition has a type/, 'what the body of a request needs depends on its path'],
  [/^scenario\/missing-key$/, /^this call (names no object|changes no condition)/, 'what the body of a request needs depends on its path'],
];

// What is taken by the reader and refused by the schema: to the API server null and an empty text are absence also where it knows
// few words. Of a list of words an editor should offer those alone.
const schemaAlone = (value, error) => (value === null || value === '') && ['enum', 'type'].includes(error.keyword) && 'enum' in error.parentSchema;

const schema = JSON.parse(execFileSync(podlapse, ['schema'], { maxBuffer: 1e8 }));
const ajv = new Ajv({ strict: true, strictRequired: false, allErrors: false, verbose: true });
assert(ajv.validateSchema(schema), ajv.errorsText());
const validate = ajv.compile(schema);
const complaint = () => `${validate.errors[0].instancePath || '/'} ${validate.errors[0].message}`.slice(0, 200);

const filesBelow = (folder) =>
  readdirSync(folder, { withFileTypes: true })
    .flatMap((entry) => (entry.isDirectory() ? filesBelow(join(folder, entry.name)) : [join(folder, entry.name)]))
    .filter((file) => /\.(ya?ml|json)$/.test(file))
    .sort();
const documentsOf = (file) =>
  YAML.parseAllDocuments(readFileSync(file, 'utf8'), { version: '1.1', merge: true }).map((document) => {
    assert.equal(document.errors.length, 0, `${file}: ${document.errors[0]}`);
    return document.toJS();
  });
const sources = ['pod', 'job', 'workload', 'manifest', 'pods', 'manifests'];
const isScenario = (document) => document && typeof document === 'object' && !('kind' in document) && sources.some((key) => key in document);

// By file: the rules and texts for which the reader refuses it; none where it takes it.
function readerSays(files) {
  const verdicts = new Map(files.map((file) => [file, null]));
  for (let i = 0; i < files.length; i += 500) {
    const told = spawnSync(podlapse, ['test', '-o', 'json', ...files.slice(i, i + 500)], { maxBuffer: 1e9, encoding: 'utf8' });
    assert([0, 1, 2].includes(told.status) && told.stdout, `exit status ${told.status}: ${told.stderr}`);
    for (const test of JSON.parse(told.stdout).tests) {
      const refused = test.outcome === 'broken';
      if (!refused && verdicts.get(test.file) === null) verdicts.set(test.file, []);
      if (refused) verdicts.set(test.file, [...(verdicts.get(test.file) ?? []), ...test.problems]);
    }
  }
  for (const [file, problems] of verdicts) if (problems === null) verdicts.set(file, [{ rule: 'none', text: 'no test was found in it' }]);
  return verdicts;
}

const problems = [];
const isReadersAlone = (told) =>
  told.every(({ rule, text }) => readerAlone.some(([id, words]) => id.test(rule) && words.test(text)));

// --- scenarios of the tree ---

const scenarios = [];
const everyKey = filesBelow(join(data, 'every-key'));
for (const file of [...everyKey, ...folders.flatMap(filesBelow)]) {
  for (const document of documentsOf(file)) {
    if (!isScenario(document)) continue;
    if (!validate(document)) problems.push(`${file}: the schema refuses it: ${complaint()}`);
    const whole = (name) => (typeof name === 'string' ? resolve(dirname(file), name) : name);
    if ('manifest' in document) document.manifest = whole(document.manifest);  // copies lie elsewhere
    if ('manifests' in document) document.manifests = document.manifests.map(whole);
    scenarios.push({ file, document });
  }
}
assert(scenarios.length > 0, 'there is no scenario');

// --- scenarios that somebody broke ---

const brokenFiles = ['schema', 'reader'].flatMap((folder) => filesBelow(join(data, 'broken', folder)));
const brokenVerdicts = readerSays(brokenFiles);
for (const file of brokenFiles) {
  if (brokenVerdicts.get(file).length === 0) problems.push(`${file}: the reader takes it`);
  const taken = validate(documentsOf(file)[0]);
  if (taken && basename(dirname(file)) === 'schema') problems.push(`${file}: the schema takes it`);
  if (!taken && basename(dirname(file)) === 'reader') problems.push(`${file}: the schema refuses it: ${complaint()}`);
}

// --- broken copies ---

const wrongTypes = (value) => {
  if (Array.isArray(value)) return [{}, 'x', 7];
  if (value !== null && typeof value === 'object') return [[], 'x', true];
  if (typeof value === 'number') return ['x', -value - 1, 1e12, value + 0.5, {}, true];
  if (typeof value === 'boolean') return ['yes', 3, []];
  return [`${value}x`, '', { x: 1 }, [value], 3.5, `${value} ${value}`];
};

// Every way to break something within `node`, which lies at `path`: a name, what to do to a mapping or list, and where that lies.
function* breakages(node, path = []) {
  if (node === null || typeof node !== 'object') return;
  for (const key of Object.keys(node)) {
    const at = [...path, key].join('.');
    if (!Array.isArray(node)) {
      yield [`rename ${at}`, (parent) => void ((parent[`${key}x`] = parent[key]), delete parent[key]), path];
      yield [`null ${at}`, (parent) => (parent[key] = null), path];
    }
    yield [`delete ${at}`, (parent) => (Array.isArray(parent) ? parent.splice(Number(key), 1) : delete parent[key]), path];
    for (const value of wrongTypes(node[key])) yield [`${at} = ${JSON.stringify(value)}`, (parent) => (parent[key] = value), path];
    yield* breakages(node[key], [...path, key]);
  }
  if (!Array.isArray(node)) yield [`add ${[...path, 'extra'].join('.')}`, (parent) => (parent.extra = 1), path];
}
const at = (document, path) => path.reduce((node, key) => node[key], document);

// Which of the ways are taken: by a generator of its own, so that each run does the same.
let state = 20240229;
const random = (below) => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return Math.floor((state / 2 ** 32) * below);
};

const folder = mkdtempSync(join(tmpdir(), 'podlapse-schema-'));
const tried = [];
try {
  for (const { file, document } of scenarios) {
    const ways = [...breakages(document)];
    const some = everyKey.includes(file) ? ways : Array.from({ length: copies }, () => ways[random(ways.length)]);
    for (const [what, change, path] of some) {
      const copy = structuredClone(document);
      change(at(copy, path));
      if (!isScenario(copy)) continue;
      const written = join(folder, `${tried.length}.json`);
      writeFileSync(written, JSON.stringify(copy));
      const taken = validate(copy);
      const error = validate.errors?.[0];
      tried.push({ file, what, written, taken, why: error && complaint(), alone: error && schemaAlone(error.data, error) });
    }
  }
  const verdicts = readerSays(tried.map((one) => one.written));
  for (const { file, what, written, taken, why, alone } of tried) {
    const told = verdicts.get(written);
    if (!taken && !alone && told.length === 0) problems.push(`${file}: ${what}: the schema refuses what the reader takes: ${why}`);
    if (taken && told.length > 0 && !isReadersAlone(told)) {
      problems.push(`${file}: ${what}: the schema takes what the reader refuses: ${told.map((one) => `[${one.rule}] ${one.text}`).join('; ')}`);
    }
  }
  const refused = tried.filter((one) => !one.taken).length;
  const byReader = tried.filter((one) => verdicts.get(one.written).length > 0).length;
  console.log(`${scenarios.length} scenarios; ${tried.length} broken copies, ${byReader} refused by the reader, ${refused} by the schema; ` +
    `${brokenFiles.length} broken files; ${problems.length} disagreements`);
} finally {
  rmSync(folder, { recursive: true });
}
for (const problem of problems.slice(0, 100)) console.error(problem);
process.exitCode = problems.length === 0 ? 0 : 1;
