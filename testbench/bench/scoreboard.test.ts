import { expect, test } from "vitest";
import { Scoreboard } from "./scoreboard.ts";

test("what comes as expected is counted", () => {
  const board = new Scoreboard<{ tag: number; data: bigint }>("out");
  board.expect({ tag: 1, data: 5n });
  board.got({ cycle: 3, value: { tag: 1, data: 5n } });
  board.expect({ tag: 2, data: 6n });
  board.got({ cycle: 4, value: { tag: 2, data: 6n } });
  board.finish();
  expect(board.matched).toBe(2);
});

test("the first difference is told with index, cycle and both values", () => {
  const board = new Scoreboard<{ tag: number; data: bigint }>("out");
  board.expect({ tag: 1, data: 5n }, { tag: 2, data: 6n });
  board.got({ cycle: 3, value: { tag: 1, data: 5n } });
  expect(() => board.got({ cycle: 17, value: { tag: 2, data: 7n } })).toThrow(
    "out: item 1, cycle 17: expected { tag: 2, data: 6n }, got { tag: 2, data: 7n }",
  );
});

test("too much and too little are differences", () => {
  const board = new Scoreboard<number>("deq");
  expect(() => board.got({ cycle: 0, value: 4 })).toThrow(
    "deq: item 0, cycle 0: got 4, but only 0 items were expected",
  );
  board.expect(1, 2, 3);
  board.got({ cycle: 1, value: 1 });
  expect(() => board.finish()).toThrow("deq: 2 of 3 items never came; item 1 should be 2");
});
