import { expect, test } from "vitest";
import { planOption } from "./plan-option.ts";

test("a plan says as much as it wants to", () => {
  expect(planOption(undefined, "auto", 16)).toEqual({ dataflow: "auto", tile: {} });
  expect(planOption("m=64, k=128,outer=n", "os", 16)).toEqual({ dataflow: "os", tile: { m: 64, k: 128, outer: "n" } });
  expect(planOption("n=2,split=2x2x1,weights=multicast", "ws", 16)).toEqual({
    dataflow: "ws",
    tile: { n: 2 },
    split: { m: 2, n: 2, k: 1 },
    weights: "multicast",
  });
});

test.each([
  ["k=100", "ws", "--plan k=100: give a multiple of the array's 16"],
  ["m=0", "ws", "--plan m 0: give a whole number from 1 to 4095"],
  ["outr=m", "ws", "there is no outr in a plan; did you mean outer?"],
  ["outer=k", "ws", "--plan outer=k: give m or n"],
  ["split=2x2", "ws", "--plan split=2x2: give parts of M, N and K, such as 2x2x1"],
  ["weights=mine", "ws", "--plan weights=mine: give own or multicast"],
  [undefined, "is", "--dataflow is: give ws, os or auto"],
])("%s with dataflow %s is refused", (plan, dataflow, message) => {
  expect(() => planOption(plan, dataflow, 16)).toThrow(message);
});
