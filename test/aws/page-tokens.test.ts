import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PageTokens } from '../../src/aws/page-tokens.js';

/** How many tokens are taken of a list that begins with some pages and then leads in a circle. */
function countPages(before: number, circle: number): number {
  const tokens = new PageTokens();
  for (let page = 0; ; page += 1) {
    const fault = tokens.findFault(`${page < before ? page : before + ((page - before) % circle)}`);
    if (fault !== undefined) {
      assert.equal(fault, 'the token of an earlier page again');
      return page + 1;
    }
  }
}

test('findFault finds every circle within three times the pages that there are', () => {
  for (const size of [1, 2, 4, 8, 16, 32]) {
    for (const before of [0, 1, size, 3 * size]) {
      const pages = countPages(before, size);
      assert.ok(pages <= 3 * (before + size) + 3, `${before}, ${size}: ${pages}`);
    }
  }
});

test('findFault finds nothing in a list that ends, however long AWS lets it be', () => {
  const tokens = new PageTokens();
  for (let page = 1; page < 50_000; page += 1) assert.equal(tokens.findFault(`${page}`), undefined);
  assert.equal(tokens.findFault(undefined), undefined);
});

test('findFault ends a list whose tokens are new for ever', () => {
  const tokens = new PageTokens();
  let page = 1;
  while (tokens.findFault(`${page}`) === undefined) page += 1;
  assert.equal(page, 60_000);
});
