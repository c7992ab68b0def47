/** The SSH wire format (RFC 4251, section 5), parsed strictly: each value has one encoding. */

/** Takes a `string` and returns it with the remaining bytes; undefined if there are too few bytes. */
export function takeString(bytes: Buffer): { readonly taken: Buffer; readonly rest: Buffer } | undefined {
  if (bytes.length < 4) return undefined;
  const end = 4 + bytes.readUInt32BE(0);
  return end > bytes.length ? undefined : { taken: bytes.subarray(4, end), rest: bytes.subarray(end) };
}

/** Splits bytes into `string`s; undefined if anything is left over. */
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

/** The big-endian magnitude of a positive `mpint`; undefined for another number or a non-minimal encoding. */
export function parsePositive(mpint: Buffer): Buffer | undefined {
  const [first = 0x80, second = 0] = mpint;
  if (first >= 0x80) return undefined;
  // A leading zero is allowed only where it keeps the number positive.
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
