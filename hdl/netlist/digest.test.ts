import { expect, test } from "vitest";
import { elaborate, module, reg, UInt } from "../lang/index.ts";
import type { Design } from "./design.ts";
import { designDigest } from "./digest.ts";
import { fromJson, toJson } from "./json.ts";

const counter = (step: number, init: number) =>
  elaborate(
    module("Counter", { in: {}, out: { count: UInt(70) } }, () => {
      const count = reg(UInt(70), init);
      count.next = count.add(step);
      return { count };
    }),
  );

const without = (design: Design): Design => ({
  ...design,
  modules: design.modules.map((one) => ({
    ...one,
    source: null,
    names: one.names.map((n) => ({ ...n, source: null })),
  })),
});

test("a digest is of the design and of nothing else", () => {
  const digest = designDigest(counter(1, 0));
  expect(digest).toMatch(/^[0-9a-f]{64}$/);
  expect(designDigest(counter(1, 0))).toBe(digest);
  expect(designDigest(fromJson(toJson(counter(1, 0))))).toBe(digest);
  expect(designDigest(without(counter(1, 0)))).toBe(digest);
  expect(new Set([digest, designDigest(counter(2, 0)), designDigest(counter(1, 1))]).size).toBe(3);
});
