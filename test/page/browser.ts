/** A real browser, where there is one: Debian's Chromium, Chrome, or the one that ROOTSWEEP_CHROMIUM names. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { after } from 'node:test';
import { pathToFileURL } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

const PATHS = ['chromium', 'google-chrome'].flatMap((name) =>
  (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, name)),
);
const CHROMIUM = [process.env.ROOTSWEEP_CHROMIUM, ...PATHS].find((it) => it !== undefined && existsSync(it));

/** Why a test that needs a browser is skipped, or false. */
export const NO_BROWSER = CHROMIUM === undefined && 'there is no Chromium: apt-get install chromium';

let browser: Promise<Browser> | undefined;
let folder: Promise<string> | undefined;

after(async () => {
  await (await browser)?.close();
  if (folder !== undefined) await rm(await folder, { recursive: true });
});

export interface OpenedPage {
  readonly page: Page;
  /** Errors of the console and of scripts, dialogs, and whatever was asked of anybody: all of it is a defect. */
  readonly incidents: readonly string[];
}

/** Opens HTML as a file, as a reader does who has downloaded it. */
export async function openHtml(
  html: string,
  { hash = '', ...options }: BrowserContextOptions & { readonly hash?: string } = {},
): Promise<OpenedPage> {
  assert.ok(CHROMIUM !== undefined);
  // No sandbox: as root, which CI often is, Chromium does not start with one.
  browser ??= chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'], timeout: 0 });
  folder ??= mkdtemp(join(tmpdir(), 'rootsweep-page-'));
  const file = join(await folder, 'page.html');
  await writeFile(file, html);
  const context = await (await browser).newContext(options);
  // A busy machine takes its time; what hangs, the runner of the tests ends.
  context.setDefaultTimeout(0);
  const page = await context.newPage();
  const incidents: string[] = [];
  const url = pathToFileURL(file).href;
  page.on('console', (message) => incidents.push(`console: ${message.text()}`));
  page.on('pageerror', (error) => incidents.push(`error: ${error.message}`));
  page.on('dialog', (dialog) => {
    incidents.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => {
    if (request.url() !== url && request.url() !== 'data:,') incidents.push(`request: ${request.url()}`);
  });
  await page.goto(url + hash);
  return { page, incidents };
}
