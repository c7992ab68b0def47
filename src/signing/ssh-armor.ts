/** OpenSSH armor: base64 between BEGIN and END lines. */

/**
 * Decodes the armored bytes.
 * @param label such as `SSH SIGNATURE`.
 * @returns undefined if the text is not exactly one armored block with this label.
 */
export function decodeArmor(text: string, label: string): Buffer | undefined {
  const lines = text.trimEnd().split(/\r?\n/);
  if (lines[0] !== `-----BEGIN ${label}-----` || lines.at(-1) !== `-----END ${label}-----`) return undefined;
  const base64 = lines.slice(1, -1).join('');
  const bytes = Buffer.from(base64, 'base64');
  return bytes.toString('base64') === base64 ? bytes : undefined;
}
