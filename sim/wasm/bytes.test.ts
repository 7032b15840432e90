import fc from "fast-check";
import { expect, test } from "vitest";
import { Bytes } from "./bytes.ts";

const bytesOf = (write: (bytes: Bytes) => void): number[] => {
  const bytes = new Bytes();
  write(bytes);
  return [...bytes.view()];
};

/** LEB128 read back by the definition: seven bits a byte, the lowest first. */
function decode(bytes: readonly number[], signed: boolean): bigint {
  let value = 0n;
  bytes.forEach((byte, i) => {
    value |= BigInt(byte & 0x7f) << BigInt(7 * i);
    expect(byte >> 7).toBe(i < bytes.length - 1 ? 1 : 0);
  });
  return signed ? BigInt.asIntN(7 * bytes.length, value) : value;
}

test("the examples of the DWARF standard's LEB128", () => {
  expect(bytesOf((b) => b.unsigned(624_485))).toEqual([0xe5, 0x8e, 0x26]);
  expect(bytesOf((b) => b.signed32(-123_456))).toEqual([0xc0, 0xbb, 0x78]);
  expect(bytesOf((b) => b.signed64(-128n))).toEqual([0x80, 0x7f]);
  expect(bytesOf((b) => b.signed32(63))).toEqual([63]);
  expect(bytesOf((b) => b.signed32(64))).toEqual([0xc0, 0]);
});

test("every number reads back, in as few bytes as can be", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 32 - 1 }), fc.bigInt(-(1n << 63n), (1n << 63n) - 1n), (small, large) => {
      expect(
        decode(
          bytesOf((b) => b.unsigned(small)),
          false,
        ),
      ).toBe(BigInt(small));
      expect(
        decode(
          bytesOf((b) => b.signed32(small)),
          true,
        ),
      ).toBe(BigInt(small | 0));
      expect(
        decode(
          bytesOf((b) => b.signed64(large)),
          true,
        ),
      ).toBe(large);
      const bits = (large < 0n ? ~large : large).toString(2).length + (large === 0n || large === -1n ? 0 : 1);
      expect(bytesOf((b) => b.signed64(large)).length).toBe(Math.max(1, Math.ceil(bits / 7)));
    }),
  );
});

test("a signed number and its unsigned twin are the same bytes", () => {
  expect(bytesOf((b) => b.signed32(0xffffffff))).toEqual(bytesOf((b) => b.signed32(-1)));
  expect(bytesOf((b) => b.signed64((1n << 64n) - 1n))).toEqual(bytesOf((b) => b.signed64(-1n)));
});

test("bytes grow, names are UTF-8 with their length", () => {
  const bytes = new Bytes();
  for (let i = 0; i < 1000; i++) bytes.byte(i & 0xff);
  bytes.append(new Uint8Array(5000).fill(7));
  expect(bytes.length).toBe(6000);
  expect([bytes.view()[999], bytes.view()[5999]]).toEqual([999 & 0xff, 7]);
  expect(bytesOf((b) => b.name("µ"))).toEqual([2, 0xc2, 0xb5]);
});
