import { expect, test } from "vitest";
import { readDeclarations } from "./declarations.ts";

const names = (text: string) =>
  readDeclarations(text).calls.map(({ callee, name, enclosing }) => [callee, name, enclosing]);
const conditions = (text: string) => {
  const { calls, bareConditions } = readDeclarations(text);
  return [
    ...calls.filter((call) => call.condition).map((call) => `${call.callee} ${call.condition}`),
    ...bareConditions.map((use) => `${use.name} ${use.condition}`),
  ];
};

test("the outermost call of an initialiser takes its name, inner ones only contribute", () => {
  expect(names("const sum = a.add(b).xor(c.not());")).toEqual([
    ["add", null, "sum"],
    ["xor", "sum", "sum"],
    ["not", null, "sum"],
  ]);
});

test("statements without semicolons, several declarators, types and casts", () => {
  expect(names("const a = reg(x)\nfoo()\nlet b: Reg<T> = reg(y), c = reg(z) as Other")).toEqual([
    ["reg", "a", "a"],
    ["foo", null, null],
    ["reg", "b", "b"],
    ["reg", "c", "c"],
  ]);
});

test("properties, assignments and returned objects name what they hold", () => {
  expect(names("return { act: pipe(x), sum: a.add(b) };")).toEqual([
    ["pipe", null, "act"],
    ["add", null, "sum"],
  ]);
  expect(names("count.next = count.add(1);")).toEqual([["add", null, "count"]]);
  expect(names("f(); const value = pipe(x); next = reg(y);")).toEqual([
    ["f", null, null],
    ["pipe", "value", "value"],
    ["reg", "next", "next"],
  ]);
  expect(names("total = pipe(x)")).toEqual([["pipe", "total", "total"]]);
});

test("names do not leak into function bodies but do into their concise results", () => {
  expect(names("const M = module('M', () => { use(reg(t)); });")).toEqual([
    ["module", "M", "M"],
    ["use", null, null],
    ["reg", null, null],
  ]);
  expect(names("const xs = list.map((x) => pipe(x));")).toEqual([
    ["map", "xs", "xs"],
    ["pipe", null, "xs"],
  ]);
});

test("what a helper function returns does not take the helper's name", () => {
  expect(names("const after = (pointer) => mux(last, zero, pointer.add(1));")).toEqual([
    ["mux", null, null],
    ["add", null, null],
  ]);
});

test("strings, templates, comments and regular expressions are not code", () => {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a template in the text being read
  expect(names("const a = f(`x ${g(1)} const b = h()`, 'const c = i()', /reg(/) // reg(x)")).toEqual([
    ["f", "a", "a"],
    ["g", null, "a"],
  ]);
});

test("calls and variables that stand as conditions", () => {
  expect(conditions("if (a.eq(b)) x();")).toEqual(["eq if"]);
  expect(conditions("while (!a.eq(b)) x();")).toEqual(["eq !"]);
  expect(conditions("y = a.eq(b) ? 1 : 2; z = f(a) && g(b) || c;")).toEqual(["eq ?:", "f &&", "g ||"]);
  expect(conditions("if (go) x(); if (!stop) y(); const n = ready ? 1 : 0; full && z();")).toEqual([
    "go if",
    "stop if",
    "ready ?:",
    "full &&",
  ]);
});

test("what only looks like a condition is none", () => {
  expect(conditions("if (names.includes(a.eq(b))) x();")).toEqual(["includes if"]);
  expect(conditions("if (depth > 3) x(); a?.b(); c ?? d(); e!.f(); function g(h?: number) {}")).toEqual([]);
  expect(conditions("a.b(c) === d; if (a.b(c) > 3) x();")).toEqual([]);
});
