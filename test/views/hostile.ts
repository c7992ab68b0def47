/** Names that try to do something to whoever reads them. */
export const HOSTILE: readonly [what: string, text: string][] = [
  ['colours', '\u001b[31mred\u001b[0m'],
  ['a moving cursor', '\u001b[2K\u001b[1A'],
  ['the single character that begins a sequence', '\u009b31m'],
  ['a link', '\u001b]8;;https://example.com\u001b\\click\u001b]8;;\u001b\\'],
  ['a title', '\u001b]0;title\u0007'],
  ['a carriage return', 'shop\rproduction'],
  ['a backspace', 'shop\b\b\b\b'],
  ['a direction override', 'shop\u202egnp.exe'],
  ['a direction isolate', '\u2066shop\u2069'],
  ['a zero width space', 'sh\u200bop'],
  ['a line break', 'shop\nApply complete.'],
  ['a line separator', 'shop\u2028Apply complete.'],
  ['a workflow command', '\n::set-output name=x::y'],
  ['a workflow command of its own line', '::add-mask::x'],
  ['a workflow command after white space', ' \t ::error::x'],
  ['a log group', '##[group]x'],
  ['a log command after many signs', '####[error]x'],
  ['tags that do not show', '\u{e0041}\u{e0042}'],
  ['a byte order mark', '\ufeffshop'],
];

/** What a terminal or a CI runner would act upon. */
export function findLive(output: string): string[] {
  const lines = output.split('\n');
  return [
    ...(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\u{e0000}-\u{e007f}]/u.test(
      output,
    )
      ? ['an invisible character']
      : []),
    ...(lines.some((line) => /^\s*::/.test(line)) ? ['a line that begins with "::"'] : []),
    ...(output.includes('##[') ? ['"##["'] : []),
  ];
}
