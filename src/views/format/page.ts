/**
 * A self-contained HTML file that needs no network, other file or server. Its content security policy allows only the
 * style and the script whose hashes it names. Its data is inert JSON (promise 12).
 */
import { createHash } from 'node:crypto';
import { stringifyVisibly } from '../../core/base/text.js';
import { escapeHtml } from './html.js';

/** Built from `src/page`. */
export interface PageAssets {
  readonly style: string;
  readonly script?: string;
}

/** @param body HTML in which all text from outside is escaped. */
export function renderPage(
  title: string,
  body: readonly string[],
  { style, script }: PageAssets,
  data: object | undefined,
): string {
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${describePolicy(style, script)}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="referrer" content="no-referrer">',
    // Browsers would request one from the server.
    '<link rel="icon" href="data:,">',
    `<title>${escapeHtml(title)}</title>`,
    `<style>${style}</style>`,
    '</head>',
    '<body>',
    ...body,
    ...(data === undefined ? [] : [`<script type="application/json" id="plan">${inertJson(data)}</script>`]),
    ...(script === undefined ? [] : [`<script>${script}</script>`]),
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

function describePolicy(style: string, script: string | undefined): string {
  const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  return [
    "default-src 'none'",
    `style-src ${hash(style)}`,
    `script-src ${script === undefined ? "'none'" : hash(script)}`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');
}

/** JSON in which no text can end the script element. */
function inertJson(data: object): string {
  return stringifyVisibly(data).replace(
    /[<>&]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
