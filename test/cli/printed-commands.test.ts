/** Every command that rootsweep prints does, when somebody pastes it, nothing but run that command on that very file. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { decodeEnvelope, digestBody } from '../../src/core/signing/envelope.js';
import type { Result } from './harness.js';
import { createPlanned, ORGANIZATION } from './planned.js';

const skip = spawnSync('bash', ['--version']).error !== undefined && 'bash is not installed';
const NAMES = [
  'x$(touch OWNED)',
  'x`touch OWNED`',
  'x;touch OWNED;',
  "x'; touch OWNED; '",
  'x"; touch OWNED; "',
  'x\n touch OWNED\n',
  'x & touch OWNED #',
  'x\u001b]0;title\u0007\r',
  'x\u202eabc ##vso[task.complete]',
  '-x > OWNED',
  '~/x*? [a] {b,c} !! \\',
].map((name) => name.replaceAll('/', ''));
/** What stands before a command, up to the end of its line. */
const PRINTED = /(?:run|with|first|sign|one): ((?:rootsweep|ssh-keygen|ssh-add|chmod|aws) [^\n]*)/g;
const STUBS = ['rootsweep', 'ssh-keygen', 'ssh-add', 'chmod', 'touch'];

for (const name of NAMES) {
  test(`what is printed of files called ${JSON.stringify(name)} can be pasted`, { skip }, async (t) => {
    const { folder, run, read, forget } = await createPlanned(t);
    const [plan, policy, trust, key] = ['plan.yaml', 'policy', 'trust', 'key.pem'].map(
      (it) => `${name}.${it}`,
    ) as [string, string, string, string];
    await rename(join(folder, 'policy.yaml'), join(folder, policy));
    await rename(join(folder, 'trust.yaml'), join(folder, trust));
    await rename(join(folder, 'key.pem'), join(folder, key));
    const flags = [`--policy=${policy}`, `--trust=${trust}`];
    const results: Result[] = [];
    const go = async (...argv: string[]) => {
      const result = await run(argv);
      results.push(result);
      return result;
    };
    assert.equal((await go('plan', `--policy=${policy}`, `--out=${plan}`, `--key=${key}`)).code, 0);
    await run(['keygen', '--out', 'ada.pem']);
    await run([
      'trust',
      'add',
      `--trust=${trust}`,
      '--from',
      'ada.pem',
      '--name',
      'ada',
      '--role',
      'approver',
    ]);
    const digest = digestBody(decodeEnvelope(Buffer.from(await read(plan)), plan).body);
    await go('verify', ...flags, '--', plan);
    await go('verify', '--', plan);
    assert.equal(
      (await go('approve', `--trust=${trust}`, '--key', 'ada.pem', '--confirm', digest, '--', plan)).code,
      0,
    );
    await go('explain', '222222222222', `--plan=${plan}`, `--policy=${policy}`);
    await go('explain', '333333333333', `--plan=${plan}`, `--policy=${policy}`);
    await go('apply', ...flags, '--only', '999999999999', '--', plan);
    chmodSync(join(folder, key), 0o644);
    await go('plan', `--policy=${policy}`, `--out=${plan}`, `--key=${key}`);
    chmodSync(join(folder, key), 0o600);
    const { code } = await go('apply', ...flags, '--confirm', ORGANIZATION, '--', plan);
    assert.equal(code, 0);
    const recovered = `${name}.recover.yaml`;
    await go(
      'recover',
      '222222222222',
      `--policy=${policy}`,
      `--out=${recovered}`,
      `--key=${key}`,
      '--reason',
      'r',
    );
    await go('notice', '--', recovered);
    const strict = (await read(trust)).replace('threshold: 1', 'threshold: { planner: 1, approver: 1 }');
    writeFileSync(join(folder, trust), strict);
    await go('verify', ...flags, '--', recovered);
    forget();

    const printed = results.flatMap(({ stdout, stderr }) => [...`${stdout}\n${stderr}`.matchAll(PRINTED)]);
    const commands = [...new Set(printed.map(([, command = '']) => command))];
    assert.ok(commands.length >= 8, commands.join('\n'));
    const place = join(folder, 'pasted');
    const record = join(folder, 'argv.json');
    await mkdir(place);
    const programs = join(folder, 'programs');
    mkdirSync(programs);
    for (const stub of STUBS) {
      const script = `#!${process.execPath}\nconst { appendFileSync } = require('node:fs');\nappendFileSync(${JSON.stringify(record)}, JSON.stringify(process.argv.slice(1)) + '\\n');\n`;
      writeFileSync(join(programs, stub), script);
      chmodSync(join(programs, stub), 0o755);
    }
    const files = [plan, policy, trust, key, recovered].flatMap((it) => [it, `./${it}`, join(folder, it)]);
    const used = new Set<string>();
    for (const command of commands) {
      assert.equal(stripVTControlCharacters(command), command);
      const options = {
        cwd: place,
        encoding: 'utf8',
        env: { PATH: `${programs}:${process.env.PATH}` },
      } as const;
      assert.equal(spawnSync('bash', ['-n', '-c', command], options).status, 0, command);
      rmSync(record, { force: true });
      const { status, stderr } = spawnSync('bash', ['--norc', '-c', command], options);
      assert.equal(status, 0, `${command}\n${stderr}`);
      assert.ok(!existsSync(join(place, 'OWNED')), command);
      const ran = readFileSync(record, 'utf8').trimEnd().split('\n');
      assert.equal(ran.length, 1, ran.join('\n'));
      const [program = '', ...argv] = JSON.parse(ran[0] ?? '') as string[];
      assert.equal(program, join(programs, command.split(' ')[0] ?? ''));
      for (const word of argv) {
        const value = word.replace(/^--[a-z]+=/, '');
        if (files.includes(value)) used.add(basename(value));
        // Whatever holds a part of the name is the name.
        else if (value.includes('OWNED')) assert.match(value, /journal\.jsonl$|receipt\.yaml$/, command);
      }
    }
    assert.deepEqual([...used].sort(), [key, plan, policy, recovered, trust].sort());
  });
}
