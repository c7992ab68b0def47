import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { CREDENTIAL_KINDS } from '../../src/core/action/credentials.js';
import { makeVisible } from '../../src/core/base/text.js';
import { listBlockers, listFullEntries } from '../../src/core/plan/blocker.js';
import { DECISIONS, type FullEntry, type Plan } from '../../src/core/plan/plan.js';
import { FINDING_CODES } from '../../src/core/policy/findings.js';
import { readPageScript, readPageStyle } from '../../src/files/io/page-assets.js';
import { renderPlanHtml } from '../../src/views/plan/plan-html.js';
import { createHarness } from '../cli/harness.js';
import { SCENARIO } from '../cli/planned.js';
import { largePlan } from '../views/large-plan.js';
import { ENTRIES, planOf } from '../views/plans.js';
import { reviewOf } from '../views/reviews.js';
import { NO_BROWSER, openHtml } from './browser.js';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const skip = { skip: NO_BROWSER };

const assets = { style: await readPageStyle(), script: await readPageScript() };
const render = (plan: Plan) => renderPlanHtml(reviewOf(plan), assets);
const HOSTILE = largePlan({ accounts: 2_000 });

/** What axe-core finds serious or worse. */
async function findBarriers(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const { violations } = (await page.evaluate('axe.run()')) as {
    violations: { id: string; impact: string; nodes: { html: string }[] }[];
  };
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
}

/** `12 of 2,000 accounts`: 12. */
async function shownCount(page: Page): Promise<number> {
  const status = await page.getByRole('status').innerText();
  return Number(status.split(' ')[0]?.replaceAll(',', ''));
}

async function columnOf(page: Page, column: number): Promise<string[]> {
  return page.locator(`table.accounts tbody tr > :nth-child(${column})`).allInnerTexts();
}

for (const colorScheme of ['light', 'dark'] as const) {
  test(
    `the page of 2,000 hostile accounts asks nobody, breaks nothing and bars nobody (${colorScheme})`,
    skip,
    async () => {
      const { page, incidents } = await openHtml(render(HOSTILE), { colorScheme });
      assert.equal(await shownCount(page), 2_000);
      assert.deepEqual(await findBarriers(page), []);
      await page.locator('.blockers summary').first().click();
      await page.getByRole('link', { name: '200000000000' }).first().click();
      assert.deepEqual(await findBarriers(page), []);
      assert.deepEqual(incidents, []);
    },
  );
}

test('the page of a phone is no wider than the phone, and bars nobody', skip, async () => {
  const { page, incidents } = await openHtml(render(HOSTILE), { viewport: { width: 390, height: 844 } });
  const width = () => page.evaluate('document.documentElement.scrollWidth');
  assert.equal(await width(), 390);
  assert.deepEqual(await findBarriers(page), []);
  await page.locator('table.accounts a').first().click();
  assert.equal(await width(), 390);
  assert.deepEqual(await findBarriers(page), []);
  assert.deepEqual(incidents, []);
});

test(
  'names, units and messages are text on the page, and nothing of theirs is an element',
  skip,
  async () => {
    const { page, incidents } = await openHtml(render(HOSTILE));
    const foreign =
      'document.querySelectorAll("img, iframe, object, embed, form, b, i, [onerror], [onmouseover], a[href^=http], a[href^=javascript]").length';
    assert.equal(await page.evaluate(foreign), 0);
    assert.equal(await page.evaluate('document.scripts.length'), 2);
    for (const entry of listFullEntries(HOSTILE).slice(1, 41)) {
      await page.evaluate(`location.hash = 'account/${entry.id}'`);
      const title = page.getByRole('heading', { name: `Account ${entry.id}` });
      await title.waitFor();
      assert.ok(
        (await title.innerText())
          .replace(/\s+/g, ' ')
          .includes(makeVisible(entry.name).replace(/\s+/g, ' ').trim()),
      );
      assert.equal(await page.evaluate(foreign), 0);
    }
    assert.deepEqual(incidents, []);
  },
);

test('nothing runs on the page but the script that its policy names', skip, async () => {
  const hostile = render(HOSTILE).replace(
    '</header>',
    '<script>document.title = "taken over"</script><img src=x onerror="document.title = 1"></header>',
  );
  const { page, incidents } = await openHtml(hostile);
  assert.equal(await page.title(), 'rootsweep plan for o-exampleorgid');
  // The script, the image, and the script within the image's attribute.
  const refused = incidents.filter((it) => /violates the following Content Security Policy/.test(it));
  assert.equal(refused.length, 3);
  assert.deepEqual(
    incidents.filter((it) => !refused.includes(it) && !/^request: file:.*\/x$/.test(it)),
    [],
  );
});

test('each filter and each unit shows as many accounts as the plan has', skip, async () => {
  const { page, incidents } = await openHtml(render(HOSTILE));
  const full = listFullEntries(HOSTILE);
  const count = (fits: (entry: FullEntry) => boolean) => full.filter(fits).length;
  const clear = () => page.getByRole('button', { name: 'Clear' }).click();

  for (const decision of DECISIONS) {
    const expected = HOSTILE.totals.decisions[decision];
    if (expected === 0) continue;
    const tile = page.locator(`.tile.${decision}`);
    await tile.click();
    assert.equal(await tile.getAttribute('aria-pressed'), 'true');
    assert.equal(await shownCount(page), expected, decision);
    assert.equal(Number((await tile.locator('.big').innerText()).replaceAll(',', '')), expected);
    await clear();
  }
  for (const code of FINDING_CODES) {
    const expected = count(({ findings }) => findings.some((finding) => finding.code === code));
    if (expected === 0) continue;
    await page.getByLabel('Finding').selectOption(code);
    assert.equal(await shownCount(page), expected, code);
  }
  await clear();
  for (const kind of CREDENTIAL_KINDS) {
    await page.getByLabel('Holds').selectOption(kind);
    const holds = ({ observed }: FullEntry) =>
      observed?.kind === 'audited' && observed.credentials.some((credential) => credential.kind === kind);
    assert.equal(await shownCount(page), count(holds), kind);
  }
  await clear();
  await page.locator('.tree .unit', { hasText: 'Workloads' }).click();
  assert.equal(
    await shownCount(page),
    count(({ ou }) => ou?.startsWith('/Workloads/') === true || ou === '/Workloads'),
  );
  await page.locator('.tree').getByRole('button', { name: 'Open Workloads' }).click();
  for (const unit of new Set(
    full
      .slice(1)
      .map(({ ou = '' }) => ou)
      .slice(0, 200),
  )) {
    const label = makeVisible(unit.slice(unit.lastIndexOf('/') + 1));
    const choice = page
      .locator('.tree ul ul ul .unit')
      .filter({ has: page.getByText(label, { exact: true }) });
    if ((await choice.count()) !== 1) continue;
    await choice.click();
    assert.equal(
      await shownCount(page),
      count(({ ou }) => ou === unit),
      unit,
    );
  }
  assert.deepEqual(incidents, []);
});

test('a search finds ids, names, units and findings, and all of its words must fit', skip, async () => {
  const plan = largePlan({ accounts: 500, tame: true });
  const { page } = await openHtml(render(plan));
  const full = listFullEntries(plan);
  const search = async (text: string) => {
    await page.getByLabel('Search').fill(text);
    return shownCount(page);
  };
  assert.equal(await search('200000000007'), 1);
  assert.deepEqual(await columnOf(page, 1), ['200000000007']);
  assert.equal(await search('clean'), plan.totals.decisions.clean);
  const named = full.filter(({ name, email, ou }) =>
    [name, email?.masked, ou].some((it) => it?.includes('payments')),
  );
  assert.ok(named.length > 0);
  assert.equal(await search('PAYMENTS'), named.length);
  const both = named.filter(({ findings }) => findings.some(({ code }) => code === 'password-without-mfa'));
  assert.equal(await search('payments password-without-mfa'), both.length);
  assert.equal(await search('nothing is called so'), 0);
  assert.equal(await search(''), 500);
});

test('pages of accounts are turned, and in print all of them are there', skip, async () => {
  const { page } = await openHtml(render(HOSTILE));
  assert.equal((await columnOf(page, 1)).length, 50);
  const first = (await columnOf(page, 1))[0];
  await page.getByRole('button', { name: 'Next' }).click();
  assert.notEqual((await columnOf(page, 1))[0], first);
  assert.ok(await page.getByRole('button', { name: 'Previous' }).isEnabled());
  await page.emulateMedia({ media: 'print' });
  await page.evaluate('dispatchEvent(new Event("beforeprint"))');
  assert.equal((await columnOf(page, 1)).length, 2_000);
  assert.ok(await page.locator('.tree').isHidden());
  assert.equal(await page.locator('details:not([open])').count(), 0);
  assert.equal(
    await page.evaluate(
      '[...document.querySelectorAll(".scroll")].filter((it) => it.scrollWidth > it.clientWidth).length',
    ),
    0,
  );
  await page.evaluate('dispatchEvent(new Event("afterprint"))');
  assert.equal((await columnOf(page, 1)).length, 50);
});

test('with the keyboard alone, an account is found, opened and left again', skip, async () => {
  const { page } = await openHtml(render(HOSTILE));
  const focused = () => page.evaluate('document.activeElement.textContent') as Promise<string>;
  await page.keyboard.press('Tab');
  assert.equal(await focused(), 'Skip to the accounts');
  await page.getByLabel('Search').focus();
  await page.keyboard.type('200000000013');
  for (let presses = 0; (await focused()) !== '200000000013'; presses += 1) {
    assert.ok(presses < 10);
    await page.keyboard.press('Tab');
  }
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Account 200000000013' }).waitFor();
  assert.match(await focused(), /^Account 200000000013 /);
  await page.keyboard.press('Tab');
  await page.goBack();
  assert.equal(await focused(), '200000000013');
  assert.equal(await shownCount(page), 1);
});

test(
  'the page of an account shows what was seen, what goes in which step, and the rule that decided',
  skip,
  async () => {
    const { page } = await openHtml(render(planOf(ENTRIES)), { hash: '#account/222222222222' });
    const account = page.getByRole('article');
    assert.match(await account.innerText(), /Decided by\s+every member account/);
    assert.deepEqual(await account.locator('tbody tr').allInnerTexts(), [
      'password\t\t\t2019-02-04T00:00:00Z\tnot told\tdeleted, step 1',
      'mfa-device\tarn:aws:iam::222222222222:mfa/root-account-mfa-device\t\t2020-01-01T00:00:00Z\tnot told\tdeleted, step 2',
    ]);
    await page.evaluate('location.hash = "account/555555555555"');
    await page.getByText('nobody knows: denied').waitFor();
    assert.match(await account.innerText(), /block\s+audit-unknown\s+The audit failed: denied/);
    await page.evaluate('location.hash = "account/666666666666"');
    await page.getByText('reports no root credentials of any kind').waitFor();
    await page.evaluate('location.hash = "account/444444444444"');
    await page.getByText('It was not looked at.').waitFor();
    assert.match(await account.innerText(), /Reason\s+break-glass, until 2027-03-31/);
  },
);

test(
  'without a script the page still says what the plan comes to, and names every blocker',
  skip,
  async () => {
    const { page, incidents } = await openHtml(render(HOSTILE), { javaScriptEnabled: false });
    await page.getByText('The accounts are drawn by a script').waitFor();
    const text = await page.locator('.blockers').first().locator('li').allTextContents();
    const ids = listBlockers(HOSTILE).map(({ entry }) => entry?.id);
    assert.deepEqual(
      text.map((it) => it.slice(0, 12)),
      ids,
    );
    assert.deepEqual(incidents, []);
  },
);

test('10,000 accounts are there, and how long the page takes is printed', skip, async (t) => {
  const plan = largePlan({ accounts: 10_000, tame: true });
  const html = render(plan);
  const { page, incidents } = await openHtml(html);
  assert.equal(await shownCount(page), 10_000);
  const paint = await page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime");
  const typed = (await page.evaluate(`new Promise((done) => {
    const search = document.getElementById('search');
    const times = [];
    const type = (rest) => {
      if (rest === '') return done(times);
      const before = performance.now();
      search.value += rest[0];
      search.dispatchEvent(new Event('input'));
      requestAnimationFrame(() => setTimeout(() => { times.push(performance.now() - before); type(rest.slice(1)); }));
    };
    type('payments');
  })`)) as number[];
  const worst = Math.max(...typed);
  t.diagnostic(
    `10,000 accounts, ${(html.length / 2 ** 20).toFixed(1)} MiB: first paint after ${Math.round(Number(paint))} ms, a keystroke in the search to the next frame at most ${Math.round(worst)} ms`,
  );
  assert.ok((await shownCount(page)) < 10_000);
  assert.deepEqual(incidents, []);
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(
    `the page of an audit needs no script, asks nobody and bars nobody (${colorScheme})`,
    skip,
    async (t) => {
      const { run } = await createHarness(t, SCENARIO);
      const { stdout } = await run(['audit', '--format', 'html']);
      const { page, incidents } = await openHtml(stdout, { colorScheme });
      assert.deepEqual(await findBarriers(page), []);
      assert.equal(await page.locator('table.accounts tbody tr').count(), 3);
      assert.deepEqual(incidents, []);
    },
  );
}
