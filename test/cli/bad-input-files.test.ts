/** Files that are not there, are no files, or hold what no file of their kind holds. */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { createPlanned, ORGANIZATION, type Planned } from './planned.js';
import { assertRefused } from './refused.js';

interface Input {
  readonly file: string;
  /** What the messages call it. */
  readonly what: string;
  readonly argv: readonly string[];
}

const TRUSTED = ['--policy', 'policy.yaml', '--trust', 'trust.yaml'];
const APPLY = ['apply', 'org.plan.yaml', ...TRUSTED, '--confirm', ORGANIZATION];
const PLAN = ['plan', '--policy', 'policy.yaml', '--out', 'new.plan.yaml', '--key', 'key.pem'];

/** Every command that reads a file, by the file. */
const INPUTS: readonly Input[] = [
  { file: 'policy.yaml', what: 'policy', argv: PLAN },
  { file: 'policy.yaml', what: 'policy', argv: ['verify', 'org.plan.yaml', ...TRUSTED] },
  { file: 'policy.yaml', what: 'policy', argv: APPLY },
  { file: 'key.pem', what: 'signing key', argv: PLAN },
  { file: 'trust.yaml', what: 'trust file', argv: ['show', 'org.plan.yaml', '--trust', 'trust.yaml'] },
  { file: 'trust.yaml', what: 'trust file', argv: ['verify', 'org.plan.yaml', ...TRUSTED] },
  { file: 'trust.yaml', what: 'trust file', argv: APPLY },
  { file: 'org.plan.yaml', what: 'plan', argv: ['show', 'org.plan.yaml'] },
  { file: 'org.plan.yaml', what: 'plan or receipt', argv: ['verify', 'org.plan.yaml', ...TRUSTED] },
  { file: 'org.plan.yaml', what: 'plan', argv: APPLY },
  { file: 'scenario.yaml', what: 'scenario', argv: ['emulate', 'scenario.yaml'] },
];
const isText = ({ file }: Input) => file !== 'org.plan.yaml';

async function arrange(t: TestContext): Promise<Planned> {
  const planned = await createPlanned(t);
  await planned.plan();
  await planned.write('scenario.yaml', 'accounts: []\n');
  return planned;
}

for (const { file, what, argv } of INPUTS) {
  test(`${argv[0]} is refused when the ${what} does not exist`, async (t) => {
    const planned = await arrange(t);
    await rm(join(planned.folder, file));
    await assertRefused(planned, {
      argv,
      code: 1,
      says: `cannot read the ${what} "./${file}": there is no such file`,
      hint: 'check the path',
    });
  });

  test(`${argv[0]} is refused when the ${what} is a directory`, async (t) => {
    const planned = await arrange(t);
    await rm(join(planned.folder, file));
    await mkdir(join(planned.folder, file));
    await assertRefused(planned, {
      argv,
      code: 1,
      says: `the ${what} "./${file}" is a directory`,
      hint: 'name the file itself',
    });
  });

  test(`${argv[0]} is refused when the ${what} is below a file`, async (t) => {
    const planned = await arrange(t);
    await planned.write('file', '');
    await assertRefused(planned, {
      argv: argv.map((word) => (word === file ? `file/${file}` : word)),
      code: 1,
      says: `cannot read the ${what} "./file/${file}": a part of its path is no folder`,
      hint: 'check the path and its permissions',
    });
  });

  test(`${argv[0]} is refused when the ${what} is a device`, async (t) => {
    const planned = await arrange(t);
    await assertRefused(planned, {
      argv: argv.map((word) => (word === file ? '/dev/null' : word)),
      code: 1,
      says: `the ${what} "/dev/null" is no regular file`,
      hint: 'name the file itself',
    });
  });
}

for (const input of INPUTS.filter(isText)) {
  const { file, what, argv } = input;
  test(`${argv[0]} is refused when the ${what} is no UTF-8 text`, async (t) => {
    const planned = await arrange(t);
    await planned.write(file, Buffer.from([0x76, 0xff, 0xfe, 0x00, 0xc3, 0x28]));
    await assertRefused(planned, {
      argv,
      code: 1,
      says: new RegExp(`^the ${what} "(\\./)?${file}" is no UTF-8 text$`),
      hint: `is this the right file? no ${what} holds such bytes`,
    });
  });
}

const ODD: readonly { readonly when: string; readonly bytes: string | Buffer }[] = [
  { when: 'is empty', bytes: '' },
  { when: 'is an empty line', bytes: '\n' },
  { when: 'holds nothing but NUL', bytes: Buffer.alloc(4096) },
  { when: 'is a program', bytes: Buffer.concat([Buffer.from('\x7fELF\x02\x01\x01'), Buffer.alloc(512, 7)]) },
  { when: 'is a text without meaning', bytes: 'the quick brown fox\n' },
  { when: 'is JSON of something else', bytes: '{"hello":["world"]}\n' },
];

for (const { file, what, argv } of INPUTS.filter(({ file }) => file !== 'scenario.yaml')) {
  for (const { when, bytes } of ODD) {
    test(`${argv[0]} is refused when the ${what} ${when}`, async (t) => {
      const planned = await arrange(t);
      await planned.write(file, bytes);
      await assertRefused(planned, {
        argv,
        code: 4,
        says: new RegExp(`"(\\./)?${file}"|^${file}:1:1: `),
        hint: /./,
      });
    });
  }
}

const GARBAGE = Buffer.alloc(50 * 2 ** 20, 'plan of plans, all of it garbage\n');

const first = (input: Input) => INPUTS.find(({ file }) => file === input.file) === input;
for (const { file, what, argv } of INPUTS.filter((it) => first(it) && it.file !== 'scenario.yaml')) {
  test(`${argv[0]} is refused when the ${what} is 50 MB of garbage`, async (t) => {
    const planned = await arrange(t);
    await planned.write(file, GARBAGE);
    const limit = file === 'key.pem' ? '64 KiB' : '1 MiB';
    await assertRefused(planned, {
      argv,
      code: 4,
      says: isText({ file, what, argv })
        ? `the ${what} "./${file}" is larger than ${limit}`
        : `"${file}" does not end with a line feed: it was cut off or edited`,
      hint: /./,
    });
  });
}
