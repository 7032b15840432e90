import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PythonLiteralError, parsePythonLiteral } from "./python-literal.ts";

const integer = (value: number) => ({ kind: "integer", value: BigInt(value) });

describe("parsePythonLiteral", () => {
  it.each<[string, object]>([
    ["'a'", { kind: "string", text: "a" }],
    ['"it\'s"', { kind: "string", text: "it's" }],
    ["'\\\\ \\' \\n'", { kind: "string", text: "\\ ' \n" }],
    [" -12 ", integer(-12)],
    ["3L", integer(3)],
    ["True", { kind: "boolean", value: true }],
    ["None", { kind: "none" }],
    ["()", { kind: "tuple", items: [] }],
    ["(1)", integer(1)],
    ["(1,)", { kind: "tuple", items: [integer(1)] }],
    ["( 1 , 2 )", { kind: "tuple", items: [integer(1), integer(2)] }],
    ["[1]", { kind: "list", items: [integer(1)] }],
    ["{}", { kind: "dict", entries: new Map() }],
    [
      "{'a': 1, 'b': (2,),\n}",
      {
        kind: "dict",
        entries: new Map<string, object>([
          ["a", integer(1)],
          ["b", { kind: "tuple", items: [integer(2)] }],
        ]),
      },
    ],
  ])("reads %s", (text, literal) => {
    expect(parsePythonLiteral(text)).toEqual(literal);
  });

  it.each([
    ["", "no Python literal at character 0"],
    ["'a", "a string without its end at character 2"],
    ["'\\x41'", "an escape sequence that is not read here at character 2"],
    ["'a\\", "an escape sequence that is not read here at character 3"],
    ["(,)", "no Python literal at character 1"],
    ["(1 2)", "')' missing at character 3"],
    ["[1)", "']' missing at character 2"],
    ["{1: 2}", "a key that is not a string at character 2"],
    ["{'a' 1}", "':' missing at character 5"],
    ["{'a': 1, 'a': 2}", "a second 'a' at character 12"],
    ["1 1", "text after the end at character 2"],
    ["nan", "unknown word nan at character 3"],
    ["1.5", "text after the end at character 1"],
  ])("refuses %s", (text, message) => {
    expect(() => parsePythonLiteral(text)).toThrow(
      new PythonLiteralError(Number(/\d+$/.exec(message)), message.replace(/ at character \d+$/, "")),
    );
  });

  it("reads back any nesting of tuples of integers", () => {
    const { tree } = fc.letrec<{ tree: string }>((tie) => ({
      tree: fc.oneof(
        { maxDepth: 6 },
        fc.integer().map(String),
        fc.array(tie("tree"), { maxLength: 4 }).map((items) => `(${items.map((item) => `${item}, `).join("")})`),
      ),
    }));
    fc.assert(
      fc.property(tree, (text) => {
        expect(printed(parsePythonLiteral(text))).toBe(text);
      }),
    );
  });
});

function printed(literal: ReturnType<typeof parsePythonLiteral>): string {
  if (literal.kind === "integer") return literal.value.toString();
  if (literal.kind !== "tuple") throw new Error(literal.kind);
  return `(${literal.items.map((item) => `${printed(item)}, `).join("")})`;
}
