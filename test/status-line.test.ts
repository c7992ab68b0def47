import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { test } from 'node:test';
import { StatusLine } from '../src/status-line.js';

/** What reaches the terminal, in order, in readable form: `<` erases, `[…]` is what is drawn. */
function openScreen() {
  let written = '';
  const collect = () =>
    new Writable({
      write: (chunk, _encoding, done) => {
        written += String(chunk);
        done();
      },
    });
  const statusLine = new StatusLine({ stdout: collect(), stderr: collect() });
  return {
    statusLine,
    written: () =>
      written
        .replaceAll('\u001b[?7l', '[')
        .replaceAll('\u001b[?7h\u001b[J\r', ']')
        .replaceAll('\r\u001b[J', '<')
        .replaceAll('\r[', '['),
  };
}

test('StatusLine erases itself before anything that is written, and stands below what goes to stderr', () => {
  const { statusLine, written } = openScreen();
  statusLine.stderr.write('before\n');
  statusLine.draw('one');
  statusLine.stderr.write('a line\n');
  statusLine.stdout.write('a result\n');
  statusLine.draw('one');
  statusLine.draw('two');
  statusLine.erase();
  statusLine.stdout.write('after\n');
  assert.equal(written(), 'before\n[one]<a line\n[one]<a result\n[one][two]<after\n');
});

test('StatusLine draws nothing twice, and erases nothing that is not there', () => {
  const { statusLine, written } = openScreen();
  statusLine.erase();
  statusLine.draw('one');
  statusLine.draw('one');
  statusLine.erase();
  statusLine.erase();
  assert.equal(written(), '[one]<');
});

test('StatusLine draws nothing behind what does not end its line, until it is begun anew', () => {
  const { statusLine, written } = openScreen();
  statusLine.draw('one');
  statusLine.stderr.write('Go on? ');
  statusLine.draw('two');
  statusLine.stderr.write('');
  statusLine.draw('two');
  assert.equal(written(), '[one]<Go on? ');
  statusLine.begin();
  statusLine.draw('two');
  assert.equal(written(), '[one]<Go on? [two]');
});

test('StatusLine stays where it is when nothing is written', () => {
  const { statusLine, written } = openScreen();
  statusLine.draw('one');
  statusLine.stderr.write('');
  statusLine.stderr.write(Buffer.from('a line\n'));
  assert.equal(written(), '[one]<a line\n[one]');
});
