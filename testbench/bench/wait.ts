import { activity } from "./activity.ts";
import type { Process, ProcessFunction, Wait } from "./process.ts";
import { isDaemon } from "./process.ts";

/**
 * Waits for `count` edges of the implicit clock; 0 does not wait.
 * @throws RangeError unless `count` is a whole number ≥ 0
 */
export function* cycles(count: number): Process {
  if (!Number.isSafeInteger(count) || count < 0)
    throw new RangeError(`cycles(${count}): a whole number of cycles from 0 wanted`);
  const wait: Wait = { what: `cycles(${count})`, lasts: count };
  for (let i = 0; i < count; i++) yield wait;
}

/**
 * Waits until `condition` holds, which is looked at before each edge; where it holds already, it does not wait.
 * `what` names the condition for the watchdog, its own text where left out.
 */
export function* until(condition: () => boolean, what?: string): Process {
  if (condition()) return;
  const text = what ?? conditionText(condition);
  const wait: Wait = { what: `until ${text}`, why: () => "it does not hold" };
  do yield wait;
  while (!condition());
  activity.events++;
}

function conditionText(condition: () => boolean): string {
  const text = String(condition)
    .replace(/^\(\)\s*=>\s*/, "")
    .replace(/\s+/g, " ");
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

type Results<P extends readonly ProcessFunction[]> = {
  -readonly [K in keyof P]: P[K] extends ProcessFunction<infer R> ? R : never;
};

/**
 * Runs several processes side by side inside one, in the order given within each cycle, until all have ended that are
 * no daemons. Returns what they returned; a daemon that was still running returned undefined.
 */
export function* all<const P extends readonly ProcessFunction[]>(...processes: P): Process<Results<P>> {
  const results: unknown[] = processes.map(() => undefined);
  const running = processes.map((process, index) => {
    return { index, keeps: !isDaemon(process), generator: process(), wait: undefined as Wait | undefined };
  });
  const wait: Wait = {
    what: "all of several processes",
    why: () => running.map(({ wait }) => (wait ? `${wait.what}: ${wait.why?.() ?? "not yet"}` : "yield")).join(", "),
    get lasts() {
      return Math.max(0, ...running.map((one) => one.wait?.lasts ?? 0));
    },
  };
  try {
    for (;;) {
      for (const one of [...running]) {
        const { done, value } = one.generator.next();
        if (!done) one.wait = value;
        else {
          results[one.index] = value;
          running.splice(running.indexOf(one), 1);
        }
      }
      if (!running.some(({ keeps }) => keeps)) return results as Results<P>;
      yield wait;
    }
  } finally {
    for (const { generator } of running) generator.return(undefined);
  }
}
