/**
 * Every folder of `examples/` with a scenario is a story: an emulated organization, its policy, the keys it trusts, and what
 * rootsweep makes of it, to the byte. `UPDATE_EXAMPLES=1 npm test` writes the expectations anew, with a new key.
 */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { decodeEnvelope } from '../../src/core/signing/envelope.js';
import { parseScenario } from '../../src/emulator/scenario/parse-scenario.js';
import { createHarness, type Harness } from '../cli/harness.js';
import { findSarifFaults } from '../views/sarif-schema.js';

const EXAMPLES = fileURLToPath(new URL('../../../examples/', import.meta.url));
const UPDATE = process.env.UPDATE_EXAMPLES === '1';
const names = readdirSync(EXAMPLES, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && existsSync(join(EXAMPLES, entry.name, 'scenario.yaml')))
  .map((entry) => entry.name);

const FILES = ['--policy', 'policy.yaml', '--trust', 'trust.yaml'];

/** The commands of the story and what each printed on stdout, as `expected/story.txt` holds them. */
async function tellStory({ run }: Harness, organization: string): Promise<string> {
  const commands = [
    ['audit'],
    ['show', 'org.plan.yaml', '--trust', 'trust.yaml'],
    ['verify', 'org.plan.yaml', ...FILES],
    ['apply', 'org.plan.yaml', ...FILES, '--confirm', organization],
    ['audit'],
  ];
  let story = '';
  for (const command of commands) {
    const { code, stdout, stderr } = await run(command, {
      env: { NO_COLOR: '1', ROOTSWEEP_KEY: 'operator.pem' },
    });
    const error = stderr.includes('Error: ') ? stderr.slice(stderr.indexOf('Error: ')) : '';
    story += `$ rootsweep ${command.join(' ')}\n${stdout}${error}(exit code ${code})\n\n`;
  }
  // Each run of the story has another operator's key in its trust file.
  return story.replace(/^(Trust: "trust\.yaml" \(sha256:)[0-9a-f]{12}\)$/gm, '$1…)');
}

/** What the story is shown as, by the name of the expected file. */
const SHOWN: Readonly<Record<string, readonly string[]>> = {
  'show.md': ['show', 'org.plan.yaml', '--trust', 'trust.yaml', '--format', 'markdown'],
  'show.csv': ['show', 'org.plan.yaml', '--format', 'csv'],
  'show.sarif': ['show', 'org.plan.yaml', '--format', 'sarif'],
  'verify.xml': ['verify', 'org.plan.yaml', ...FILES, '--format', 'junit'],
};

for (const name of names) {
  const path = (file: string) => join(EXAMPLES, name, file);
  const readExample = (file: string) => readFileSync(path(file), 'utf8');

  test(`example ${name} plans and ends as expected`, async (t) => {
    const scenario = parseScenario(readExample('scenario.yaml'), 'scenario.yaml');
    const harness = await createHarness(t, scenario);
    await harness.write('policy.yaml', readExample('policy.yaml'));
    const { stdout: line } = await harness.run([
      'keygen',
      '--out',
      'key.pem',
      '--name',
      'planner',
      '--quiet',
    ]);
    const planned = await harness.run([
      'plan',
      '--policy',
      'policy.yaml',
      '--out',
      'org.plan.yaml',
      '--key',
      'key.pem',
      '--quiet',
    ]);
    assert.ok(planned.code === 0 || planned.code === 3, planned.stderr);
    if (UPDATE) {
      writeFileSync(
        path('trust.yaml'),
        `# yaml-language-server: $schema=../../schemas/trust.schema.json\nversion: 1\nthreshold: { planner: 1 }\nkeys:\n${line}`,
      );
      writeFileSync(path('expected/org.plan.yaml'), await harness.read('org.plan.yaml'));
    }
    const bodyOf = (text: string) => decodeEnvelope(Buffer.from(text), 'org.plan.yaml').body.toString();
    assert.equal(bodyOf(await harness.read('org.plan.yaml')), bodyOf(readExample('expected/org.plan.yaml')));

    // From here on the plan is the committed one, under the committed trust file.
    await harness.write('org.plan.yaml', readExample('expected/org.plan.yaml'));
    // Nobody has the private half of its key, so that another one signs the journal.
    const { stdout: operator } = await harness.run([
      ...['keygen', '--out', 'operator.pem', '--name', 'operator', '--role', 'operator', '--quiet'],
    ]);
    await harness.write('trust.yaml', `${readExample('trust.yaml')}${operator}`);
    for (const [file, command] of Object.entries(SHOWN)) {
      const { stdout } = await harness.run(command);
      if (UPDATE) writeFileSync(path(`expected/${file}`), stdout);
      assert.equal(stdout, readExample(`expected/${file}`), file);
    }
    assert.deepEqual(
      findSarifFaults(JSON.parse(readExample('expected/show.sarif'))),
      [],
      'expected/show.sarif is no SARIF',
    );
    const story = await tellStory(harness, scenario.organization?.id ?? '');
    if (UPDATE) writeFileSync(path('expected/story.txt'), story);
    assert.equal(story, readExample('expected/story.txt'));
  });
}
