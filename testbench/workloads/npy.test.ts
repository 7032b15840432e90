import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { Random } from "../bench/random.ts";
import { InputError } from "../input-error.ts";
import { int8Matrix, int32Matrix, randomInt8Matrix } from "./matrix.ts";
import { decodeInt8Npy, encodeNpy, readInt8Npy, writeNpy } from "./npy.ts";

const folder = mkdtempSync(join(tmpdir(), "systole-npy-"));
afterAll(() => rmSync(folder, { recursive: true }));

const latin1 = (text: string) => Buffer.from(text, "latin1");

/** A .npy file by hand: the header as given, not padded. */
function file(header: string, data: readonly number[] = [], version = 1, claimed = header.length): Buffer {
  const length = Buffer.alloc(version === 1 ? 2 : 4);
  length.writeUIntLE(claimed, 0, length.length);
  return Buffer.concat([
    latin1("\x93NUMPY"),
    Buffer.from([version, 0]),
    length,
    latin1(header),
    Buffer.from(Int8Array.from(data).buffer),
  ]);
}

function header(descr: string, shape: string, order = "False"): string {
  return `{'descr': ${descr}, 'fortran_order': ${order}, 'shape': ${shape}, }\n`;
}

function message(bytes: Uint8Array): string {
  try {
    decodeInt8Npy(bytes, "a.npy");
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
  return "no error";
}

const sixBytes = [1, -2, 3, -128, 127, 0];
const twoByThree = int8Matrix(2, 3, Int8Array.from(sixBytes));
const matrices = fc
  .tuple(fc.nat(), fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 12 }))
  .map(([seed, rows, cols]) => randomInt8Matrix(new Random(seed), rows, cols));

describe("reading", () => {
  it.each([1, 2, 3])("reads version %s.0", (version) => {
    expect(decodeInt8Npy(file(header("'|i1'", "(2, 3)"), sixBytes, version), "a.npy")).toEqual(twoByThree);
  });

  it.each(["'|i1'", "'<i1'", "'>i1'", "'=i1'", "'i1'", '"|i1"'])(
    "takes the type %s, a byte having no order",
    (descr) => {
      expect(decodeInt8Npy(file(header(descr, "(2, 3)"), sixBytes), "a.npy")).toEqual(twoByThree);
    },
  );

  it("reads Fortran order", () => {
    const columns = [1, -128, -2, 127, 3, 0];
    expect(decodeInt8Npy(file(header("'|i1'", "(2, 3)", "True"), columns), "a.npy")).toEqual(twoByThree);
  });

  it("reads what Python 2 wrote, and keys in another order", () => {
    const text = '{"shape": (2L, 3L), "descr": "|i1", "fortran_order": False}';
    expect(decodeInt8Npy(file(text, sixBytes), "a.npy")).toEqual(twoByThree);
  });

  it("reads bytes that lie anywhere in their buffer", () => {
    const bytes = file(header("'|i1'", "(2, 3)"), sixBytes);
    const within = new Uint8Array(bytes.length + 3);
    within.set(bytes, 3);
    expect(decodeInt8Npy(within.subarray(3), "a.npy")).toEqual(twoByThree);
  });
});

describe("writing", () => {
  it("writes int32 as numpy.save does", () => {
    const bytes = Buffer.from(encodeNpy(int32Matrix(1, 2, Int32Array.of(-2, 0x01020304))));
    expect(bytes.length).toBe(128 + 8);
    expect(bytes.toString("latin1", 0, 6)).toBe("\x93NUMPY");
    expect([...bytes.subarray(6, 10)]).toEqual([1, 0, 118, 0]);
    const text = "{'descr': '<i4', 'fortran_order': False, 'shape': (1, 2), }";
    expect(bytes.toString("latin1", 10, 128)).toBe(`${text}${" ".repeat(117 - text.length)}\n`);
    expect([...bytes.subarray(128)]).toEqual([0xfe, 0xff, 0xff, 0xff, 4, 3, 2, 1]);
  });

  it("reads back every int8 matrix it writes", () => {
    fc.assert(
      fc.property(matrices, (matrix) => {
        expect(decodeInt8Npy(encodeNpy(matrix), "a.npy")).toEqual(matrix);
      }),
    );
  });

  it("writes and reads files, and leaves nothing beside them", () => {
    const path = join(folder, "a.npy");
    writeNpy(path, int8Matrix(1, 1));
    writeNpy(path, twoByThree);
    expect(readInt8Npy(path)).toEqual(twoByThree);
    writeNpy(join(folder, "c.npy"), int32Matrix(1, 1, Int32Array.of(7)));
    expect(readFileSync(join(folder, "c.npy")).readInt32LE(128)).toBe(7);
    expect(readdirSync(folder).sort()).toEqual(["a.npy", "c.npy"]);
  });
});

describe("refusing, in one line", () => {
  const anew = "write the file anew with numpy.save";
  const dictionary = header("'|i1'", "(2, 3)");
  it.each<[string, Uint8Array, string]>([
    ["an empty file", Buffer.alloc(0), `the file is empty; ${anew}`],
    ["another format", latin1("PK\x03\x04 zip"), `not a .npy file: it does not begin with \\x93NUMPY; ${anew}`],
    [
      "an unknown version",
      file(dictionary, sixBytes, 4),
      `.npy version 4.0 is unknown; versions 1.0, 2.0 and 3.0 are read; ${anew}`,
    ],
    [
      "a header cut short",
      file(dictionary, [], 1, 200),
      `truncated in its header: 210 bytes expected, ${10 + dictionary.length} found; ${anew}`,
    ],
    [
      "an absurd header length",
      file(dictionary, [], 2, 0xffffffff),
      `its header claims 4294967295 bytes, at most 10000 are read; ${anew}`,
    ],
    [
      "a header that is no literal",
      file("{'descr'"),
      `its header is not a Python dictionary: ':' missing at character 8; ${anew}`,
    ],
    ["a header that is a tuple", file("(1, 2)"), `its header is a Python tuple, not a dictionary; ${anew}`],
    ["a missing key", file("{'descr': '|i1', 'shape': (1, 1)}"), `its header has no 'fortran_order'; ${anew}`],
    ["an extra key", file(dictionary.replace(", }", ", 'x': 1}")), `its header has an unknown key 'x'; ${anew}`],
    [
      "a type that is a number",
      file(header("3", "(2, 3)")),
      `'descr' in its header is a Python integer, not a type; ${anew}`,
    ],
    [
      "an order that is a number",
      file(header("'|i1'", "(2, 3)", "0")),
      `'fortran_order' in its header is a Python integer, not a boolean; ${anew}`,
    ],
    [
      "a shape that is a list",
      file(header("'|i1'", "[2, 3]")),
      `'shape' in its header is a Python list, not a tuple; ${anew}`,
    ],
    [
      "a shape of strings",
      file(header("'|i1'", "('2', 3)")),
      `'shape' in its header holds a Python string, not integers only; ${anew}`,
    ],
    [
      "data cut short",
      file(dictionary, [1, 2, 3, 4, 5]),
      `truncated: shape (2, 3) needs 6 bytes of data, 5 found; ${anew}`,
    ],
    [
      "data left over",
      file(dictionary, [...sixBytes, 0]),
      `bytes left over after the array: shape (2, 3) needs 6 bytes of data, 7 found; ${anew}`,
    ],
  ])("%s", (_, bytes, wanted) => {
    expect(message(bytes)).toBe(`a.npy: ${wanted}`);
  });

  it.each([
    ["'<f4'", "float32 ('<f4')"],
    ["'<i4'", "int32 ('<i4')"],
    ["'>i4'", "big-endian int32 ('>i4')"],
    ["'|u1'", "uint8 ('|u1')"],
    ["'|b1'", "booleans ('|b1')"],
    ["'<c8'", "complex64 ('<c8')"],
    ["'|O'", "Python objects ('|O')"],
    ["'<U3'", "strings ('<U3')"],
    ["'<M8[ns]'", "dates ('<M8[ns]')"],
    ["'i10'", "int80 ('i10')"],
    ["''", "of the unknown type ''"],
    ["[('x', '|i1'), ('y', '<f4', (2,))]", "of a structured type"],
  ])("the type %s", (descr, named) => {
    expect(message(file(header(descr, "(2, 3)"), sixBytes))).toBe(
      `a.npy: its elements are ${named}, int8 ('|i1') wanted; convert with a.astype(numpy.int8)`,
    );
  });

  const reshape = "a matrix of rank 2 wanted; convert with a.reshape(rows, columns)";
  it.each([
    ["()", `shape () has rank 0, ${reshape}`],
    ["(6,)", `shape (6,) has rank 1, ${reshape}`],
    ["(1, 2, 3)", `shape (1, 2, 3) has rank 3, ${reshape}`],
    ["(0, 3)", "shape (0, 3) has no elements; give at least one row and one column"],
    ["(-2, -3)", `shape (-2, -3) has a negative size; ${anew}`],
    ["(65536, 32768)", "shape (65536, 32768) is too large, fewer than 2^31 elements wanted; split it"],
    [
      `(${"9".repeat(5000)}, 3)`,
      "shape (99999999… (5000 digits), 3) is too large, fewer than 2^31 elements wanted; split it",
    ],
    [
      "(4294967296, 4294967296)",
      "shape (4294967296, 4294967296) is too large, fewer than 2^31 elements wanted; split it",
    ],
  ])("the shape %s", (shape, wanted) => {
    expect(message(file(header("'|i1'", shape), sixBytes))).toBe(`a.npy: ${wanted}`);
  });

  it("escapes control characters of the file", () => {
    expect(message(file(header("'\\n\x1b[31m\\r'", "(2, 3)"), sixBytes))).toContain(
      "unknown type '\\u000a\\u001b[31m\\u000d'",
    );
  });

  it("escapes control characters of the name", () => {
    expect(() => decodeInt8Npy(Buffer.alloc(0), "a\nb")).toThrow("a\\u000ab: the file is empty");
  });

  it("a file that is not there, a folder, a device, an impossible name", () => {
    expect(() => readInt8Npy(join(folder, "none.npy"))).toThrow(
      /none\.npy: cannot read: no such file or folder; check the path$/,
    );
    expect(() => readInt8Npy(folder)).toThrow(/cannot read: it is a folder; give the name of a file$/);
    expect(() => readInt8Npy("/dev/null")).toThrow("/dev/null: cannot read: not a regular file; save the array to one");
    expect(() => readInt8Npy("a\0b")).toThrow(InputError);
  });
});

describe("whatever the bytes", () => {
  const onlyInputErrors = (bytes: Uint8Array) => {
    const text = message(bytes);
    expect(text).toMatch(/^(no error$|a\.npy: )/);
    expect(text).not.toMatch(/[\n\r]/);
    return text;
  };

  it("a file cut at any byte is refused", () => {
    const byHand = [1, 2, 3].map((version) => file(header("'|i1'", "(2, 3)"), sixBytes, version));
    const path = join(folder, "cut.npy");
    for (const whole of [...byHand, encodeNpy(twoByThree)]) {
      for (let length = 0; length < whole.length; length++) {
        expect(onlyInputErrors(whole.subarray(0, length))).not.toBe("no error");
        writeFileSync(path, whole.subarray(0, length));
        expect(() => readInt8Npy(path)).toThrow(InputError);
      }
      expect(onlyInputErrors(whole)).toBe("no error");
    }
  });

  it("changed bytes give a matrix or an InputError", () => {
    const whole = file(header("'|i1'", "(2, 3)"), sixBytes);
    const changes = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(changes, (list) => {
        const changed = Uint8Array.from(whole);
        for (const [at, byte] of list) changed[at] = byte;
        onlyInputErrors(changed);
      }),
      { numRuns: 2000 },
    );
  });

  it("any header gives a matrix or an InputError", () => {
    const tokens = fc.constantFrom(
      "{",
      "}",
      "(",
      ")",
      "[",
      "]",
      "'",
      ":",
      ",",
      " ",
      "1",
      "-",
      "descr",
      "True",
      "\\",
      "é",
    );
    const texts = fc.oneof(
      fc.array(tokens, { maxLength: 60 }).map((parts) => parts.join("")),
      fc.string(),
    );
    fc.assert(
      fc.property(texts, fc.constantFrom(1, 2, 3), (text, version) => {
        expect(onlyInputErrors(file(text, sixBytes, version))).not.toBe("no error");
      }),
      { numRuns: 2000 },
    );
  });

  it("deep brackets do not exhaust the stack", () => {
    expect(onlyInputErrors(file("(".repeat(9000)))).toContain("too many brackets");
  });
});
