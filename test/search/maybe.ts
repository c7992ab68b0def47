import fc from 'fast-check';

/** There `present` times as often as `absent` times not. */
export const maybe = <T>(arbitrary: fc.Arbitrary<T>, present: number, absent: number) =>
  fc.oneof({ weight: absent, arbitrary: fc.constant(undefined) }, { weight: present, arbitrary });
