import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { test } from 'node:test';
import { Progress } from '../../src/runs/progress.js';
import { StatusLine } from '../../src/status-line.js';
import type { Line } from '../../src/views/format/lines.js';
import { VirtualClock } from '../core/virtual-clock.js';

function open(kind: 'drawn' | 'told') {
  let written = '';
  const stream = new Writable({
    write: (chunk, _encoding, done) => {
      written += String(chunk);
      done();
    },
  });
  const tickers = new Set<() => void>();
  const clock = new VirtualClock();
  const stop = new AbortController();
  const textOf = (line: Line) => line.map((part) => (typeof part === 'string' ? part : part.text)).join('');
  const progress = new Progress(
    {
      clock,
      columns: () => 0,
      every: (_milliseconds, act) => {
        tickers.add(act);
        return () => tickers.delete(act);
      },
      stop: stop.signal,
    },
    {
      statusLine: kind === 'drawn' ? new StatusLine({ stdout: stream, stderr: stream }) : undefined,
      render: textOf,
      tell: (line) => stream.write(`${textOf(line)}\n`),
    },
  );
  const read = () => {
    const text = written
      .replaceAll('\u001b[?7l', '')
      .replaceAll('\u001b[?7h\u001b[J\r', '|')
      .replaceAll('\r\u001b[J', '<');
    written = '';
    return text.replaceAll('\r', '');
  };
  const tick = (seconds: number) => {
    clock.time += seconds * 1000;
    for (const act of tickers) act();
    return read();
  };
  return { progress, tick, stop, read, tickers };
}

test('Progress draws when it ticks, and erases at the end', () => {
  const { progress, tick, read, tickers } = open('drawn');
  progress.begin('opening');
  assert.equal(read(), '');
  assert.equal(tick(1), 'Opening the organization: 1 s|');
  progress.begin('signing');
  assert.equal(tick(1), 'Signing the plan: 1 s|');
  progress.end();
  assert.equal(read(), '<');
  assert.equal(tickers.size, 0);
  progress.show({ type: 'step-ended' });
  assert.equal(tick(1), '');
});

test('Progress goes on drawing after an end, with one ticker', () => {
  const { progress, tick, tickers } = open('drawn');
  progress.begin('opening');
  progress.end();
  progress.begin('checking', 2);
  progress.begin('checking', 3);
  assert.equal(tickers.size, 1);
  assert.equal(tick(1), 'Checking: 0 of 3|');
});

test('Progress draws at once that somebody asked to stop, and tells nothing more often for it', () => {
  const drawn = open('drawn');
  drawn.progress.begin('opening');
  drawn.stop.abort();
  assert.equal(drawn.read(), 'Stopping: 0 s|');
  const told = open('told');
  told.progress.begin('opening');
  told.stop.abort();
  assert.equal(told.read(), '');
  assert.equal(told.tick(10), 'Stopping: 10 s\n');
  told.progress.end();
  told.progress.begin('signing');
  assert.equal(told.tick(10), 'Stopping: 10 s\n');
});

test('Progress writes nothing at the end where it is told in lines', () => {
  const { progress, tick, read } = open('told');
  progress.begin('opening');
  assert.equal(tick(10), 'Opening the organization: 10 s\n');
  progress.end();
  assert.equal(read(), '');
});
