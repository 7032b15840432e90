import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { noteLine, parseNote, type VcdNote } from "./vcd-note.ts";

const inside = (line: string | null) => /^\$comment (.*) \$end$/.exec(line ?? "")?.[1] ?? "";

describe("notes in a VCD", () => {
  it("looks like this", () => {
    expect(noteLine({ kind: "signal", format: { table: 0 }, name: "state" })).toBe(
      '$comment systole signal enum:0 "state" $end',
    );
    expect(noteLine({ kind: "enum", table: 0, labels: ["Idle", "a $end"] })).toBe(
      '$comment systole enum 0 ["Idle","a\\u0020\\u0024end"] $end',
    );
  });

  it("comes back as it went, in plain ASCII without a stray $end", () => {
    const text = fc.string({ unit: "binary", maxLength: 20 });
    const table = fc.nat(1000);
    const note: fc.Arbitrary<VcdNote> = fc.oneof(
      fc.record({ kind: fc.constant("enum" as const), table, labels: fc.array(text, { maxLength: 5 }) }),
      fc.record({ kind: fc.constant("scope" as const), name: text }),
      fc.record({
        kind: fc.constant("signal" as const),
        format: fc.oneof(fc.constantFrom("bool" as const, "uint" as const, "sint" as const), fc.record({ table })),
        name: text,
      }),
    );
    fc.assert(
      fc.property(note, (sent) => {
        const line = noteLine(sent);
        expect(line).toMatch(/^[ -~]+$/);
        expect(inside(line)).not.toContain("$");
        expect(parseNote(inside(line))).toEqual(sent);
      }),
    );
  });

  it("ignores comments of others and leaves out what is too long", () => {
    for (const comment of [
      "",
      "hello",
      "systole",
      "systole scope {",
      'systole signal hex "a"',
      'systole scope "a" b c',
    ])
      expect(parseNote(comment)).toBeNull();
    expect(noteLine({ kind: "scope", name: "x".repeat(5000) })).toBeNull();
  });
});
