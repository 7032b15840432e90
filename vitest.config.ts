import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: { conditions: ["systole-source"] },
  ssr: { resolve: { conditions: ["systole-source"] } },
  test: {
    include: ["{hdl,sim,testbench,waves,scripts}/**/*.test.ts"],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
    // Tests compile what they test, and leave the user's cache alone.
    env: { SYSTOLE_CACHE: "off" },
  },
});
