import { Bool, module, mux, reg, UInt } from "../../lang/index.ts";

/**
 * Bites when a program that is `running` has made no `progress` for `limit` cycles, and in each cycle after that until it
 * makes some or is no longer running. Never with a limit of 0.
 */
export const Watchdog = module(
  "Watchdog",
  { in: { running: Bool, progress: Bool, limit: UInt(32) }, out: { bites: Bool } },
  ({ running, progress, limit }) => {
    const quiet = reg(UInt(32), 0); // cycles without progress before this one
    const over = limit.ne(0).and(quiet.ge(limit));
    const lies = running.and(progress.not());
    quiet.next = mux(lies, mux(over, quiet, quiet.add(1)), 0);
    return { bites: over.and(lies) };
  },
);
