import type { Testbench } from "../testbench.ts";
import { digits } from "./digits/testbench.ts";
import { dma } from "./dma/testbench.ts";
import { matmul } from "./matmul.ts";
import { noc } from "./noc/testbench.ts";
import { npuMatmul } from "./npu-matmul/testbench.ts";
import { vector } from "./vector/testbench.ts";

/** All testbenches that the command line knows. */
export const testbenches: readonly Testbench[] = [matmul, digits, npuMatmul, dma, noc, vector];
