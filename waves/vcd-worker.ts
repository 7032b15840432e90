import { workerData } from "node:worker_threads";
import { VcdLines } from "./vcd-lines.ts";
import { VcdRing } from "./vcd-ring.ts";
import { FileSink } from "./vcd-sink.ts";
import type { VcdThreadData } from "./vcd-thread.ts";

const { file, widths, ring: memory }: VcdThreadData = workerData;
const ring = new VcdRing(memory);
const sink = FileSink.adopt(file);
const lines = new VcdLines(sink, widths, memory.most);

/** What fails is told once; what comes after it is dropped. */
function attempt(step: () => void): void {
  if (ring.error !== null) return;
  try {
    step();
  } catch (error) {
    ring.error = error instanceof Error ? error.message : String(error);
  }
}

for (let open = true; open; )
  ring.take((item) => {
    if (item === "end") {
      open = false;
      attempt(() => lines.flush());
      sink.close();
    } else attempt(() => (item === "flush" ? lines.flush() : lines.take(item)));
  });
