/** The armor of OpenSSH: base64 between a line that begins a thing and one that ends it. */

/**
 * The bytes inside.
 * @param label such as `SSH SIGNATURE`.
 * @returns undefined where the text is not one thing in such an armor.
 */
export function decodeArmor(text: string, label: string): Buffer | undefined {
  const lines = text.trimEnd().split(/\r?\n/);
  if (lines[0] !== `-----BEGIN ${label}-----` || lines.at(-1) !== `-----END ${label}-----`) return undefined;
  const base64 = lines.slice(1, -1).join('');
  const bytes = Buffer.from(base64, 'base64');
  return bytes.toString('base64') === base64 ? bytes : undefined;
}
