/** A promise that was broken. */
export class Violation extends Error {
  override readonly name = 'Violation';
  constructor(promise: number, sentence: string) {
    super(`promise ${promise}: ${sentence}`);
  }
}

/** @throws the first of them. */
export function raise(violations: readonly Violation[]): void {
  const [first] = violations;
  if (first !== undefined) throw first;
}
