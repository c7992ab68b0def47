/** How SSH writes values one after another (RFC 4251, section 5), read strictly: each value has one encoding. */

/** The bytes of a `string`, and what follows them; undefined where there are fewer bytes than it says. */
export function takeString(bytes: Buffer): { readonly taken: Buffer; readonly rest: Buffer } | undefined {
  if (bytes.length < 4) return undefined;
  const end = 4 + bytes.readUInt32BE(0);
  return end > bytes.length ? undefined : { taken: bytes.subarray(4, end), rest: bytes.subarray(end) };
}

/** All the `string`s of which the bytes consist; undefined where anything is left over. */
export function splitStrings(bytes: Buffer): Buffer[] | undefined {
  const strings: Buffer[] = [];
  let rest = bytes;
  while (rest.length > 0) {
    const next = takeString(rest);
    if (next === undefined) return undefined;
    strings.push(next.taken);
    rest = next.rest;
  }
  return strings;
}

/** The magnitude, big-endian, of a positive `mpint` without its length; undefined for another number or spelling. */
export function parsePositive(mpint: Buffer): Buffer | undefined {
  const [first = 0x80, second = 0] = mpint;
  if (first >= 0x80) return undefined;
  // A zero in front is there to keep the number positive, and for nothing else.
  if (first === 0) return second < 0x80 ? undefined : mpint.subarray(1);
  return mpint;
}

export function encodeStrings(...strings: readonly (Uint8Array | string)[]): Buffer {
  return Buffer.concat(
    strings.flatMap((string) => {
      const bytes = Buffer.from(string);
      const length = Buffer.alloc(4);
      length.writeUInt32BE(bytes.length);
      return [length, bytes];
    }),
  );
}
