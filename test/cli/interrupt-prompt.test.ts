/** Ctrl-C at the question, at a terminal of its own. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import { APPLY, planOnce } from './spawned.js';

/** Runs a command line at a pseudo-terminal, types once it is asked, and ends with its exit code. */
const TERMINAL = `
import os, pty, sys, time
answer = sys.argv[1].encode().decode('unicode_escape').encode()
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(sys.argv[2], sys.argv[2:])
shown = b''
while True:
    try:
        text = os.read(terminal, 4096)
    except OSError:
        break
    if not text:
        break
    shown += text
    if b'to go on: ' in shown and answer:
        os.write(terminal, answer)
        answer = b''
sys.stdout.buffer.write(shown)
status = os.waitpid(pid, 0)[1]
sys.exit(os.WEXITSTATUS(status) if os.WIFEXITED(status) else 255)
`;

const hasPython = spawnSync('python3', ['-c', 'import pty']).status === 0;
const needsPython = hasPython ? {} : { skip: 'there is no python3, which has the pseudo-terminal' };

for (const [name, typed, exitCode, deletions, said] of [
  ['Ctrl-C is pressed at the question', '\\x03', 130, 0, 'interrupted; nothing was deleted'],
  ['Ctrl-D is pressed at the question', '\\x04', 8, 0, 'cancelled; nothing was deleted'],
  ['something else is typed', 'yes\\n', 8, 0, 'cancelled; nothing was deleted'],
  ['the organization id is typed', 'o-exampleorgid\\n', 0, 7, '7 credentials deleted and proven gone'],
] as const) {
  test(`apply ends with ${exitCode} when ${name}`, needsPython, async (t) => {
    const scene = await (await planOnce(t))();
    const shell = `exec python3 -c "$TERMINAL" '${typed}' "$@"`;
    const { code, stdout } = await scene.spawn({ shell, argv: APPLY, env: { TERMINAL, NO_COLOR: '1' } })
      .ended;
    assert.equal(code, exitCode, stdout);
    assert.ok(stdout.includes(said), stdout);
    assert.equal(scene.judge.deletions.length, deletions);
    assert.deepEqual(
      readdirSync(scene.folder).filter((file) => file.includes('.lock')),
      [],
    );
  });
}
